"""Photoshop's resources, and among them IPTC-IIM: captions, authors and places as newspapers write them."""

from __future__ import annotations

from occ_media_cli.safety.metadata.telling.exif import read_exif
from occ_media_cli.safety.metadata.telling.xmp import read_xmp

_RECORDS = {
    5: "title", 25: "keywords", 26: "location", 27: "location", 55: "dates", 60: "dates", 80: "author", 85: "author",
    90: "location", 92: "location", 95: "location", 101: "location", 105: "title", 110: "author", 116: "copyright",
    118: "author", 120: "description", 122: "author",
}  # fmt: skip
_MOST = 5_000


def read_photoshop(block: bytes) -> frozenset[str]:
    """The names of what Photoshop's resources tell (8BIM, a number, a name, a length, bytes); `photoshop` at least."""
    facts, at = {"photoshop"}, block.find(b"8BIM")
    for _ in range(_MOST):
        if at < 0 or block[at : at + 4] != b"8BIM" or at + 12 > len(block):
            break
        number = int.from_bytes(block[at + 4 : at + 6], "big")
        begin = at + 6 + (block[at + 6] + 2 & ~1)
        length = int.from_bytes(block[begin : begin + 4], "big")
        content = block[begin + 4 : begin + 4 + length]
        if number == 0x0404:
            facts |= read_iptc(content)
        elif number == 0x0422:
            facts |= read_exif(content).facts
        elif number == 0x0424:
            facts |= read_xmp(content)
        elif number in (0x0409, 0x040C):
            facts.add("thumbnail")
        at = begin + 4 + (length + 1 & ~1)
    return frozenset(facts)


def read_iptc(block: bytes) -> frozenset[str]:
    """The names of what IIM records tell; `iptc` at least."""
    facts, at = {"iptc"}, 0
    for _ in range(_MOST):
        if block[at : at + 1] != b"\x1c" or at + 5 > len(block):
            break
        record, number, length = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5], "big")
        if record == 2 and number in _RECORDS and length:
            facts.add(_RECORDS[number])
        at += 5 + (length if length < 0x8000 else len(block))
    return frozenset(facts)
