"""Whether the pieces of a HEIC are there (ISO/IEC 23008-12) and hold what HEVC may hold (ITU-T H.265, annex B).

A decoder paints green where a piece is missing, and anything where it has a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from occ_media_cli.media.readers.boxes import Cut, IsoBox, boxes
from occ_media_cli.media.source import FileSource

_CODED = frozenset((b"hvc1", b"hev1"))
_FORBIDDEN = (b"\0\0\0", b"\0\0\1", b"\0\0\2")
"""Three bytes that an encoder parts by a fourth, so that they never stand in what it wrote."""

_HOLE = re.compile(rb"(.)\1{1023}", re.DOTALL)
_SLICES = 32
"""Numbers of NAL units below this are picture data."""

_MOST_ITEMS = 100_000


class _Item(NamedTuple):
    """An item of the picture: how its place is counted, and the pieces (offset, length; 0 for up to the end)."""

    method: int
    extents: tuple[tuple[int, int], ...]


def find_heic_damage(source: FileSource) -> str | None:
    """What is missing or wrong in a HEIC; None where nothing is known to be."""
    try:
        return _look(source)
    except Cut as cut:
        return f"it is cut off inside its {cut.box.kind.decode('latin-1')} box"
    except (IndexError, ValueError):
        return "its index contradicts itself"


def _look(source: FileSource) -> str | None:
    meta = next((box for box in boxes(source, 0, source.size) if box.kind == b"meta"), None)
    if meta is None:
        return None
    inner = {box.kind: box for box in boxes(source, meta.body + 4, meta.end)}
    if b"iloc" not in inner or b"iinf" not in inner:
        return "it has no index of its pieces"
    kinds = dict(_kinds(source, inner[b"iinf"]))
    held = inner.get(b"idat")
    for number, item in _items(source.data[inner[b"iloc"].body : inner[b"iloc"].end]):
        begin, end = (0, source.size) if item.method == 0 else (held.body, held.end) if held is not None else (0, 0)
        if item.method > 1:
            continue
        pieces = [(begin + at, begin + at + length if length else end) for at, length in item.extents]
        if any(not begin <= at <= upto <= end for at, upto in pieces):
            return "a part of its picture is missing"
        if kinds.get(number) in _CODED:
            why = _coded(b"".join(source.data[at:upto] for at, upto in pieces))
            if why is not None:
                return why
    return None


def _coded(data: bytes) -> str | None:
    """What is wrong with a coded picture: NAL units, each behind its length."""
    at, slices = 0, 0
    while at + 4 < len(data):
        begin, after = at + 4, at + 4 + int.from_bytes(data[at : at + 4], "big")
        if after > len(data) or after < begin + 3 or data[begin] & 0x80:
            return "its picture data goes astray"
        unit = data[begin:after].rstrip(b"\0") if data[begin] >> 1 >= _SLICES else data[begin:after]
        if any(each in unit for each in _FORBIDDEN) or _HOLE.search(unit):
            return "its picture data has a hole"
        slices += data[begin] >> 1 < _SLICES
        at = after
    if at != len(data):
        return "its picture data goes astray"
    return None if slices else "a part of its picture is missing"


def _kinds(source: FileSource, box: IsoBox) -> Iterator[tuple[int, bytes]]:
    """The four letters of each item."""
    version = source.data[box.body]
    at = box.body + (6 if version == 0 else 8)
    for each in boxes(source, at, box.end):
        body = source.data[each.body : min(each.end, each.body + 16)]
        if each.kind == b"infe" and body[0] >= 2:
            wide = 2 if body[0] == 2 else 4
            yield int.from_bytes(body[4 : 4 + wide], "big"), body[6 + wide : 10 + wide]


def _items(body: bytes) -> Iterator[tuple[int, _Item]]:
    """The items of an iloc box."""
    version, at = body[0], 6
    sizes = body[4] >> 4, body[4] & 15, body[5] >> 4, body[5] & 15 if version else 0

    def number(wide: int) -> int:
        nonlocal at
        if at + wide > len(body):
            raise ValueError
        at += wide
        return int.from_bytes(body[at - wide : at], "big")

    for _ in range(min(number(4 if version == 2 else 2), _MOST_ITEMS)):
        item, method = number(4 if version == 2 else 2), number(2) & 15 if version else 0
        number(2)
        base, extents = number(sizes[2]), list[tuple[int, int]]()
        for _ in range(number(2)):
            number(sizes[3])
            offset = base + number(sizes[0])
            extents.append((offset, number(sizes[1])))
        yield item, _Item(method, tuple(extents))
