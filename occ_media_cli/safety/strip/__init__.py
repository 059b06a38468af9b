"""A copy of a file that tells nothing of itself: the same picture, sound, text or pages, without its metadata.

The original is read only. A copy is looked at again by our own recogniser and reader before anybody gets it, and what
cannot be done well is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.strip.stripped import Stripped as Stripped
from occ_media_cli.safety.strip.stripped import StripRefused as StripRefused


def strip(source: FileSource, type: str | None) -> Stripped:  # noqa: A002 - a word of the field
    """The copy of a file without its metadata. Work for a sandbox. Raises `StripRefused`."""
    from occ_media_cli.safety.strip.copy import copy_of

    return copy_of(source, type)


def stream_copy(stripped: Stripped, fd: int) -> Iterator[bytes]:
    """The bytes of a copy, some at a time, taken from the open original. Raises `media.source.Changed` at the end
    where the original is no longer what it was: what was written until then has to be thrown away."""
    from occ_media_cli.safety.strip.pieces import stream_pieces

    return stream_pieces(stripped.pieces, stripped.sha256, fd)
