"""Undoing Flate with a bound."""

from __future__ import annotations

import zlib

_PIECE = 1 << 20


def inflate_bounded(packed: bytes, most: int) -> bytes | None:
    """What Flate made small, where that is at most so many bytes and whole; else None."""
    inflater = zlib.decompressobj()
    pieces, left, rest = list[bytes](), most, packed
    try:
        while not inflater.eof:
            piece = inflater.decompress(rest, min(left + 1, _PIECE))
            rest = inflater.unconsumed_tail
            left -= len(piece)
            if left < 0 or (not piece and not rest):
                return None
            pieces.append(piece)
    except zlib.error:
        return None
    return b"".join(pieces)
