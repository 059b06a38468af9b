"""The objects of a PDF: found by their numbers, also inside of object streams, which are unpacked with bounds.

No table of objects is followed: a reader that finds it broken looks for `N G obj` itself, and so does this one.
"""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.source import FileSource

MOST_STREAMS = 400
MOST_KEPT = 20_000_000
MOST_LOOKED_AT = 200_000_000
"""Object streams that are unpacked; bytes of them all that are kept, and that are looked at at all."""

_OBJECT = 65_536
_MOST_VERSIONS = 8
"""Bytes of an object that are read, and objects of one number that are looked at."""

_MOST_SEARCHES = 8
_MOST_SLOW = 2_000_000
"""Searches through all of the file; bytes that filters may take which are not made in C."""

_MOST_FILTERS = 8
_MOST_LZW = 1_000_000
_PIECE = 1 << 20
_OBJECT_STREAM = Pattern(rb"/(?:O|#4[fF])(?:b|#62)(?:j|#6[aA])(?:S|#53)(?:t|#74)(?:m|#6[dD])\b")
_STREAM = Pattern(rb"stream\r?\n|stream\r")
_REFERENCE = re.compile(rb"\s*(\d{1,10})\s+(\d{1,5})\s+R\b")
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_FILTERS = {
    "A85": "ASCII85Decode",
    "AHx": "ASCIIHexDecode",
    "Fl": "FlateDecode",
    "LZW": "LZWDecode",
    "RL": "RunLengthDecode",
}


class Unpacked(NamedTuple):
    """An object stream: its dictionary, and what came out of it, or None where it could not be unpacked."""

    dictionary: bytes
    content: bytes | None
    whole: bool


