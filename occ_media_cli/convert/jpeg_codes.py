"""The codes of a sequential JPEG followed to their end (ITU-T T.81, annex F): a hole in them is seen where a decoder
goes on without a word.

Huffman codes find back into step after a hole, and a decoder then paints on with wrong means. Two things betray it that
no encoder makes: a block of more than 64 values, and a mean that no picture of 8 bits has. The third is the end: the
blocks of the header are there exactly when their bytes are used up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from occ_media_cli.convert.libraries import numpy

_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_RESTART = re.compile(rb"\xff+([\xd0-\xd7])")
_TWIN = 1 << 16
"""Two bytes: as long as a code may be."""

_TOGETHER = 5
"""Codes that a table of several holds at most, besides the first."""

_INVALID, _STOP = 0xFF00, 1 << 20
_MEAN = 1024
"""The largest mean of a block of 8 bits, eight times as it is counted."""

_HOLE = bytes(32)
_SPARE = 16
"""Bytes that may stand behind the last block of a scan: hardware writes whole words."""

MOST_FOLLOWED = 24_000_000
"""Bytes of codes that are followed; they take 0.3 s for each million."""


class _Part(NamedTuple):
    """A component of the frame: blocks of it in a unit, its sides in blocks when it comes alone, the step of means."""

    wide: int
    high: int
    columns: int
    rows: int
    quantiser: int


class _Code(NamedTuple):
    """A table of codes. one: of two bytes, the bits of the first code and its value, and by how many values it goes on
    (or `_STOP`); several: the same of all codes that these bytes hold whole."""

    one: memoryview
    several: memoryview


class NotFollowed(Exception):
    """It is a JPEG of another process, or its picture data is too long."""


class _Astray(Exception):
    """The text says what is wrong with the codes."""


class Segment(NamedTuple):
    """One segment. begin: of its marker. codes: behind what its length says. end: behind the codes, in a scan."""

    marker: int
    begin: int
    codes: int
    end: int


def find_code_damage(content: bytes) -> str | None:
    """What is wrong with the picture data of a sequential JPEG of 8 bits; None where nothing is.

    Raises `NotFollowed` for every other JPEG, and for one whose data is too long.
    """
    try:
        _follow_all(content)
    except _Astray as wrong:
        return str(wrong)
    except (IndexError, ValueError, KeyError, ZeroDivisionError):
        return "its headers contradict each other"
    return None


def segments(content: bytes) -> Iterator[Segment]:
    """The segments up to the end of the picture; what stands between them and is none is passed over."""
    at = 2
    while at + 4 <= len(content):
        marker = content[at + 1]
        if content[at] != 0xFF or marker in (0xFF, 0, 1) or 0xD0 <= marker <= 0xD8:
            at += 1
            continue
        if marker == 0xD9:
            return
        begin, after = at, at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        at = after
        if marker == 0xDA:
            end = _END_OF_SCAN.search(content, after)
            at = end.start() if end is not None else len(content)
        yield Segment(marker, begin, after, at)


def _follow_all(content: bytes) -> None:
    interval, left = 0, MOST_FOLLOWED
    steps: dict[int, int] = {}
    codes: dict[int, _Code] = {}
    parts: dict[int, _Part] = {}
    units = (0, 0)
    seen = set[int]()
    for each in segments(content):
        body = content[each.begin + 4 : each.codes]
        if each.marker in (0xC0, 0xC1):
            units, parts = _frame(body)
            if body[0] != 8 or not all(units):  # or its height comes after its first scan
                raise NotFollowed
        elif 0xC0 < each.marker < 0xD0 and each.marker not in (0xC4, 0xC8, 0xCC):
            raise NotFollowed
        elif each.marker == 0xDB:
            _quantisers(body, steps)
        elif each.marker == 0xC4:
            _tables(body, codes)
        elif each.marker == 0xDD:
            interval = int.from_bytes(body[:2], "big")
        elif each.marker == 0xDA:
            left -= each.end - each.codes
            if left < 0:
                raise NotFollowed
            seen.update(body[1 : 1 + 2 * body[0] : 2])
            _scan(content[each.codes : each.end], body, (parts, codes, steps), units, interval)
    if not seen or not seen.issuperset(parts):
        raise _Astray("a part of its picture is missing")


def _frame(body: bytes) -> tuple[tuple[int, int], dict[int, _Part]]:
    """(sides in units of all components, the components by number)."""
    high, wide = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    found = [(body[at], body[at + 1] >> 4, body[at + 1] & 15, body[at + 2]) for at in range(6, 6 + 3 * body[5], 3)]
    most_wide, most_high = max(each[1] for each in found), max(each[2] for each in found)
    parts = {}
    for number, across, down, table in found:
        columns, rows = (wide * across + most_wide - 1) // most_wide, (high * down + most_high - 1) // most_high
        parts[number] = _Part(across, down, (columns + 7) // 8, (rows + 7) // 8, table)
    return (-(-wide // (8 * most_wide)), -(-high // (8 * most_high))), parts


def _quantisers(body: bytes, steps: dict[int, int]) -> None:
    at = 0
    while at < len(body):
        wide = body[at] >> 4
        steps[body[at] & 15] = int.from_bytes(body[at + 1 : at + 3], "big") if wide else body[at + 1]
        at += 129 if wide else 65


def _tables(body: bytes, codes: dict[int, _Code]) -> None:
    at = 0
    while at + 17 <= len(body):
        counts = body[at + 1 : at + 17]
        values = body[at + 17 : at + 17 + sum(counts)]
        codes[body[at]] = _code(counts, values, means=body[at] < 16)
        at += 17 + len(values)


@lru_cache(maxsize=32)
def _code(counts: bytes, values: bytes, *, means: bool) -> _Code:
    """The table of one DHT, for all pairs of bytes."""
    np = numpy()
    lengths, steps = np.zeros(_TWIN, np.int32), np.full(_TWIN, _INVALID, np.int32)
    bits = np.zeros(_TWIN, np.int32)
    place, at = 0, 0
    for length, count in enumerate(counts, 1):
        for value in values[at : at + count]:
            upto = place + (1 << 16 - length)
            lengths[place:upto] = length
            bits[place:upto] = length + (value & 15 if not means else 0)
            if means:
                steps[place:upto] = value << 8
            else:
                steps[place:upto] = _STOP if not value & 15 and value >> 4 < 15 else (value >> 4) + 1 << 8
            place = upto
        at += count
    one = bits + steps
    if means:
        return _Code(_held(one), _held(one))
    taken, going, reached = bits.copy(), steps.copy(), bits.copy()
    window = np.arange(_TWIN, dtype=np.int32)
    for _ in range(_TOGETHER):
        rest = (window << np.minimum(reached, 16)) & _TWIN - 1
        more = (going < _INVALID) & (reached < 16) & (lengths[rest] > 0) & (lengths[rest] <= 16 - reached)
        if not more.any():
            break
        taken += np.where(more, bits[rest], 0)
        going += np.where(more, steps[rest], 0)
        reached = np.where(more, reached + bits[rest], 16)
    return _Code(_held(one), _held(taken + going))


def _held(values: Any) -> memoryview:
    return memoryview(values.astype("=u4").tobytes()).cast("I")


def _scan(
    data: bytes,
    header: bytes,
    known: tuple[dict[int, _Part], dict[int, _Code], dict[int, int]],
    units: tuple[int, int],
    interval: int,
) -> None:
    """Follow one scan. Raises `_Astray`."""
    parts, codes, steps = known
    named = [(parts[header[at]], header[at + 1]) for at in range(1, 1 + 2 * header[0], 2)]
    blocks = list[tuple[int, _Code, _Code, int]]()
    for place, (part, tables) in enumerate(named):
        count = part.wide * part.high if len(named) > 1 else 1
        most = _MEAN // steps[part.quantiser] + 2
        blocks += [(place, codes[tables >> 4], codes[16 | tables & 15], most)] * count
    total = units[0] * units[1] if len(named) > 1 else named[0][0].columns * named[0][0].rows
    pieces, marks = _pieces(data) if interval else ([data], b"")
    wanted = -(-total // interval) if interval else 1
    if len(pieces) < wanted:
        raise _Astray("a part of its picture is missing")
    if any(mark & 7 != number & 7 for number, mark in enumerate(marks[: wanted - 1])):
        raise _Astray("parts of its picture are missing, or stand where they should not")
    for number, piece in enumerate(pieces[:wanted]):
        here = min(interval, total - number * interval) if interval else total
        _follow(piece.replace(b"\xff\x00", b"\xff"), here, blocks, len(named))


def _pieces(data: bytes) -> tuple[list[bytes], bytes]:
    """(what stands between the restart markers, these markers)."""
    found = _RESTART.split(data)
    return found[::2], b"".join(found[1::2])


def _follow(data: bytes, units: int, blocks: Sequence[tuple[int, _Code, _Code, int]], count: int) -> None:
    """Follow the codes between two markers: so many units of these blocks."""
    np = numpy()
    held = np.zeros(len(data) + 8, np.uint32)
    held[: len(data)] = np.frombuffer(data, np.uint8)
    three = memoryview(((held[:-2] << 16) | (held[1:-1] << 8) | held[2:]).tobytes()).cast("I")
    end, at = 8 * len(data), 0
    means = [0] * count
    order = [(place, direct.one, other.one, other.several, most) for place, direct, other, most in blocks]
    try:
        for _ in range(units):
            for place, direct, one, several, most in order:
                entry = direct[three[at >> 3] >> 8 - (at & 7) & 0xFFFF]
                size = entry >> 8
                at += entry & 255
                if size:
                    if size > 11:
                        raise _Astray("its picture data has a code that is none")
                    value = three[at >> 3] >> 24 - (at & 7) - size & (1 << size) - 1
                    at += size
                    mean = means[place] = means[place] + (value if value >> size - 1 else value - (1 << size) + 1)
                    if not -most <= mean <= most:
                        raise _Astray("its picture data goes astray")
                place_in_block = 1
                while place_in_block < 64:
                    pair = three[at >> 3] >> 8 - (at & 7) & 0xFFFF
                    entry = several[pair]
                    after = place_in_block + (entry >> 8 & 0xFFF)
                    if after > 64 or (after == 64 and entry >= _STOP):  # some of these codes are of the next block
                        entry = one[pair]
                        after = place_in_block + (entry >> 8 & 0xFFF)
                        if after > 64:
                            raise _Astray("its picture data has a block of more than 64 values")
                    at += entry & 255
                    if entry >= _STOP:
                        break
                    place_in_block = after
            if at > end + 7:
                raise _Astray("its picture data ends before its picture does")
    except IndexError:
        raise _Astray("its picture data ends before its picture does") from None
    if at > end:
        raise _Astray("its picture data ends before its picture does")
    if _HOLE in data[: at + 7 >> 3] and any(not one[0] >= _STOP for _, _, one, _, _ in order):
        raise _Astray("its picture data has a hole")  # zeros here mean no even picture, but 63 equal values in a block
    rest = data[at + 7 >> 3 :]
    if len(rest) > _SPARE and rest.strip(b"\0") and rest.strip(b"\xff"):
        raise _Astray("its picture is whole before its data ends")
