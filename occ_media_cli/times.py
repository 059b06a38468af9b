"""Times and durations, as contracts.md §3 states them; `windows` has the ends of a period.

Inside the program a time is an integer: milliseconds since 1970-01-01T00:00:00Z. Text is RFC 3339 with an offset on
the way in, and UTC with milliseconds on the way out.
"""

from __future__ import annotations

import re
import time as _clock
from datetime import UTC, datetime, timedelta

from occ_media_cli.errors import UsageError
from occ_media_cli.leap_seconds import refuse_leap_second

SECOND = 1_000
DAY = 86_400 * SECOND
UNITS = {"s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND, "d": DAY, "w": 7 * DAY}
CLOCKS_APART = 5 * 60 * SECOND
"""How far two readings of a machine's clock may disagree before somebody is told. A clock that is kept right is stepped
by seconds, a command waits for another for half a minute, and what is judged by such times is counted in hours."""

LONGEST = 100 * 366 * DAY
"""The longest duration that is taken, 100 years: more is a slip of the finger."""

# Texts, not compiled patterns: most commands need neither, and `re` keeps what it compiled.
_TIME = r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?([Zz]|[+-]\d{2}:\d{2})?)?"
_DURATION = r"([1-9][0-9]{0,9})([smhdw])"

ZONE = "UTC"
"""The zone of what programs read, and of a period where nobody named another."""

EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
"""The first and the last millisecond of the years 1 to 9999: only what lies between them can be written."""


class OutsideYears(ValueError):
    """A time that has no form here: in UTC it lies before the year 1 or after the year 9999."""


def wall() -> int:
    """The machine's clock."""
    return _clock.time_ns() // 1_000_000


def text(milliseconds: int) -> str:
    """`2026-03-01T10:00:00.000Z`; always 24 characters.

    A moment before the year 1 or after the year 9999 is written as the first or the last that can be: nobody can name
    one, but what is reckoned may come to it, as the end of 30 days does that begin on the last day.
    """
    seconds, rest = divmod(_written(milliseconds), 1_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03d}Z" if moment.year > 999 else f"{moment.isoformat()[:19]}.{rest:03d}Z"


def _written(milliseconds: int) -> int:
    return min(max(milliseconds, EARLIEST), LATEST)


def optional_text(milliseconds: int | None) -> str | None:
    """Like `text`; None stays None."""
    return None if milliseconds is None else text(milliseconds)


def parse(value: str) -> int:
    """Milliseconds of an RFC 3339 time or a date.

    A date means 00:00 UTC; digits finer than milliseconds are cut. A time without an offset raises ValueError,
    because nobody can know which zone it meant; so does anything else. NoLeapSecond is raised for a second 60 that
    cannot be, OutsideYears for a time whose offset takes it out of the years 1 to 9999.
    """
    match = re.fullmatch(_TIME, value, re.ASCII)
    if match is None:
        raise ValueError(f"'{value}' is not a time")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        moment = datetime(int(year), int(month), int(day), tzinfo=UTC)
        return int(moment.timestamp()) * 1_000
    if zone is None:
        raise ValueError(f"'{value}' has no offset")
    # A leap second has no place of its own in Unix time; it is read as the second before it, never as an error.
    whole = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
    shift = 0
    if int(second) > 60:
        raise ValueError(f"'{value}' is not a time")
    if zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            raise ValueError(f"'{value}' has an offset that does not exist")
        shift = (hours * 60 + minutes) * 60_000 * (-1 if zone[0] == "-" else 1)
    found = int(whole.timestamp()) * 1_000 + int((fraction or "0")[:3].ljust(3, "0")) - shift
    refuse_leap_second(value, second, found)
    if not EARLIEST <= found <= LATEST:
        raise OutsideYears(f"'{value}' is in UTC outside the years 1 to 9999")
    return found


Moment = datetime | str | int
"""How Python callers may name a moment: aware, RFC 3339 text with an offset, or milliseconds since 1970 in UTC."""


def moment(value: Moment, name: str) -> int:
    """Milliseconds of a moment that a Python caller names; UsageError, with the name, for what is none."""
    try:
        found = _milliseconds(value)
    except (ValueError, TypeError, OverflowError) as problem:
        raise UsageError(
            f"{name} {problem}", hint="give a datetime with a zone, text like 2026-03-01T10:00:00Z, or milliseconds"
        ) from None
    if not EARLIEST <= found <= LATEST:
        raise UsageError(f"{name} {found} is not in the years 1 to 9999", hint="count milliseconds since 1970")
    return found


