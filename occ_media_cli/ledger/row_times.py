"""The time that a row states: RFC 3339 and what databases and programs write beside it. The one way for every source
and for the gate.

Taken is what can mean one moment alone. PostgreSQL writes `2026-03-01 10:00:00+00`, Ruby `2026-03-01 10:00:00 +0000`
and `2026-03-01 10:00:00 UTC`, and some exports leave the seconds out. A time without an offset, a zone by its name (CST
is three), and a date whose day or month comes first are several moments, and refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.leap_seconds import NoLeapSecond, refuse_leap_second

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2}(?:[.,]\d+)?)?(?: ?([Zz]|UTC|utc|GMT|[+-]\d{2}(?::?\d{2})?))?)?",
    re.ASCII,
)
_NAMED_ZONE = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)? ?(?![AaPp][Mm]$)[A-Za-z][\w/+-]*", re.ASCII
)
_DAY_OR_MONTH = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?:\D.*)?", re.ASCII)


def read_time(value: str, zone: ZoneInfo | None = None) -> int:
    """Milliseconds of a time as a row states it; a date is 00:00. zone: where it stands that has no offset, UTC for
    dates and none for times without one.

    ValueError says why it is none, in words that follow the name of the field.
    """
    match = _TIME.fullmatch(value)
    if match is None:
        raise ValueError(f"'{value}' {_why_not(value)}")
    day, minutes, seconds, offset = match.groups()
    try:
        if offset is None and zone is not None:
            return _in_zone(value, f"{day}T{minutes or '00:00'}", seconds or ":00", zone)
        if minutes is None:
            return times.parse(day)
        return times.parse(f"{day}T{minutes}{seconds or ':00'}{_offset(offset)}")
    except times.OutsideYears:
        raise ValueError(f"'{value}' is in UTC outside the years 1 to 9999") from None
    except NoLeapSecond:
        raise NoLeapSecond(value) from None  # as it was written
    except ValueError as problem:
        if "twice or never" in str(problem):
            raise
        words = "has no offset" if offset is None and minutes is not None and zone is None else "is not a time"
        raise ValueError(f"'{value}' {words}") from None


FORMAT_WORDS = frozenset("YmdHMSfzyjbBpI%")
"""What may stand behind a `%` in the form of a time, as of Python's `strptime`; names of days say nothing."""


def read_time_as(value: str, form: str, zone: ZoneInfo | None = None) -> int:
    """Milliseconds of a time in a form that a mapping states, such as `%d.%m.%Y %H:%M`. zone: where it stands, unless
    the form has the offset (`%z`).

    ValueError says why it is none, in words that follow the name of the field.
    """
    try:
        found = datetime.strptime(value.strip(), form)  # noqa: DTZ007 - its zone is put to it below
    except ValueError:
        raise ValueError(f"'{value}' is not written as {form}") from None
    if found.tzinfo is not None:
        return (found - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if zone is None:
        raise ValueError(f"'{value}' has no offset")
    return _in_zone(value, found.isoformat(timespec="minutes"), f":{found:%S}.{found.microsecond:06}", zone)


def _offset(written: str | None) -> str:
    """An offset as RFC 3339 has it; empty where there is none."""
    if written is None or written in "Zz":
        return written or ""
    if written[0] not in "+-":
        return "Z"
    return f"{written[:3]}:{written[3:].lstrip(':') or '00'}"


def _in_zone(value: str, minute: str, seconds: str, zone: ZoneInfo) -> int:
    """A time by the clocks of a zone, where it is there once."""
    # As if the clocks were those of UTC; ValueError where there is no such time.
    found = times.parse(f"{minute}{seconds.replace(':60', ':59')}Z")
    moment = datetime.fromtimestamp(found // 1_000, UTC).replace(tzinfo=zone)
    shift = moment.utcoffset()
    if shift is None or shift != moment.replace(fold=1).utcoffset():
        raise ValueError(f"'{value}' is twice or never on the day that the clocks change")
    found -= int(shift.total_seconds()) * 1_000
    refuse_leap_second(value, seconds[1:3], found)
    return found


def _why_not(value: str) -> str:
    if _NAMED_ZONE.fullmatch(value):
        return "names a zone, which may be several: write the offset from UTC"
    if _DAY_OR_MONTH.fullmatch(value):
        return "may begin with the day or the month: write it like 2026-03-01"
    return "is not a time"
