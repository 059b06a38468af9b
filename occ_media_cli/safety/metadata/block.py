"""One part of a file that is read from one end to the other: what it tells, and what stays of it in a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from occ_media_cli.media.source import FileSource

MOST_TOLD = 4_000_000
"""Bytes of one part that are searched for what it tells."""


class Block(NamedTuple):
    """Bytes `start` to `end` of a file.

    instead: what stands there in a copy that tells nothing; None where these bytes themselves do, b"" where nothing
    does. facts: what the bytes tell, by name. where: what people call the part.
    """

    start: int
    end: int
    instead: bytes | None = None
    facts: tuple[str, ...] = ()
    where: str = ""


Cut = Callable[[FileSource], Iterable[Block]]
"""A file as its blocks: they follow each other from its first byte to its last. Raises `CutFailed`."""


class CutFailed(Exception):
    """The file is not built as its kind is; the words say where."""


def change_at(source: FileSource, changes: Iterable[Block]) -> Iterator[Block]:
    """All of a file as blocks, from those alone that are not as in a copy; they are in order and share no byte."""
    at = 0
    for block in changes:
        if block.start < at:
            raise CutFailed("two parts of it share bytes")
        if block.start > at:
            yield Block(at, block.start)
        yield block
        at = block.end
    if at < source.size:
        yield Block(at, source.size)
