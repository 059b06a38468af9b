"""Days as people name them: `today`, `monday`, `december`, `7 december`, `2026-12`, `last-week`.

Pure arithmetic of the calendar: what words name, seen from a day, `today`. When a day begins is a matter of a zone, and
of `time_words`. A day is its ordinal, as in `date.toordinal`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from itertools import count
from typing import NamedTuple

from occ_media_cli.time_zones import MONTHS, WEEKDAYS

DAYS = ("today", "yesterday", "tomorrow")
LENGTHS = ("week", "month", "quarter", "year")
NAMED = ("today", "yesterday", *(f"{which}-{length}" for length in LENGTHS for which in ("this", "last")))
"""Spans that have a name, of those that lie behind; `tomorrow` and `next-week` have one too."""

FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


class NoTime(Exception):
    """What was said is no time; why, where that is known."""


class Day(NamedTuple):
    """Days that may be meant, from the nearest on. ahead, behind: from today on, and back. fixed: the day itself.
    end: for a day, the one at which what was named ends; the same day for a date, which is a moment."""

    ahead: Callable[[], Iterable[int]]
    behind: Callable[[], Iterable[int]]
    end: Callable[[int], int]
    fixed: int | None = None


def day_named(words: str, today: int, *, towards_end: bool) -> Day | tuple[int, int] | None:
    """What words name: a day, or a span from one day to another, excluded; None for neither.

    today: the day on which it is said. towards_end: whether the end of what is named is asked for. NoTime for a day
    that there is not, and for one that is another weekday."""
    if words in DAYS:
        return _one_day(today + {"today": 0, "yesterday": -1, "tomorrow": 1}[words], named=towards_end)
    span = _span(words, today)
    if span is not None:
        return span
    weekday = place_of(words, WEEKDAYS)
    if weekday is not None:
        ahead = today + (weekday - (today - 1)) % 7
        behind = today - ((today - 1) - weekday) % 7
        return Day(lambda: count(ahead, 7), lambda: count(behind, -7), lambda day: day + 1)
    month = place_of(words, MONTHS)
    if month is not None:
        return _yearly(today, lambda year: _month_start(year * 12 + month), lambda day: _month_after(day))
    return _written_date(words, today)


def _written_date(words: str, today: int) -> Day | tuple[int, int] | None:
    parts = words.split()
    weekday = place_of(parts[0], WEEKDAYS) if len(parts) > 1 else None
    if weekday is not None:
        parts = parts[1:]
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", " ".join(parts), re.ASCII)
    if found is not None:
        return _of_weekday(_ordinal(int(found[1]), int(found[2]), int(found[3])), weekday)
    found = re.fullmatch(r"(\d{4})-(\d{2})", words, re.ASCII)
    if found is not None and 1 <= int(found[2]) <= 12 and int(found[1]):
        month = int(found[1]) * 12 + int(found[2]) - 1
        return _month_start(month), _month_start(month + 1)
    names = [(place, place_of(part, MONTHS)) for place, part in enumerate(parts)]
    said = [(place, number) for place, number in names if number is not None]
    if len(said) != 1:
        return None
    place, number = said[0]
    rest = parts[:place] + parts[place + 1 :]
    years = [part for part in rest if re.fullmatch(r"\d{4}", part, re.ASCII)]
    days = [part for part in rest if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", part, re.ASCII)]
    if len(years) + len(days) != len(rest) or len(years) > 1 or len(days) > 1:
        return None
    year = int(years[0]) if years else None
    if not days:
        if year is None or weekday is not None or not year:
            return None
        return _month_start(year * 12 + number), _month_start(year * 12 + number + 1)
    day = int(re.sub(r"\D", "", days[0]))
    if year is not None:
        return _of_weekday(_ordinal(year, number + 1, day), weekday)
    if not 1 <= day <= (29 if number == 1 else 30 if number in (3, 5, 8, 10) else 31):
        raise NoTime(f"{MONTHS[number].title()} has no day {day}")
    found_day = _yearly(today, lambda each: ordinal_or_none(each, number + 1, day), lambda each: each)
    if weekday is not None:  # without a year it says which one is meant, if any near one
        return _of_weekdays(found_day, weekday)
    return found_day._replace(end=lambda each: each)


def _of_weekday(day: int, weekday: int | None) -> Day:
    if weekday is not None and (day - 1) % 7 != weekday:
        raise NoTime(f"that day is a {WEEKDAYS[(day - 1) % 7].title()}")
    return _one_day(day, named=False)


def _of_weekdays(found: Day, weekday: int) -> Day:
    def only(days: Iterable[int]) -> Iterable[int]:
        return (day for day in days if (day - 1) % 7 == weekday)

    return Day(lambda: only(found.ahead()), lambda: only(found.behind()), lambda day: day)


def _one_day(day: int, *, named: bool) -> Day:
    return Day(lambda: (day,), lambda: (day,), lambda each: each + 1 if named else each, fixed=day)


def every_day(today: int) -> Day:
    """Any day: of a time on the clock alone."""
    return Day(lambda: count(today), lambda: count(today, -1), lambda day: day + 1)


def _yearly(today: int, of_year: Callable[[int], int | None], end: Callable[[int], int]) -> Day:
    """A day that comes every year, or in leap years. Both ways have the one of this year first: `read_time` asks
    whether it has been."""
    year = date.fromordinal(today).year

    def days(step: int) -> Iterable[int]:
        for each in count(year, step):
            found = of_year(each)
            if found is not None:
                yield found
            elif not 1 <= each <= 9999:
                raise OverflowError

    return Day(lambda: days(1), lambda: days(-1), end)


def _span(words: str, today: int) -> tuple[int, int] | None:
    """The first day of a named span, and that behind its last one."""
    found = re.fullmatch(r"(this|last|next)[ -_](week|month|quarter|year)", words)
    if found is None:
        return None
    step = ("last", "this", "next").index(found[1]) - 1
    if found[2] == "week":
        monday = today - (today - 1) % 7 + 7 * step
        return monday, monday + 7
    day = date.fromordinal(today)
    length = {"month": 1, "quarter": 3, "year": 12}[found[2]]
    month = day.year * 12 + day.month - 1
    first = month - month % length + step * length
    return _month_start(first), _month_start(first + length)


def place_of(word: str, names: tuple[str, ...]) -> int | None:
    """The place of a weekday or a month that a word names, whole or by its first three letters."""
    for place, name in enumerate(names):
        if word in (name, name[:3]) or (word in ("sept", "tues", "thur", "thurs") and name.startswith(word)):
            return place
    return None


def _ordinal(year: int, month: int, day: int) -> int:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        raise NoTime("there is no such day" if 1 <= month <= 12 and day <= 31 and day and year else "") from None


def ordinal_or_none(year: int, month: int, day: int) -> int | None:
    """The day of a date; None where the calendar has none."""
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def _month_start(month: int) -> int:
    """The first day of a month, counted from the first of the year 0; just outside of all days for any beyond."""
    year, place = divmod(month, 12)
    if not 1 <= year <= 9999:
        return FIRST_DAY - 1 if year < 1 else LAST_DAY + 1
    return date(year, place + 1, 1).toordinal()


def _month_after(day: int) -> int:
    found = date.fromordinal(day)
    return _month_start(found.year * 12 + found.month)
