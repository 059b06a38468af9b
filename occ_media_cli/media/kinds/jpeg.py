"""JPEG: marker segments from SOI to EOI (ITU-T T.81)."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers.signatures import WINDOW, runs_at
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

_MARKER = Pattern(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_LOSSLESS = frozenset((0xC3, 0xC7, 0xCB, 0xCF))
_BLANKS = b" \t\r\n\0"
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
    tables = _Tables()
    for _ in range(MOST_SEGMENTS):
        hit = _MARKER.search(data, at)
        if hit is None:
            break
        if scans == 1 and not tables.shown and not _picture_begins(source, at, hit.start()):
            found.note("damaged", "no picture data follows the header of its scan")
            return found
        tables.shown = scans > 0
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
            if scans and _without_end(found, source, tables.scan_at):
                return found
            found.note("damaged", "it is cut off inside a segment")
            return found
        why = None
        if marker in _FRAMES:
            body = data[at + 2 : at + length]
            if not _frame(found, marker, body):
                return found
            why = tables.frame(marker, body)
        elif marker == 0xDA:
            if "width" not in found.facts:
                found.note("damaged", "its picture data comes before its header")
                return found
            scans += 1
            tables.scan_at = at + length
            why = tables.scan(data[at + 2 : at + length])
        elif marker == 0xDB:
            why = tables.quantisation(data[at + 2 : at + length])
        elif marker == 0xC4:
            why = tables.huffman(data[at + 2 : at + length])
        elif marker == 0xEE and data[at + 2 : at + 7] == b"Adobe" and length >= 14:
            adobe = data[at + 13]
        elif marker == 0xE2 and data[at + 2 : at + 6] == b"MPF\0":
            found.facts["pictures"] = True
        elif marker == 0xE1 and b"GCamera:Mi" in data[at + 2 : at + length]:
            found.facts["motion_photo"] = True
        if why is not None:
            found.note("damaged", why)
            return found
        if adobe >= 0 and found.facts.get("components") == 4:
            found.facts["colour"] = "ycck" if adobe == 2 else "cmyk"
        at += length
    if not scans or not _without_end(found, source, tables.scan_at):
        found.note("damaged", "it ends before its end marker")
    return found


class _Tables:
    """What a decoder has to have been told before the first scan; each method answers why it cannot be, or None."""

    def __init__(self) -> None:
        self.quantisers: set[int] = set()
        self.codes: set[int] = set()
        self.components: dict[int, int] = {}
        self.process = 0
        self.scan_at = 0
        self.shown = False

    def quantisation(self, body: bytes) -> str | None:
        """DQT: one table or several, of 64 values of one byte or two."""
        at = 0
        while at < len(body):
            which = body[at]
            at += 129 if which >> 4 else 65
            if which & 0xEC or at > len(body):
                return "its table of quantisation (DQT) is one that cannot be"
            self.quantisers.add(which & 15)
        return None

    def huffman(self, body: bytes) -> str | None:
        """DHT: sixteen counts of codes, which must fit into their lengths, then as many values."""
        at = 0
        while at + 17 <= len(body):
            counts, which = body[at + 1 : at + 17], body[at]
            values = body[at + 17 : at + 17 + sum(counts)]
            if (
                which & 0xEC
                or _overfull(counts)
                or len(values) < sum(counts)
                or (which < 16 and max(values, default=0) > 16)
            ):
                return "its table of codes (DHT) is one that cannot be"
            if values:
                self.codes.add(which)
            at += 17 + len(values)
        return None

    def frame(self, marker: int, body: bytes) -> str | None:
        """SOF: the components and the tables that they use."""
        if self.components:
            return None
        self.process = marker
        for at in range(6, 6 + 3 * body[5], 3):
            if not 1 <= body[at + 1] >> 4 <= 4 or not 1 <= body[at + 1] & 15 <= 4:
                return "its frame header has a sampling factor that cannot be"
            self.components[body[at]] = body[at + 2]
        return None

    def scan(self, body: bytes) -> str | None:
        """SOS: components of the frame, each with tables that were given."""
        count = body[0] if body else 0
        if not 1 <= count <= 4 or len(body) < 4 + 2 * count:
            return "the header of its scan is one that cannot be"
        first = body[1 + 2 * count]
        for at in range(1, 1 + 2 * count, 2):
            if body[at] not in self.components:
                return "its scan is of a component that its frame does not have"
            if self.process not in _LOSSLESS and self.components[body[at]] not in self.quantisers:
                return "it has no table of quantisation (DQT) for its picture"
            direct, other = body[at + 1] >> 4, 0x10 | body[at + 1] & 15
            needs = set[int]()
            if self.process in _PROGRESSIVE:
                if first:
                    needs.add(other)
                elif not body[3 + 2 * count] >> 4:  # the first bits of a value; later ones need no table
                    needs.add(direct)
            else:
                needs.update((direct,) if self.process in _LOSSLESS else (direct, other))
            if self.process < 0xC8 and not needs <= self.codes:
                return "it has no table of codes (DHT) for its picture"
        return None


def _overfull(counts: bytes) -> bool:
    """Whether more codes are asked for than there are (the inequality of Kraft)."""
    room = 1
    for count in counts:
        room = room * 2 - count
        if room < 0:
            return True
    return False


def _picture_begins(source: FileSource, begin: int, end: int) -> bool:
    return end > begin and not runs_at(source.data[begin : begin + WINDOW], 0)


def _without_end(found: Structure, source: FileSource, scan_at: int) -> bool:
    """Panoramas of some telephones have no end marker: the maker's own block follows the picture at once."""
    block = source.data[max(scan_at, source.size - 65_536) : source.size]
    at = block.rfind(b"SEFH")
    if at < 0 or not block.rstrip(_BLANKS).endswith(b"SEFT"):
        return False
    found.type, found.end = "jpg", source.size
    found.note("trailing-data", "its end marker is missing, and data of the telephone that took it follows the picture")
    return True


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
