"""ISO base media boxes (ISO/IEC 14496-12): a length, a four-letter type, a body; bodies may hold boxes again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from occ_media_cli.media.source import FileSource

MOST_BOXES = 20_000
"""A fragmented film of an hour has some thousand boxes at the top; more than this is not walked."""


class IsoBox(NamedTuple):
    """Where a box stands: `start` of its header, `body` of its content, `end` behind it."""

    kind: bytes
    start: int
    body: int
    end: int


class Cut(Exception):
    """A box says that it is longer than what holds it."""

    def __init__(self, box: IsoBox) -> None:
        super().__init__(box.kind)
        self.box = box


def boxes(source: FileSource, at: int, end: int) -> Iterator[IsoBox]:
    """The boxes from `at` to `end`. Raises `Cut`; stops where no box can begin."""
    data = source.data
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        header = data[at : at + 8]
        length, kind, body = int.from_bytes(header[:4], "big"), header[4:], at + 8
        if length < 8:
            if length == 1 and at + 16 <= len(data):
                length, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
            elif length == 0:
                length = end - at
            if length < body - at:
                return
        if not (kind.isalnum() or _is_name(kind)):
            return
        after = at + length
        box = IsoBox(kind, at, body, after)
        if after > end:
            raise Cut(box)
        yield box
        at = after


def child(source: FileSource, parent: IsoBox, *path: bytes) -> IsoBox | None:
    """The first box below `parent` along a path of types, or None."""
    for kind in path:
        inner = next((box for box in boxes(source, parent.body, parent.end) if box.kind == kind), None)
        if inner is None:
            return None
        parent = inner
    return parent


def _is_name(kind: bytes) -> bool:
    return len(kind) == 4 and all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in kind)
