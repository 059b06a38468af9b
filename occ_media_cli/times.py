"""Times and durations, as contracts.md §3 states them; `windows` has the ends of a period.

Inside the program a time is an integer: milliseconds since 1970-01-01T00:00:00Z. Text is RFC 3339 with an offset on
the way in, and UTC with milliseconds on the way out.
"""

from __future__ import annotations

import re
import time as _clock
from datetime import UTC, datetime, timedelta

from occ_media_cli.errors import Slip, UsageError
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
        if digits:
            raise UsageError(
                f"{option} '{value}' has no unit", hint=f"write {value}m, {value}h or {value}d (units: s m h d w)"
            )
        meant = duration_meant(value)
        raise UsageError(
            f"{option} '{value}' is not a duration",
            hint="write a positive whole number and one of s m h d w, like 4h or 30d"
            if meant is None
            else f"write {meant}",
            slip=None if meant is None or not option.startswith("-") else Slip(value, (meant,), (option,)),
        )
    length = int(match[1]) * UNITS[match[2]]
    if length > LONGEST:
        raise UsageError(f"{option} '{value}' is longer than 100 years", hint="write a duration such as 30d or 52w")
    return length


_OTHER_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"),
    "m": ("m", "min", "mins", "minute", "minutes", "minuten"),
    "h": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas"),
    "d": ("d", "day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días"),
    "w": ("w", "wk", "wks", "week", "weeks", "woche", "wochen", "semaine", "semaines"),
}
_LONG_UNITS = {"month": 30, "months": 30, "mon": 30, "mo": 30, "monat": 30, "monate": 30, "quarter": 91, "quarters": 91,
               "year": 365, "years": 365, "yr": 365, "yrs": 365, "y": 365, "jahr": 365, "jahre": 365}  # fmt: skip
"""Days of what has no fixed length: as many as people reckon with."""

_NUMBERS = {"a": "1", "an": "1", "one": "1", "ein": "1", "eine": "1", "half": "0.5", "two": "2", "three": "3",
            "four": "4", "five": "5", "six": "6",
            "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12"}  # fmt: skip


def duration_meant(value: str) -> str | None:
    """The duration of one unit that a text means which is written in another way, such as `150m` for `2h30m` and `90d`
    for `90 days`; None for anything else."""
    said = value.casefold().strip().removeprefix("+").replace(",", ".")
    said = re.sub(r"^half an? ", "half ", said)
    parts = re.findall(r"([0-9]{1,9}(?:\.[0-9]{1,3})?|[a-zí]+(?= ))[ -]*([a-zí]+)\.?(?:\s+and\s+|\s*)", said)
    length = 0.0
    for number, word in parts:
        unit = next((unit for unit, words in _OTHER_UNITS.items() if word in words), None)
        days = _LONG_UNITS.get(word)
        amount = _NUMBERS.get(number, number)
        if (unit is None and days is None) or not amount[:1].isdigit():
            return None
        length += float(amount) * (UNITS[unit] if unit is not None else (days or 0) * DAY)
    read = "".join(f"{number}{word}" for number, word in parts)
    if not parts or (
        read != re.sub(r"[ .-]|\band\b", "", said) and read.replace(".", "") != re.sub(r"[ .-]|\band\b", "", said)
    ):
        return None
    whole = round(length)
    if len(parts) == 1:  # in the unit that was said, where it is one
        own = next((unit for unit, words in _OTHER_UNITS.items() if parts[0][1] in words), "d")
        if whole and whole % UNITS[own] == 0:
            return f"{whole // UNITS[own]}{own}"
    unit = next((unit for unit in ("w", "d", "h", "m", "s") if whole % UNITS[unit] == 0), None)
    return f"{whole // UNITS[unit]}{unit}" if whole and unit is not None else None


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
