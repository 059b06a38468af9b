"""A member of an archive piece by piece: for parts that are larger than anybody wants to hold in memory at once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken
from occ_media_cli.media.source import FileSource

_PIECE = 1 << 18


def stream_member(source: FileSource, archive: Archive, member: Member, most: int) -> Iterator[bytes]:
    """The bytes of a member, in pieces of up to 256 kB; what they say is known to be whole after the last one only.

    Raises `ZipBroken` where they are not what the directory says, also after pieces were given; `TooLarge` before any
    of a member that promises more than `most` bytes, or after `most` of one that promised less.
    """
    begin = archive.begin_of(member)
    if member.flags & 1:
        raise ZipBroken(f"a member is encrypted ({member.shown})")
    if member.method not in (0, 8):
        raise ZipBroken(f"a member is packed in a way that no office file uses ({member.shown})")
    if member.size > most:
        raise TooLarge(f"a part that has to be read has {member.size:,} bytes ({member.shown})")
    inflate = zlib.decompressobj(-15) if member.method else None
    size = checksum = 0
    for at in range(begin, begin + member.packed, _PIECE):
        raw = source.data[at : min(at + _PIECE, begin + member.packed)]
        piece = raw
        while raw or len(piece) == _PIECE:  # a full piece: the rest may lie in the inflater, all bytes taken
            piece, raw = raw, b""
            if inflate is not None:
                try:
                    piece = inflate.decompress(piece, _PIECE)
                except zlib.error as error:
                    raise ZipBroken(f"a member cannot be unpacked ({member.shown})") from error
                raw = inflate.unconsumed_tail
            size += len(piece)
            if size > most:
                raise TooLarge(f"a part unpacks to more than its directory says ({member.shown})")
            checksum = zlib.crc32(piece, checksum)
            if piece:
                yield piece
    if size != member.size:
        raise ZipBroken(f"a member has another size than its directory says ({member.shown})")
    if checksum != member.crc:
        raise ZipBroken(f"a member has another checksum than its directory says ({member.shown})")
