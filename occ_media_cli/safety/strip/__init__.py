"""A copy of a file that tells nothing of itself: the same picture, sound, text or pages, without its metadata.

The original is read only. A copy is looked at again by our own recogniser and reader before anybody gets it, and what
cannot be done well is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from occ_media_cli.media.source import FileSource


class StripRefused(Exception):
    """There is no copy; the words say why, and end a sentence ("it is signed, …")."""


class Stripped(NamedTuple):
    """A copy, as plain values that a worker can hand back: parts of the original by (begin, end), and new bytes.

    size, sha256: of the copy. removed: the facts that went, by the names of `safety.metadata`; empty where the original
    had none and the copy is the same.
    """

    pieces: tuple[bytes | tuple[int, int], ...]
    size: int
    sha256: str
    removed: tuple[str, ...]


def strip(source: FileSource, type: str | None) -> Stripped:  # noqa: A002 - a word of the field
    """The copy of a file without its metadata. Work for a sandbox. Raises `StripRefused`."""
    from occ_media_cli.safety.strip.copy import copy_of

    return copy_of(source, type)


def stream_copy(stripped: Stripped, fd: int) -> Iterator[bytes]:
    """The bytes of a copy, some at a time, taken from the open original. Raises `media.source.Changed` at the end
    where the original is no longer what it was: what was written until then has to be thrown away."""
    from occ_media_cli.safety.strip.pieces import stream_pieces

    return stream_pieces(stripped.pieces, stripped.sha256, fd)
