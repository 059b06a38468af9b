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
            if not _picture(found, kind, body, length):
                found.note("damaged", "its picture data has no legal header")
                return found
            images += 1
        elif kind == b"VP8X" and length >= 10:
            canvas = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
            found.facts.update(width=canvas[0], height=canvas[1], animated=bool(body[0] & 2), alpha=bool(body[0] & 16))
        elif kind == b"ANMF":
            inner = data[at + 24 : at + 8 + min(length, 64)]
            while inner.startswith(b"ALPH") and len(inner) >= 8:  # the transparency of the frame comes first
                skip = 8 + int.from_bytes(inner[4:8], "little")
                place = at + 24 + skip + (skip & 1)
                inner = data[place : min(place + 40, at + 8 + length)]
            if inner[:4] not in (b"VP8 ", b"VP8L") or not _is_picture(
                inner[:4], inner[8:18], int.from_bytes(inner[4:8], "little")
            ):
                found.note("damaged", "a picture of it has no legal header")
                return found
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


def _is_picture(kind: bytes, body: bytes, length: int) -> bool:
    """Whether picture data begins with a header that a decoder takes, and something follows it."""
    if kind == b"VP8L":
        return len(body) > 5 and body[0] == 0x2F and body[4] >> 5 == 0
    if len(body) < 10 or body[3:6] != b"\x9d\x01\x2a":
        return False
    tag = int.from_bytes(body[:3], "little")
    width, height = (value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))
    return not tag & 1 and tag >> 1 & 7 <= 3 and 0 < tag >> 5 <= length - 10 and bool(width and height)


def _picture(found: Structure, kind: bytes, body: bytes, length: int) -> bool:
    if not _is_picture(kind, body, length):
        return False
    lossless = kind == b"VP8L"
    if lossless:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        found.facts["alpha"] = bool(found.facts.get("alpha") or bits >> 28 & 1)
    else:
        width, height = (value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))
    found.facts.setdefault("width", width)
    found.facts.setdefault("height", height)
    found.facts["lossless"] = lossless
    return True
