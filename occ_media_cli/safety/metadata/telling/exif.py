"""EXIF: a small TIFF file in which a camera tells of a picture (CIPA DC-008): names of facts, and its orientation."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_TAGS: dict[int, str] = {
    0x010E: "description", 0x010F: "camera", 0x0110: "camera", 0x0131: "software", 0x0132: "dates", 0x013B: "author",
    0x013C: "computer", 0x0201: "thumbnail", 0x02BC: "xmp", 0x83BB: "iptc", 0x8298: "copyright", 0x9003: "dates",
    0x9004: "dates", 0x927C: "maker_note", 0x9286: "comment", 0x9C9B: "title", 0x9C9C: "comment", 0x9C9D: "author",
    0x9C9E: "keywords", 0x9C9F: "description", 0xA420: "document_id", 0xA430: "owner", 0xA431: "serial",
    0xA432: "camera", 0xA433: "camera", 0xA434: "camera", 0xA435: "serial", 0xC62F: "serial",
}  # fmt: skip
_ORIENTATION = 0x0112
_BELOW = (0x8769, 0x8825, 0xA005)
_GPS = 0x8825
_PLACE = frozenset((2, 4, 20, 22, 27, 28))
"""Latitude and longitude, those of the destination, and words for the method and the area."""

_MOST_ENTRIES = 2_000
_MOST_TABLES = 16


class Exif(NamedTuple):
    """What an EXIF block tells. orientation: 1 to 8, how a viewer turns the picture; 1 is not turned."""

    facts: frozenset[str]
    orientation: int


def read_exif(block: bytes) -> Exif:
    """Read the tables of a block, which begins with its byte order; one that is broken tells `exif` alone."""
    facts, orientation = {"exif"}, 1
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return Exif(frozenset(facts), 1)
    waiting, seen, left = [(struct.unpack_from(order + "I", block, 4)[0], False)], set[int](), _MOST_ENTRIES
    while waiting and len(seen) < _MOST_TABLES:
        at, gps = waiting.pop(0)
        if at in seen or at < 8:
            continue
        seen.add(at)
        for tag, value in _entries(block, at, order):
            left -= 1
            if left < 0:
                break
            if gps:
                facts.update(("location",) if tag in _PLACE else ())
            elif tag == _ORIENTATION:
                orientation = value >> 16 if order == ">" else value & 0xFFFF
            elif tag in _BELOW:
                waiting.append((value, tag == _GPS))
            elif tag in _TAGS:
                facts.add(_TAGS[tag])
        if not gps and (after := _after(block, at, order)):
            waiting.append((after, False))
    return Exif(frozenset(facts), orientation if 1 <= orientation <= 8 else 1)


def _entries(block: bytes, at: int, order: str) -> Iterator[tuple[int, int]]:
    """(tag, the four bytes of its value as a number)."""
    if at + 2 > len(block):
        return
    (count,) = struct.unpack_from(order + "H", block, at)
    for place in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
        tag, _, _, value = struct.unpack_from(order + "HHII", block, place)
        yield tag, value


def _after(block: bytes, at: int, order: str) -> int:
    """Where the next table begins, or 0."""
    if at + 2 > len(block):
        return 0
    end = at + 2 + 12 * int(struct.unpack_from(order + "H", block, at)[0])
    return int(struct.unpack_from(order + "I", block, end)[0]) if end + 4 <= len(block) else 0


def make_exif(orientation: int) -> bytes:
    """The smallest block that turns a picture: one table with one entry, 26 bytes; nothing where nothing is turned."""
    if orientation == 1:
        return b""
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)
