"""PNG: chunks with a checksum each, from IHDR to IEND (ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib

from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
_ALPHA = frozenset((4, 6))
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CHECKED = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_CHUNK = struct.Struct(">I4s")

MOST_CHUNKS = 500_000
"""More chunks than any picture has; without a bound, megabytes of empty ones would take seconds."""

_INFLATED_FROM = 4096
_INFLATED_TO = 65_536
"""Packed bytes that are unpacked, and bytes that come out of them at most: enough to see that a picture begins."""

_SAMPLES = {"grey": 1, "rgb": 3, "palette": 1, "grey-alpha": 2, "rgba": 4}

FIRST: frozenset[int] | None = frozenset(b"\x89")


def claims(source: FileSource) -> bool:
    """The eight bytes that no transfer in text mode survives."""
    return source.head.startswith(SIGNATURE)


def recognise(source: FileSource) -> Structure | None:
    """Walk the chunks with their checksums; of the picture data the first lines are unpacked."""
    found = Structure(None, "png")
    data, size = source.data, source.size
    at, first, palette = 8, 8, False
    packed: list[bytes] = []
    held = 0
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
            if held < _INFLATED_FROM:
                packed.append(data[at + 8 : at + 8 + min(length, _INFLATED_FROM - held)])
                held += len(packed[-1])
        elif kind == b"PLTE":
            palette = True
        elif kind == b"acTL":
            found.facts["animated"] = True
        elif kind == b"tRNS":  # of a palette, or one colour that is seen through
            found.facts["alpha"] = True
        at = after
        if kind == b"IEND":
            break
    else:
        found.note("damaged", f"it has more than {MOST_CHUNKS:,} chunks")
        return found
    if not held:
        found.note("damaged", "it has no picture data (IDAT)")
    elif (why := _no_picture(found, b"".join(packed))) is not None:
        found.note("damaged", why)
    elif found.facts["colour"] == "palette" and not palette:
        found.note("damaged", "it needs a palette and has none")
    else:
        found.type, found.end = "png", at
    return found


def _no_picture(found: Structure, packed: bytes) -> str | None:
    """Why the picture data is no picture of the header's size, or None where it is or begins to be one."""
    facts = found.facts
    inflater = zlib.decompressobj(-15 if facts.get("apple") else 15)
    try:
        lines = inflater.decompress(packed, _INFLATED_TO)
    except zlib.error:
        return "its picture data (IDAT) cannot be unpacked"
    width = int(str(facts["width"]))
    if facts.get("interlaced"):
        width = -(-width // 8)
    line = 1 + -(-width * _SAMPLES[str(facts["colour"])] * int(str(facts["bits"])) // 8)
    if not lines or lines[0] > 4:
        return "its picture data (IDAT) holds no picture"
    if len(lines) < line and (inflater.eof or len(packed) < _INFLATED_FROM):
        return "its picture data (IDAT) ends before the first line of the picture"
    return None


def _header(found: Structure, header: bytes) -> bool:
    if len(header) != 13:
        found.note("damaged", "its header (IHDR) has the wrong length")
        return False
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    legal = 0 < width < 1 << 31 and 0 < height < 1 << 31 and depth in _DEPTHS.get(colour, ())
    if not legal or compression or filtering or interlace > 1:
        found.note("damaged", "its header (IHDR) has values that no PNG may have")
        return False
    found.facts.update(
        width=width, height=height, colour=_COLOUR[colour], bits=depth, interlaced=interlace == 1,
        alpha=colour in _ALPHA,
    )  # fmt: skip
    return True
