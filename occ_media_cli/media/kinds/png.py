"""PNG: chunks with a checksum each, from IHDR to IEND (ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib

from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CHECKED = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_CHUNK = struct.Struct(">I4s")

MOST_CHUNKS = 500_000
"""More chunks than any picture has; without a bound, megabytes of empty ones would take seconds."""

FIRST: frozenset[int] | None = frozenset(b"\x89")


def claims(source: FileSource) -> bool:
    """The eight bytes that no transfer in text mode survives."""
    return source.head.startswith(SIGNATURE)


def recognise(source: FileSource) -> Structure | None:
    """Walk the chunks; the picture data is checked by its checksums, not decoded."""
    found = Structure(None, "png")
    data, size = source.data, source.size
    at, first, image_data, palette = 8, 8, False, False
    for _ in range(MOST_CHUNKS):
        if at + 12 > size:
            found.note("damaged", "it ends before its end marker (IEND)")
            return found
        length, kind = _CHUNK.unpack(data[at : at + 8])
        after = at + 12 + length
        if after > size or not kind.isalpha():
            found.note("damaged", "it is cut off inside a chunk" if kind.isalpha() else "a chunk has no legal name")
            return found
        if at == 8 and kind == b"CgBI":  # Apple's own variant, made for its phones
            found.facts["apple"] = True
            first = after
        elif (at == first) != (kind == b"IHDR"):
            found.note("damaged", "its first chunk is not IHDR")
            return found
        if kind in _CHECKED and zlib.crc32(data[at + 4 : after - 4]) != int.from_bytes(data[after - 4 : after], "big"):
            found.note("damaged", f"the checksum of its {kind.decode()} chunk is wrong")
            return found
        if kind == b"IHDR":
            if not _header(found, data[at + 8 : at + 8 + length]):
                return found
        elif kind == b"IDAT":
            image_data = True
        elif kind == b"PLTE":
            palette = True
        elif kind == b"acTL":
            found.facts["animated"] = True
        at = after
        if kind == b"IEND":
            break
    else:
        found.note("damaged", f"it has more than {MOST_CHUNKS:,} chunks")
        return found
    if not image_data:
        found.note("damaged", "it has no picture data (IDAT)")
    elif found.facts["colour"] == "palette" and not palette:
        found.note("damaged", "it needs a palette and has none")
    else:
        found.type, found.end = "png", at
    return found


def _header(found: Structure, header: bytes) -> bool:
    if len(header) != 13:
        found.note("damaged", "its header (IHDR) has the wrong length")
        return False
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    legal = 0 < width < 1 << 31 and 0 < height < 1 << 31 and depth in _DEPTHS.get(colour, ())
    if not legal or compression or filtering or interlace > 1:
        found.note("damaged", "its header (IHDR) has values that no PNG may have")
        return False
    found.facts.update(width=width, height=height, colour=_COLOUR[colour], bits=depth)
    return True
