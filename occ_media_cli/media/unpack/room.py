"""What is taken out of a container, what could not be, and how much of it there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Caps(NamedTuple):
    """How much is unpacked of one file. What lies beyond is `Unread`, never left out without a word.

    part: bytes of one part. everything: bytes of all parts together, at most; `ratio` times the bytes of the file and
    `free` bytes more are never passed either. parts: how many. depth: how deep parts lie in parts.
    """

    part: int = 100_000_000
    everything: int = 400_000_000
    ratio: int = 32
    free: int = 64_000_000
    parts: int = 10_000
    depth: int = 8


CAPS = Caps()


class InnerPart(NamedTuple):
    """One part that was taken out. where: its place in the file, never empty. data: its bytes, never none."""

    where: str
    data: bytes


class Unread(NamedTuple):
    """What could not be taken out, or not be trusted to be all. where: its place, empty for the file itself.

    reason: words that follow "it was not scanned: ", without a full stop.
    """

    where: str
    reason: str


class Room:
    """What may still be unpacked. Containers ask before they unpack a part, so that no bomb goes off."""

    def __init__(self, caps: Caps, size: int) -> None:
        self._caps = caps
        self._bytes = min(caps.everything, caps.free + caps.ratio * size)
        self._parts = caps.parts

    @property
    def most(self) -> int:
        """Bytes that the next part may have."""
        return min(self._caps.part, self._bytes)

    def refuses(self, size: int) -> str | None:
        """Why a part of this size is not unpacked, or None."""
        if size > self._caps.part:
            return f"it has more than {self._caps.part:,} bytes"
        return "the parts together have too many bytes" if size > self._bytes else None

    def take(self, size: int) -> None:
        """Count one more part. Raises `Full`."""
        self._parts -= 1
        self._bytes -= size
        if self._parts < 0:
            raise Full(f"it has more than {self._caps.parts:,} parts")
        if self._bytes < 0:
            raise Full("the parts together have too many bytes")

    def leads_too_deep(self, depth: int) -> bool:
        """Whether parts of a part at this depth are no longer looked for."""
        return depth >= self._caps.depth


class Full(Exception):
    """There is no room for another part; the text says which limit was met."""


Opened = Iterator[tuple[str, bytes] | Unread]
"""What a container gives: (name of a part, its bytes), or what could not be unpacked, by its name in the container."""