def when(milliseconds: int) -> datetime:
    """The moment that a result names, as a datetime in UTC.

    >>> when(1_709_546_400_000)
    datetime.datetime(2024, 3, 4, 10, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_written(milliseconds))


def _milliseconds(value: object) -> int:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"'{value.isoformat()}' has no offset")
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r:.40} is not a time")


NEARER = "name a moment in the years 1 to 9999, such as 2026-03-01T10:00:00Z"
"""Help where a moment has no form here."""


def later(moment: int, length: int, option: str) -> int:
    """The moment a length after another one, or before it where the length is negative, both in milliseconds.

    UsageError, with the name of what asked for it, where that is no moment that can be written.
    """
    return check_nameable(moment + length, option)


def check_nameable(moment: int, option: str) -> int:
    """A moment that can be written; UsageError for any other, with the name of what asked for it."""
    if not EARLIEST <= moment <= LATEST:
        raise UsageError(f"{option} comes to a moment outside the years 1 to 9999", hint=NEARER)
    return moment


def duration(value: str, option: str = "the duration") -> int:
    """Milliseconds of `30m`, `4h`, `7d`, `2w` …: a positive integer and one unit, nothing else."""
    match = re.fullmatch(_DURATION, value, re.ASCII)
    if match is None:
        digits = value.isascii() and value.isdigit() and int(value) > 0
        raise UsageError(
            f"{option} '{value}' has no unit" if digits else f"{option} '{value}' is not a duration",
            hint=f"write {value}m, {value}h or {value}d (units: s m h d w)"
            if digits
            else _one_unit(value) or "write a positive whole number and one of s m h d w, like 4h or 30d",
        )
    length = int(match[1]) * UNITS[match[2]]
    if length > LONGEST:
        raise UsageError(f"{option} '{value}' is longer than 100 years", hint="write a duration such as 30d or 52w")
    return length


def _one_unit(value: str) -> str | None:
    """What to write for a duration of several units, such as `150m` for `2h30m`; None for anything else."""
    parts = re.findall(r"([0-9]{1,9})([smhdw])", value, re.ASCII)
    if len(parts) < 2 or "".join(map("".join, parts)) != value.replace(" ", ""):
        return None
    whole = sum(int(number) * UNITS[unit] for number, unit in parts)
    unit = next(unit for unit in ("w", "d", "h", "m", "s") if whole % UNITS[unit] == 0)
    return f"write {whole // UNITS[unit]}{unit}" if whole else None


def is_duration(value: str) -> bool:
    """Whether a text is of the form that `duration` takes."""
    return re.fullmatch(_DURATION, value, re.ASCII) is not None


Span = timedelta | str
"""How Python callers may name a length of time: a timedelta, or text like `30d`."""


def span(value: Span, name: str) -> int:
    """Milliseconds of a length that a Python caller names; UsageError, with the name, for what is none."""
    if isinstance(value, timedelta):
        value = _words_of_length(value, name)
    if not isinstance(value, str):
        raise UsageError(f"{name} {value!r:.40} is not a duration", hint="give a timedelta, or text such as 30d")
    return duration(value, name)


def span_text(value: Span, name: str) -> str:
    """A length as it is kept, such as `30d`; UsageError, with the name, for what is none."""
    span(value, name)
    return _words_of_length(value, name) if isinstance(value, timedelta) else value


def _words_of_length(value: timedelta, name: str) -> str:
    seconds, rest = divmod(value, timedelta(seconds=1))
    if seconds < 1 or rest:
        raise UsageError(f"{name} {value} is not a length in whole seconds", hint="give a second or more")
    unit = next(unit for unit in ("w", "d", "h", "m", "s") if seconds * SECOND % UNITS[unit] == 0)
    return f"{seconds * SECOND // UNITS[unit]}{unit}"


def hint(moment: int, now: int) -> str:
    """`in 4h`, `2d ago`: one unit, rounded down, to stand behind a time and never instead of it."""
    distance = abs(moment - now)
    for unit in ("d", "h", "m"):
        if distance >= UNITS[unit]:
            amount = f"{distance // UNITS[unit]}{unit}"
            break
    else:
        amount = f"{distance // SECOND}s"
    return f"in {amount}" if moment >= now else f"{amount} ago"
