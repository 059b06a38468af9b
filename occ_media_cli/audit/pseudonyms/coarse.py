"""What coarse pseudonyms make of moments and sizes: nobody finds a file or a change again in another log by them.

A moment is that of its hour, in whatever column or text it stands; a size has two digits.
"""

from __future__ import annotations

import re

from occ_media_cli import times
from occ_media_cli.report.lanes import Lanes
from occ_media_cli.values import replace

SIZES = frozenset({"size", "bytes", "stored"})
"""Columns of sizes."""

DURATIONS = frozenset({"remove_after_ms"})
"""Columns of milliseconds that are no moment, and say nothing of one."""

HOUR = times.DAY // 24

_CLOCK = r"(?P<hour>[01]?\d|2[0-3])(?P<between>[:.])[0-5]\d(?:(?P=between)(?:[0-5]\d|60)(?:[.,]\d+)?)?"
_AFTER_DATE = r"(?<!\d)(?P<date>\d{4}-\d\d-\d\d(?:[T_ ]|,? at ))"
_DATED = re.compile(_AFTER_DATE + _CLOCK + r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?(?!\d)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w:.+-])" + _CLOCK.replace("[:.]", ":") + r"(?![\w:]|\.\d)")
_TOGETHER = re.compile(
    r"(?<!\d)(?P<date>(?:19|20)\d\d[01]\d[0-3]\d[T_-]?)(?P<hour>[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?(?!\d)"
)
_EPOCH = re.compile(r"(?<![\w.-])[12]\d{12}(?![\w.])")


def is_moment(column: str) -> bool:
    """Whether a column holds moments, in milliseconds."""
    return column.endswith("_ms") and column not in DURATIONS


def moment(value: int) -> int:
    """A moment in milliseconds as that of its hour; what stands for no end stays.

    >>> moment(1_770_115_032_345)
    1770112800000
    """
    return value - value % HOUR if times.EARLIEST <= value <= times.LATEST else value


def text(value: str) -> str:
    """A text in which every moment is that of its hour, however it is written.

    >>> text("from 2026-02-03T10:37:12.345Z, seen 11:05, ms 1770115032345, 2026-02-03 at 10.37.12")
    'from 2026-02-03T10:00:00.000Z, seen 11:00, ms 1770112800000, 2026-02-03 at 10.00.00'
    """
    if not any(char.isdecimal() for char in value):
        return value
    for pattern in (_DATED, _TOGETHER, _BARE):
        value = pattern.sub(_of_its_hour, value)
    return _EPOCH.sub(lambda found: str(moment(int(found[0]))), value)


def _of_its_hour(found: re.Match[str]) -> str:
    whole, end = found[0], found.end("hour") - found.start()
    zone = found.groupdict().get("zone") or ""
    rest = whole[end : len(whole) - len(zone)]
    return whole[:end] + re.sub(r"\d", "0", rest) + zone


def lanes(drawn: Lanes) -> Lanes:
    """A picture over time in which every moment is that of its hour."""
    found = [
        replace(
            lane,
            stretches=[replace(each, start=moment(each.start), end=moment(each.end)) for each in lane.stretches],
            ticks=[moment(tick) for tick in lane.ticks],
        )
        for lane in drawn.lanes
    ]
    return replace(drawn, start=moment(drawn.start), end=moment(drawn.end), lanes=found)


def size(value: int) -> int:
    """A size with two digits: 34,567 bytes are 35,000.

    >>> size(34_567), size(99), size(0)
    (35000, 99, 0)
    """
    return round(value, 2 - len(str(abs(value)))) if abs(value) >= 100 else value
