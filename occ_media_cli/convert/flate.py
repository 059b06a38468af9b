"""Flate: as small as zlib makes it, and undone with a bound."""

from __future__ import annotations

import zlib

LEVEL = 9
_PIECE = 1 << 20


def deflate(plain: bytes) -> tuple[bytes, int]:
    """(the bytes as a member of an archive, its method): 8 for Flate, 0 where that gains nothing."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    packed = packer.compress(plain) + packer.flush()
    return (packed, 8) if len(packed) < len(plain) else (plain, 0)


def inflate_bounded(packed: bytes, most: int) -> bytes | None:
    """What Flate made small, where that is at most so many bytes and whole; else None."""
    inflater = zlib.decompressobj()
    pieces, left, rest = list[bytes](), most, packed
    try:
        while not inflater.eof:
            piece = inflater.decompress(rest, min(left + 1, _PIECE))
            rest = inflater.unconsumed_tail
            left -= len(piece)
            if left < 0 or (not piece and not rest and not inflater.eof):
                return None
            pieces.append(piece)
    except zlib.error:
        return None
    return b"".join(pieces)
