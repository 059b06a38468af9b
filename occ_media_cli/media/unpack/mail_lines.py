"""The lines of a stream of mails, most of them in large pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_BLOCK = 262_144
"""Bytes that are read at once."""

_LONGEST_LINE = 1_048_576
"""Bytes of a line that come in one piece."""

_MARKED = re.compile(rb"\n(?=--|From |>|\r?\n)")
"""Before a line that may mean something."""


def pieces_of(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The lines of a stream with their ends; a mark at the beginning goes. Only the first line of a piece may begin
    with `--`, `From ` or `>`, or be empty: nearly all of a mail is none of it, and goes through in large pieces.

    A line of more than `_LONGEST_LINE` bytes comes in several pieces. Text in which no line feed is, but carriage
    returns are, has its lines by them.
    """
    rest = b""
    first, by_returns = True, False
    while data := read(_BLOCK):
        if first:
            data, first = data.removeprefix(b"\xef\xbb\xbf"), False
            by_returns = b"\n" not in data and b"\r" in data
        if by_returns:
            data = data.replace(b"\r", b"\n")
        data = rest + data
        end = data.rfind(b"\n") + 1
        at = 0
        for mark in _MARKED.finditer(data, 0, end):
            yield data[at : mark.end()]
            at = mark.end()
        if at < end:
            yield data[at:end]
        rest = data[end:]
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


def first_line(piece: bytes) -> tuple[bytes, bytes]:
    """The first line of a piece, and the rest."""
    end = piece.find(b"\n") + 1
    return (piece[:end], piece[end:]) if end else (piece, b"")
