"""JPEG: what belongs to the picture are its tables, frames and scans, JFIF without a thumbnail, Adobe's colour
transform and the colour profile; every other segment, and what follows the end, tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from occ_media_cli.media.kinds.jpeg import MOST_SEGMENTS
from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.metadata.block import Block, CutFailed
from occ_media_cli.safety.metadata.telling.exif import make_exif, read_exif
from occ_media_cli.safety.metadata.telling.iptc import read_photoshop
from occ_media_cli.safety.metadata.telling.xmp import read_xmp

_MARKER = Pattern(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_PICTURE = frozenset((*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF))
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/x"
_MORE = (b"\xff\xd8\xff", b"ftyp")


def cut(source: FileSource) -> Iterator[Block]:
    """The segments of a JPEG; what stands between two of them and belongs to neither goes."""
    data, size, at = source.data, source.size, 2
    yield Block(0, 2)
    turned = jfif = False
    scanned = 0
    for _ in range(MOST_SEGMENTS):
        hit = _MARKER.search(data, at)
        if hit is None:
            raise CutFailed("it has no end marker")
        if hit.start() > at and scanned != at:
            fill = not data[at : hit.start()].strip(b"\xff")
            yield Block(at, hit.start(), b"", () if fill else ("other_data",), "between segments")
        elif hit.start() > at:
            yield Block(at, hit.start())
        start, marker = hit.start(), data[hit.end() - 1]
        if marker == 0xD9:
            yield Block(start, start + 2)
            if start + 2 < size:
                yield _behind(source, start + 2)
            return
        if marker in (0x01, 0xD8):
            yield Block(start, start + 2, b"")
            at = start + 2
            continue
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        at = start + 2 + length
        if length < 2 or at > size:
            raise CutFailed("it is cut off inside a segment")
        if marker in _PICTURE or marker == 0xDA:
            yield _exact(data[start + 4 : at], marker, start, at)
            scanned = at if marker == 0xDA else scanned
            continue
        after = _MARKER.search(data[at : at + 2], 0)
        if scanned and after is None:  # between two scans it is legal, in the data of one it is not
            raise CutFailed("it is damaged: something that is no picture stands in its picture data")
        block = _told(data[start + 4 : at], marker, start, at, first_jfif=not jfif, first_exif=not turned)
        jfif = jfif or marker == 0xE0
        turned = turned or bool(block.where == "EXIF" and block.instead != b"")
        yield block
    raise CutFailed("it has too many segments")


def _exact(body: bytes, marker: int, start: int, end: int) -> Block:
    """A segment of the picture without bytes that follow what it has to say."""
    count = len(body)
    if marker in (0xDD, 0xDC):
        count = 2
    elif marker == 0xDA and body:
        count = 4 + 2 * body[0]
    elif marker in (0xC4, 0xDB):
        count = _tables(body, marker)
    elif 0xC0 <= marker <= 0xCF and marker not in (0xC8, 0xCC) and len(body) > 5:
        count = 6 + 3 * body[5]
    if count >= len(body):
        return Block(start, end)
    plain = b"\xff" + bytes((marker,)) + (count + 2).to_bytes(2, "big") + body[:count]
    return Block(start, end, plain, ("other_data",), f"segment {marker:02X}")


def _tables(body: bytes, marker: int) -> int:
    """Bytes of the whole tables of codes (DHT) or of quantisation (DQT)."""
    at = 0
    while at < len(body):
        length = (129 if body[at] >> 4 else 65) if marker == 0xDB else 17 + sum(body[at + 1 : at + 17])
        if at + length > len(body):
            break
        at += length
    return at or len(body)


def _told(body: bytes, marker: int, start: int, end: int, *, first_jfif: bool, first_exif: bool) -> Block:
    """One of the segments for applications (APPn), or a comment."""
    if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 12 and first_jfif:
        plain = b"\xff\xe0\0\x10" + body[:12] + b"\0\0"
        return Block(start, end, plain, ("thumbnail",), "JFIF") if len(body) != 14 else Block(start, end)
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        return Block(start, end)
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        plain = b"\xff\xee\0\x0e" + body[:12]
        return Block(start, end, plain, ("other_data",), "APP14") if len(body) > 12 else Block(start, end)
    if marker == 0xE1 and body.startswith(b"Exif\0"):
        told = read_exif(body[6:])
        kept = make_exif(told.orientation) if first_exif else b""
        plain = b"\xff\xe1" + (2 + len(_EXIF) + len(kept)).to_bytes(2, "big") + _EXIF + kept if kept else b""
        if kept and body == _EXIF + kept:
            return Block(start, end, None, (), "EXIF")
        return Block(start, end, plain, tuple(told.facts), "EXIF")
    if marker == 0xE1 and body.startswith(_XMP):
        return Block(start, end, b"", tuple(read_xmp(body)), "XMP")
    if marker == 0xED:
        return Block(start, end, b"", tuple(read_photoshop(body)), "Photoshop")
    if marker == 0xFE:
        return Block(start, end, b"", ("comment",), "comment")
    if marker == 0xE2 and body.startswith(b"MPF\0"):
        return Block(start, end, b"", ("further_pictures",), "MPF")
    if marker == 0xE0 and body.startswith(b"JFXX"):
        return Block(start, end, b"", ("thumbnail",), "JFXX")
    if marker == 0xEB and body[:2] == b"JP":
        return Block(start, end, b"", ("content_credentials",), "JUMBF")
    name = f"APP{marker - 0xE0}" if 0xE0 <= marker < 0xF0 else f"segment {marker:02X}"
    return Block(start, end, b"", ("other_data",), name)


def _behind(source: FileSource, start: int) -> Block:
    more = any(source.data.find(word, start) >= 0 for word in _MORE)
    return Block(start, source.size, b"", ("further_pictures" if more else "trailing_data",), "behind its end")
