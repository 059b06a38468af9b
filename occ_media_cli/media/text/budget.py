"""How much is unpacked of one file for the sake of its words, and of all files that lie in it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from occ_media_cli.media.readers.zip_stream import stream_member
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import MOST_CHARACTERS, Passage, UnreadText

MOST_PART = 256_000_000
MOST_UNPACKED = 400_000_000
"""Bytes of one XML part, and of all of one package, that are unpacked."""

_FREE, _RATIO = 8_000_000, 24
"""So many bytes are always unpacked, and beyond them so many for each byte of the file: an honest document packs to a
twentieth, one made to keep a reader busy to a thousandth."""

_FREE_TAGS, _TAGS_RATIO = 1_500_000, 2
"""Likewise for tags, which cost more time than the bytes between them."""

Read = Callable[[FileSource, str | None, "Budget", int], Iterator[Passage | UnreadText]]
"""What reads a file of a type within a budget, so deep inside of others (`words.read_words`)."""


class Budget:
    """Bytes that may still be unpacked, for a file and for all that lies in it. read: who reads a file of any type."""

    def __init__(self, size: int, read: Read) -> None:
        self.read = read
        self.left = min(MOST_UNPACKED, _FREE + _RATIO * size)
        self._tags = _FREE_TAGS + _TAGS_RATIO * size
        self.characters = MOST_CHARACTERS

    def take(self, source: FileSource, archive: Archive, member: Member) -> Iterator[bytes]:
        """The pieces of a member, as far as they are within the budget. Raises like `zip_stream.stream_member`."""
        for piece in stream_member(source, archive, member, min(MOST_PART, self.left)):
            self.left -= len(piece)
            self._tags -= piece.count(b"<")
            if self._tags < 0:
                raise TooLarge(f"it has more tags than are read ({member.shown})")
            yield piece
