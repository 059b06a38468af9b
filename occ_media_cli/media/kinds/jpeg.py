"""JPEG: marker segments from SOI to EOI (ITU-T T.81)."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_MARKER = Pattern(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROCESS = {0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive", 0xC3: "lossless"}

MOST_SEGMENTS = 100_000
"""More segments than any picture has; without a bound, megabytes of empty ones would take seconds."""

FIRST: frozenset[int] | None = frozenset(b"\xff")


def claims(source: FileSource) -> bool:
    """Start of image, followed by a marker."""
    return source.head.startswith(b"\xff\xd8\xff")


def recognise(source: FileSource) -> Structure | None:
    """Walk the segments; inside a scan, a search finds the next marker."""
    found = Structure(None, "jpeg")
    data, size = source.data, source.size
    at, scans, adobe = 2, 0, -1
    for _ in range(MOST_SEGMENTS):
        hit = _MARKER.search(data, at)
        if hit is None:
            break
        at = hit.end()
        marker = data[at - 1]
        if marker == 0xD9:
            if scans and "width" in found.facts:
                found.type, found.end = "jpg", at
            else:
                found.note("damaged", "it ends before its picture begins")
            return found
        if marker in (0x01, 0xD8):
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > size:
            found.note("damaged", "it is cut off inside a segment")
            return found
        if marker in _FRAMES:
            if not _frame(found, marker, data[at + 2 : at + length]):
                return found
        elif marker == 0xDA:
            if "width" not in found.facts:
                found.note("damaged", "its picture data comes before its header")
                return found
            scans += 1
        elif marker == 0xEE and data[at + 2 : at + 7] == b"Adobe" and length >= 14:
            adobe = data[at + 13]
        elif marker == 0xE2 and data[at + 2 : at + 6] == b"MPF\0":
            found.facts["pictures"] = True
        elif marker == 0xE1 and b"GCamera:Mi" in data[at + 2 : at + length]:
            found.facts["motion_photo"] = True
        if adobe >= 0 and found.facts.get("components") == 4:
            found.facts["colour"] = "ycck" if adobe == 2 else "cmyk"
        at += length
    found.note("damaged", "it ends before its end marker")
    return found


def _frame(found: Structure, marker: int, frame: bytes) -> bool:
    if len(frame) < 6 or len(frame) < 6 + 3 * frame[5] or not frame[5]:
        found.note("damaged", "its frame header is too short")
        return False
    width, height = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
    if not width:
        found.note("damaged", "its frame header gives no width")
        return False
    if "width" not in found.facts:
        found.facts.update(width=width, height=height, bits=frame[0], components=frame[5])
        found.facts["colour"] = {1: "grey", 3: "rgb", 4: "cmyk"}.get(frame[5], "other")
        found.facts["process"] = _PROCESS.get(marker, "arithmetic or hierarchical")
    return True
