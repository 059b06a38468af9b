"""What the filters of a PDF made of a stream, undone with bounds: Flate, LZW, run lengths, hexadecimal, base 85.

A dictionary names the filters, one behind the other, and what each must know, as the predictor that Flate and LZW have
behind them.
"""

from __future__ import annotations

import binascii
import re
import zlib

from occ_media_cli.media.patterns import Pattern

MOST_LOOKED_AT = 200_000_000
"""Bytes that are looked at at all, of one stream and of all object streams of a file."""

_NOTHING = Pattern(rb"(?!)")
"""What is sought where only the content is wanted."""

_MOST_SLOW = 2_000_000
"""Bytes that filters may take which are not made in C."""

_MOST_FILTERS = 8
_MOST_LZW = 1_000_000
_PIECE = 1 << 20
_NAME = Pattern(rb"/([^\s/<>\[\](){}%]+)")
REFERENCE = Pattern(rb"\s*(\d{1,10})\s+(\d{1,5})\s+R\b")
"""What stands for another object: its number and its generation."""

_FILTERS = {
    "A85": "ASCII85Decode",
    "AHx": "ASCIIHexDecode",
    "Fl": "FlateDecode",
    "LZW": "LZWDecode",
    "RL": "RunLengthDecode",
}


class PdfFilters:
    """The filters of a file's streams. `sought` tells whether the pattern is in what came out and was not kept."""

    def __init__(self, seek: Pattern = _NOTHING) -> None:
        self._seek = seek
        self.sought = False
        self._slow = _MOST_SLOW

    def unpack(self, dictionary: bytes, raw: bytes, room: int) -> tuple[bytes | None, int]:
        """(content, at most `room` bytes; bytes that were looked at and not kept).

        The content is None where it cannot be unpacked; the number is -1 where something was left out.
        """
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
        if inflater.eof or len(content) < max(room, 1):
            return content, 0
        looked_at, tail = 0, content[-64:]
        while looked_at < MOST_LOOKED_AT:
            try:  # the inflater may hold more back also when all packed bytes are taken
                piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
            except zlib.error:
                return content, -1
            if not piece:
                break
            if not seek:
                return content, -1
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
        return (
            None if re.search(rb"\d\s+R\b", listed) else [name[1].decode("latin-1") for name in _NAME.finditer(listed)]
        )
    named = _NAME.match(rest)
    return [named[1].decode("latin-1")] if named else None


def _parameters(dictionary: bytes, count: int) -> list[tuple[int, int, int, int, int]] | None:
    """(predictor, colours, bits, columns, early change) of each filter; None where they stand in another object."""
    plain = [(1, 1, 8, 1, 1)] * count
    hit = re.search(rb"/(?:DecodeParms|DP)\s*", dictionary)
    if hit is None or not count:
        return plain
    rest = dictionary[hit.end() :]
    if REFERENCE.match(rest):
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
