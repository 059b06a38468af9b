"""WebP: a RIFF file with VP8, VP8L or VP8X chunks (RFC 9649)."""

from __future__ import annotations

import struct

from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_CHUNK = struct.Struct("<4sI")

MOST_CHUNKS = 500_000
"""More chunks than any picture has; without a bound, megabytes of empty ones would take seconds."""

FIRST: frozenset[int] | None = frozenset(b"R")


def claims(source: FileSource) -> bool:
    """The RIFF form type is WEBP."""
    return source.head.startswith(b"RIFF") and source.head[8:12] == b"WEBP"


def recognise(source: FileSource) -> Structure | None:
    """Walk the chunks up to the size that the RIFF header states."""
    found = Structure(None, "webp")
    data = source.data
    end = 8 + int.from_bytes(source.head[4:8], "little")
    if end == source.size + 1:  # the padding byte of the last chunk was not written
        end -= 1
    if end > source.size:
        found.note("damaged", "it is shorter than its header says")
        return found
    at, images, frames = 12, 0, 0
    for _ in range(MOST_CHUNKS):
        if at + 8 > end:
            break
        kind, length = _CHUNK.unpack(data[at : at + 8])
        if at + 8 + length > end:
            found.note("damaged", "a chunk is longer than the file")
            return found
        body = data[at + 8 : at + 18]
        if kind in (b"VP8 ", b"VP8L"):
            if not _picture(found, kind, body):
                found.note("damaged", "its picture data has no legal header")
                return found
            images += 1
        elif kind == b"VP8X" and length >= 10:
            canvas = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
            found.facts.update(width=canvas[0], height=canvas[1], animated=bool(body[0] & 2), alpha=bool(body[0] & 16))
        elif kind == b"ANMF":
            frames += 1
        at += 8 + length + (length & 1)
    if images or frames:
        found.type, found.end = "webp", min(max(end, at), source.size)
        found.facts.setdefault("animated", False)
        if frames:
            found.facts["frames"] = frames
    else:
        found.note("damaged", "it has no picture")
    return found


def _picture(found: Structure, kind: bytes, body: bytes) -> bool:
    if kind == b"VP8L":
        if len(body) < 5 or body[0] != 0x2F:
            return False
        bits = int.from_bytes(body[1:5], "little")
        width, height, lossless = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, True
    else:
        if body[3:6] != b"\x9d\x01\x2a" or len(body) < 10:
            return False
        width, height = (value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))
        lossless = False
        if not width or not height:
            return False
    found.facts.setdefault("width", width)
    found.facts.setdefault("height", height)
    found.facts["lossless"] = lossless
    return True
