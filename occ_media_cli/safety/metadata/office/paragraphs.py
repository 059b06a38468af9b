"""Paragraphs of Word whose mark was deleted while changes were tracked: accepting that joins them with the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

from occ_media_cli.safety.metadata.office.xml_edit import Token, tokens_of

_MARKS = frozenset((b"del", b"moveFrom"))

Rope = Union[bytes, list["Rope"]]  # noqa: UP007 - it names itself, which a bar cannot do before Python 3.12
"""Bytes, and lists of them that are not copied each time that they move."""


class _Paragraph:
    """One that is being written: where it begins in the output, where what it holds begins, whether its mark goes."""

    __slots__ = ("depth", "gone", "held", "start")

    def __init__(self, start: int, depth: int) -> None:
        self.start, self.held, self.depth, self.gone = start, start + 1, depth, False


class _Joined:
    """What a paragraph without a mark held, until the next one begins; else it is written as it was."""

    def __init__(self) -> None:
        self.head: list[Rope] = []
        self.held: list[Rope] = []
        self.end = b""
        self.depth = -1

    def waits(self) -> bool:
        """Whether there is one."""
        return self.depth >= 0


def join_paragraphs(content: bytes, own: frozenset[bytes]) -> bytes:
    """A part of a document with such paragraphs joined; the form of the later one stays, as in Word."""
    output: list[Rope] = []
    around: list[bytes] = []
    open_ones: list[_Paragraph] = []
    joined = _Joined()
    insert_at = -1  # how deep the paragraph stands that takes what was joined, once its own form was written
    for token in tokens_of(content):
        mine = token.prefix in own
        depth = len(around)
        if joined.waits() and insert_at < 0 and (token.name or token.raw.strip()):
            if token.opens and mine and token.name == b"p" and depth == joined.depth:
                insert_at = depth
            else:
                output += (*joined.head, *joined.held, joined.end)
                joined = _Joined()
        elif (
            joined.waits()
            and depth == insert_at + 1
            and not (mine and token.name == b"pPr")
            and (token.name or token.raw.strip())
        ):
            output.append(joined.held)
            joined, insert_at = _Joined(), -1
        if token.opens and mine and token.name == b"p" and token.closes:
            output += _single(token, joined) if insert_at == depth else (token.raw,)
            if insert_at == depth:
                joined, insert_at = _Joined(), -1
            continue
        output.append(token.raw)
        if token.opens and not token.closes:
            if mine and token.name == b"p":
                open_ones.append(_Paragraph(len(output) - 1, depth))
            around.append(token.name if mine else b"")
        elif token.closes and not token.opens:
            around.pop()
        if open_ones:
            _in_paragraph(token, mine, around, open_ones, output)
        if insert_at >= 0 and mine and token.name == b"pPr" and token.closes and len(around) == insert_at + 1:
            output.append(joined.held)
            joined, insert_at = _Joined(), -1
        if open_ones and token.closes and not token.opens and len(around) == open_ones[-1].depth:
            ended = open_ones.pop()
            if ended.gone:
                joined.head, joined.held = output[ended.start : ended.held], output[ended.held : -1]
                joined.end, joined.depth = token.raw, ended.depth
                del output[ended.start :]
    if joined.waits():
        output += (*joined.head, *joined.held, joined.end)
    return b"".join(_strands(output))


def _strands(rope: list[Rope]) -> Iterator[bytes]:
    """The bytes of a rope, however deep it is: each paragraph that is joined holds the one before it."""
    waiting = [iter(rope)]
    while waiting:
        for each in waiting[-1]:
            if isinstance(each, bytes):
                yield each
            else:
                waiting.append(iter(each))
                break
        else:
            waiting.pop()


def _single(token: Token, joined: _Joined) -> tuple[Rope, ...]:
    """An empty paragraph that takes what was joined."""
    name = token.prefix + b":p" if token.prefix else b"p"
    return (token.raw.rstrip().removesuffix(b"/>") + b">", joined.held, b"</" + name + b">")


def _in_paragraph(
    token: Token, mine: bool, around: list[bytes], open_ones: list[_Paragraph], output: list[Rope]
) -> None:
    last = open_ones[-1]
    inside = around[last.depth + 1 :]
    if token.opens and mine and token.name in _MARKS and inside[:2] == [b"pPr", b"rPr"]:
        last.gone = True
    if token.closes and mine and token.name == b"pPr" and not inside:
        last.held = len(output)