class PdfObjects:
    """The objects of a file. `unread` is true when an object stream, or a part of one, could not be looked into."""

    def __init__(self, source: FileSource, seek: Pattern) -> None:
        self._data, self._size = source.data, source.size
        self._seek = seek
        self._packed: dict[int, bytes] | None = None
        self.unread = self.sought = False
        self.contents: list[bytes] = []
        self._searches, self._slow = _MOST_SEARCHES, _MOST_SLOW

    def root(self) -> int | None:
        """The number of the catalog, by the last trailer or table that names one."""
        end = self._size
        for _ in range(64):
            at = self._data.rfind(b"/Root", 0, end)
            if at < 0:
                return None
            if hit := _REFERENCE.match(self._data[at + 5 : at + 40]):
                return int(hit[1])
            end = at
        return None

    def all_of(self, number: int) -> list[bytes]:
        """The beginnings of every object of a number, the last in the file first.

        An update replaces what stood before, unless the table says otherwise: which one counts is for readers to say.
        """
        found = [self._data[at : at + _OBJECT].partition(b"endobj")[0] for at in self._places(number)]
        if (packed := self._in_streams().get(number)) is not None:
            found.append(packed)
        if not found and self._searches:
            self._searches -= 1
            found = [self._data[at : at + _OBJECT].partition(b"endobj")[0] for at in self._spaced(number)]
        return [plain_names(each) for each in found]

    def _places(self, number: int) -> list[int]:
        """Behind each `number 0 obj`, the last first."""
        word, found = b"%d 0 obj" % number, list[int]()
        at = self._data.rfind(word)
        while at >= 0 and len(found) < _MOST_VERSIONS:
            if not at or not self._data[at - 1 : at].isdigit():
                found.append(at + len(word))
            at = self._data.rfind(word, 0, at)
        return found

    def _spaced(self, number: int) -> list[int]:
        """The same with another generation, and however the three words are set apart."""
        pattern = Pattern(rb"(?<![0-9])%d[\s\0]+\d+[\s\0]+obj\b" % number)
        return [hit.end() for hit in islice(pattern.finditer(self._data), _MOST_VERSIONS)]

    def _in_streams(self) -> dict[int, bytes]:
        """The objects of object streams, by number."""
        if self._packed is None:
            self._packed = {}
            for dictionary, content, whole in self._streams():
                if content is None or not whole:
                    self.unread = True
                if content is None:
                    continue
                self.contents.append(content)
                first = re.search(rb"/First\s+(\d+)", dictionary)
                head = content[: int(first[1])].split() if first else []
                told = head if all(word.isdigit() for word in head) else []
                begin = int(first[1]) if first else 0
                places = sorted({begin + int(place) for place in told[1::2]} | {len(content)})
                ends = dict(pairwise(places))
                for number, place in zip(told[::2], told[1::2], strict=False):
                    start = begin + int(place)
                    self._packed[int(number)] = content[start : min(ends.get(start, start), start + _OBJECT)]
        return self._packed

    def look_into_streams(self) -> None:
        """Unpack every object stream; `sought` tells whether the pattern is in any of them."""
        self._in_streams()

    def _streams(self) -> Iterator[Unpacked]:
        data, kept, looked_at = self._data, MOST_KEPT, MOST_LOOKED_AT
        for number, hit in enumerate(_OBJECT_STREAM.finditer(data)):
            if number >= MOST_STREAMS or looked_at <= 0:
                self.unread = True
                return
            begin = _STREAM.search(data, hit.end(), hit.end() + 4096)
            start = data.rfind(b"obj", max(0, hit.start() - 4096), hit.start())
            if begin is None or start < 0:
                continue
            dictionary = data[start + 3 : begin.start()]
            if b"endobj" in dictionary or b"ObjStm" not in plain_names(dictionary):
                continue
            raw = self._raw(dictionary, begin.end())
            content, more = self._unpack(dictionary, raw, min(kept, looked_at))
            if content is None:
                yield Unpacked(dictionary, None, False)
                continue
            kept -= len(content)
            looked_at -= len(content) + more
            self.sought = self.sought or self._seek.search(content) is not None
            yield Unpacked(dictionary, content, more >= 0)

    def _raw(self, dictionary: bytes, begin: int) -> bytes:
        """The bytes of a stream: of its stated length where `endstream` follows, else up to the next `endstream`."""
        stated = re.search(rb"/Length\s+(\d+)(?!\s+\d+\s+R)", dictionary)
        if stated:
            end = begin + int(stated[1])
            if self._data[end : end + 12].lstrip().startswith(b"endstream"):
                return self._data[begin:end]
        end = self._data.find(b"endstream", begin)
        return self._data[begin : end if end >= 0 else self._size]

    def _unpack(self, dictionary: bytes, raw: bytes, room: int) -> tuple[bytes | None, int]:
        """(content, bytes that were looked at and not kept; -1 where something was left out)."""
        plain = plain_names(dictionary)
        names = _names(plain, b"Filter" if b"/Filter" in plain else b"F")
        if names is None or len(names) > _MOST_FILTERS:
            return None, 0
        predictors = _parameters(plain, len(names))
        if predictors is None:
            return None, 0
        left = 0
        for place, name in enumerate(names):
            name = _FILTERS.get(name, name)
            last = place == len(names) - 1
            if name == "FlateDecode":
                simple = last and predictors[place][0] < 2
                raw, left = self._inflate(raw, room, seek=simple)
                if raw == b"" and left < 0:
                    return None, 0
            elif name == "ASCIIHexDecode":
                raw = _hex(raw)
            elif name == "ASCII85Decode":
                decoded = _base85(raw)
                if decoded is None:
                    return None, 0
                raw = decoded
            elif name == "RunLengthDecode":
                raw = _run_length(raw, room)
            elif name == "LZWDecode" and self._afford(len(raw)):
                raw = _lzw(raw, predictors[place][4])
            elif name != "Crypt":
                return None, 0
            if name in ("FlateDecode", "LZWDecode") and predictors[place][0] >= 2:
                if not self._afford(len(raw)):
                    return None, 0
                raw = _unpredicted(raw, *predictors[place][:4])
        return raw[:room], left if len(raw) <= room else -1

    def _afford(self, length: int) -> bool:
        """Whether so many bytes may still go through a slow filter."""
        self._slow -= length
        return self._slow >= 0

    def _inflate(self, raw: bytes, room: int, *, seek: bool) -> tuple[bytes, int]:
        """(what came out, up to `room`; bytes that were looked at behind it, -1 where not all were)."""
        inflater = zlib.decompressobj()
        try:
            content = inflater.decompress(raw, max(room, 1))
        except zlib.error:
            try:
                inflater = zlib.decompressobj(-15)
                content = inflater.decompress(raw[2:], max(room, 1))  # readers do not mind a broken header
            except zlib.error:
                content = _as_far_as_it_goes(raw, room)
                return content, 0 if content else -1
        if inflater.eof or not inflater.unconsumed_tail:
            return content, 0
        if not seek:
            return content, -1
        looked_at, tail = 0, content[-64:]
        while inflater.unconsumed_tail and looked_at < MOST_LOOKED_AT:
            try:
                piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
            except zlib.error:
                return content, -1
            if not piece:
                break
            self.sought = self.sought or self._seek.search(tail + piece) is not None
            looked_at, tail = looked_at + len(piece), piece[-64:]
        return content, looked_at if looked_at < MOST_LOOKED_AT else -1


def _as_far_as_it_goes(raw: bytes, room: int) -> bytes:
    """What a reader gets out of data whose end is broken."""
    inflater, found = zlib.decompressobj(), bytearray()
    for at in range(0, len(raw), 256):
        try:
            found += inflater.decompress(raw[at : at + 256], max(room - len(found), 1))
        except zlib.error:
            break
    return bytes(found)


