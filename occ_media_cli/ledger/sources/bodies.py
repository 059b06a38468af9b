"""Cutting a stream into JSON values without reading it whole: one a line, an array of them, or one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, NamedTuple, cast

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.ledger.sources.streams import BLOCK, blocks

LONGEST = 8_388_608
"""The longest value in bytes; Meta's own limit for a webhook body is 3 MB."""

_MARK = re.compile(rb'["\\{}\[\]\n]')


class FoundBody(NamedTuple):
    """A JSON object of a stream.

    line: where it starts. data: None for a value that is no object or is too long, empty for an empty array. item: its
    number in the array that the line is, from 1; 0 where the line is none.
    """

    line: int
    data: bytes | None
    item: int = 0


def bodies(stream: IO[bytes]) -> Iterator[FoundBody]:
    """Each object at the top, or inside an array at the top, with the line it starts on.

    Only brackets and strings are looked at: whether a value is right shows when it is decoded.
    """
    first = stream.read(BLOCK)
    again = Reread(first, stream)
    if _is_whole(first.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]):
        yield from _lines(cast("IO[bytes]", again))
        return
    cutter = _Cutter()
    while data := again.read(BLOCK):
        yield from cutter.feed(data)
    yield from cutter.end()


def wrong_line(stream: IO[bytes]) -> int:
    """The first line of a stream that is neither an object nor an array of JSON; 0 where each is one."""
    line = 1
    for block, count in blocks(stream, LONGEST):
        for number, text in enumerate(block.split(b"\n"), start=line):
            if text.strip() and not _is_whole(text):
                return number
        line += count
    return 0 if line > 1 else 1


class Reread:
    """A stream whose first block was looked at, and is given again."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._first: bytes | None = first
        self._stream = stream

    def read(self, size: int) -> bytes:
        """The next bytes."""
        first, self._first = self._first, None
        return first if first is not None else self._stream.read(size)


def _is_whole(line: bytes) -> bool:
    """Whether a line is a JSON value of its own; the only line of a file may be an array of everything."""
    try:
        return isinstance(decode(line, largest=LONGEST), dict | list)
    except Undecodable:
        return False


def _lines(stream: IO[bytes]) -> Iterator[FoundBody]:
    """One value a line, or an array of some: a line that was cut off spoils no other."""
    line = 1
    for block, count in blocks(stream, LONGEST):
        for number, text in enumerate(block.split(b"\n"), start=line):
            if text.lstrip()[:1] == b"[" and len(text) <= LONGEST:
                yield from _in_array(number, text)
            elif text.strip():
                yield FoundBody(number, text if len(text) <= LONGEST else None)
        line += count


def _in_array(line: int, text: bytes) -> Iterator[FoundBody]:
    """The objects of the array that a line is."""
    cutter, item = _Cutter(), 0
    for item, found in enumerate(chain(cutter.feed(text), cutter.end()), start=1):
        yield FoundBody(line, found.data, item)
    if not item:
        yield FoundBody(line, b"")


class _Cutter:
    """The state of the cut: how deep, whether inside a string, and what was seen of the value so far."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self._depth = 0
        self._string = False
        self._escaped = False
        self._line = 1
        self._start = 1
        self._junk = False
        self._arrays = 0

    def feed(self, data: bytes) -> Iterator[FoundBody]:
        begin = 0  # where the value that is being read starts in this block
        at, self._escaped = int(self._escaped), False
        while match := _MARK.search(data, at):
            place, mark = match.start(), match.group()
            if not self._depth:
                self._look(data[at:place])
            at = place + 1
            if mark == b"\n":
                self._line += 1
            elif self._string:
                if mark == b"\\":
                    at += 1  # whatever stands behind a backslash, in the next block if need be
                    self._escaped = at > len(data)
                elif mark == b'"':
                    self._string = False
            elif mark == b'"':
                self._string = self._depth > 0
                self._junk = self._junk or not self._depth
            elif mark == b"{" or (mark == b"[" and self._depth):
                if not self._depth:
                    begin, self._start = place, self._line
                self._depth += 1
            elif self._depth and mark in b"}]":
                self._depth -= 1
                if not self._depth:
                    yield from self._take(data[begin:at])
            elif mark in b"[]":
                self._arrays += 1 if mark == b"[" else -1
            if self._junk and mark == b"\n":
                self._junk = False
                yield FoundBody(self._line - 1, None)
        if self._depth:
            self._keep(data[begin:])
        else:
            self._look(data[at:])

    def end(self) -> Iterator[FoundBody]:
        if self._depth or self._junk or self._arrays > 0:  # an array that is cut off has lost what stood behind
            yield FoundBody(self._start if self._depth else self._line, None)

    def _look(self, between: bytes) -> None:
        """Look at the bytes between two values: only white space and commas belong there."""
        if between.strip(b" \t\r,\xef\xbb\xbf"):
            self._junk = True

    def _keep(self, data: bytes) -> None:
        if self._length <= LONGEST:
            self._parts.append(data)
        else:
            self._parts.clear()
        self._length += len(data)

    def _take(self, data: bytes) -> Iterator[FoundBody]:
        self._keep(data)
        value = b"".join(self._parts) if self._length <= LONGEST else None
        self._parts.clear()
        self._length = 0
        yield FoundBody(self._start, value)
