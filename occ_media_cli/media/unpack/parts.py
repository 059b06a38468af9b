"""What a container holds, part by part, as those who look into files take it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from occ_media_cli.media.source import FileSource

INSIDE = " › "
"""What stands between the place of a part and the place of a part inside of it: `letter.eml › figures.xlsx › …`."""


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


class Part(NamedTuple):
    """One part that was taken out. where: its place in the file, never empty. data: its bytes, never none.

    type: what it is, where that was needed to look for further parts in it; else None.
    """

    where: str
    data: bytes
    type: str | None = None


class Unread(NamedTuple):
    """What could not be taken out, or not be trusted to be all. where: its place, empty for the file itself.

    reason: words that follow "it was not scanned: ", without a full stop.
    """

    where: str
    reason: str


def unpack(source: FileSource, type: str | None, caps: Caps = CAPS) -> Iterator[Part | Unread]:  # noqa: A002 - a word of the field
    """Every part of a file and of its parts, in the order in which they lie there; the file itself is none of them.

    type: what `media.recognise` says of the file. A leaf gives no parts and nothing unread; text gives what is encoded
    in it. A type that holds parts and that nothing here unpacks, an unknown one among them, gives one `Unread`.
    Untrusted bytes are read here: call it in a process of `sandbox`. Raises nothing of what a file provokes but
    MemoryError and RecursionError.
    """
    raise NotImplementedError