def plain_names(dictionary: bytes) -> bytes:
    """Names with every letter written as itself."""
    if b"#" not in dictionary:
        return dictionary
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda hit: binascii.unhexlify(hit[1]), dictionary)


def _names(dictionary: bytes, key: bytes) -> list[str] | None:
    """The names behind a key, one or a list; None where they stand in another object."""
    hit = re.search(rb"/" + key + rb"\s*(?=[/\[0-9])", dictionary)
    if hit is None:
        return []
    rest = dictionary[hit.end() :]
    if rest.startswith(b"["):
        listed = rest[1:].partition(b"]")[0]
        return None if re.search(rb"\d\s+R\b", listed) else [name.decode("latin-1") for name in _NAME.findall(listed)]
    named = _NAME.match(rest)
    return [named[1].decode("latin-1")] if named else None


def _parameters(dictionary: bytes, count: int) -> list[tuple[int, int, int, int, int]] | None:
    """(predictor, colours, bits, columns, early change) of each filter; None where they stand in another object."""
    plain = [(1, 1, 8, 1, 1)] * count
    hit = re.search(rb"/(?:DecodeParms|DP)\s*", dictionary)
    if hit is None or not count:
        return plain
    rest = dictionary[hit.end() :]
    if _REFERENCE.match(rest):
        return None
    pieces = re.findall(rb"null|<<.*?>>", rest.partition(b"]")[0] if rest.startswith(b"[") else rest[:400], re.DOTALL)
    for place, piece in enumerate(pieces[: count if rest.startswith(b"[") else 1]):

        def number(key: bytes, default: int, piece: bytes = piece) -> int:
            found = re.search(rb"/" + key + rb"\s+(\d{1,6})", piece)
            return int(found[1]) if found else default

        plain[place] = (
            number(b"Predictor", 1), number(b"Colors", 1), number(b"BitsPerComponent", 8), number(b"Columns", 1),
            number(b"EarlyChange", 1),
        )  # fmt: skip
    return plain


def _hex(raw: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw.partition(b">")[0])
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _base85(raw: bytes) -> bytes | None:
    import base64

    text = re.sub(rb"[\s\0]", b"", raw.strip().removeprefix(b"<~").partition(b"~")[0])
    try:
        return base64.a85decode(text)
    except ValueError:
        return None


def _run_length(raw: bytes, room: int) -> bytes:
    found, at = bytearray(), 0
    while at < len(raw) and raw[at] != 128 and len(found) < room:
        length = raw[at]
        if length < 128:
            found += raw[at + 1 : at + 2 + length]
            at += 2 + length
        else:
            found += raw[at + 1 : at + 2] * (257 - length)
            at += 2
    return bytes(found)


def _lzw(raw: bytes, early: int) -> bytes:
    """LZW as in TIFF and PDF: codes of 9 to 12 bits, the highest bit first."""
    table = [bytes((value,)) for value in range(256)] + [b"", b""]
    found, bits, held, size, before = bytearray(), 0, 0, 9, b""
    for byte in raw:
        bits, held = (bits << 8 | byte) & 0xFFFFFF, held + 8
        if held < size:
            continue
        held -= size
        code = bits >> held & (1 << size) - 1
        if code == 257 or len(found) > _MOST_LZW:
            break
        if code == 256:
            del table[258:]
            size, before = 9, b""
            continue
        entry = table[code] if code < len(table) else before + before[:1]
        if code > len(table) or (not before and code >= 258):
            break
        found += entry
        if before and len(table) < 4096:
            table.append(before + entry[:1])
        before = entry
        size = min(12, max(9, (len(table) + early).bit_length()))
    return bytes(found)


def _unpredicted(raw: bytes, predictor: int, colours: int, bits: int, columns: int) -> bytes:
    """Undo the differences that a predictor left: 2 of TIFF, 10 and more of PNG."""
    pixel = max(1, colours * bits // 8)
    line = -(-colours * bits * columns // 8)
    if not 0 < line <= 65_536:
        return raw
    found = bytearray()
    if predictor == 2:
        for at in range(0, min(len(raw), _PIECE), line):
            row = bytearray(raw[at : at + line])
            for place in range(pixel, len(row)):
                row[place] = (row[place] + row[place - pixel]) & 0xFF
            found += row
        return bytes(found)
    above = bytearray(line)
    for at in range(0, min(len(raw), _PIECE), line + 1):
        kind, row = raw[at], bytearray(raw[at + 1 : at + 1 + line])
        for place in range(len(row)):
            left = row[place - pixel] if place >= pixel else 0
            up, corner = above[place], above[place - pixel] if place >= pixel else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            elif kind == 4:
                distance = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                guess = (left, up, corner)[distance.index(min(distance))]
            else:
                break
            row[place] = (row[place] + guess) & 0xFF
        found += row
        above = row + bytearray(line - len(row))
    return bytes(found)
