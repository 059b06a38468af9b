"""Times as people say them: `17:00`, `monday 9:00`, `7 december`, `last-week`, `2d`, `2026-12-07 09:00`.

The one home of the words of time on a command line. `read_time` is pure: what a word comes to follows from the moment
at which it is said, the zone of who says it, and whether it looks ahead or back. Weeks begin on Monday. What could mean
two moments is refused with both; documents and rows of a ledger have offsets, and are read by `times.parse`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Literal, NamedTuple

from occ_media_cli import times
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.time_zones import MONTHS, UTC_ZONE, WEEKDAYS, Zone, in_words, local, with_offset

Towards = Literal["start", "end", "future", "past"]
"""Where a time lies. start, end: of a period that was looked at, so behind now; an end that a name says lies behind
what it names, so that one name for both ends means the whole of it. future: of what is to come. past: what was."""

_DAYS = ("today", "yesterday", "tomorrow")
_LENGTHS = ("week", "month", "quarter", "year")
NAMED = ("today", "yesterday", *(f"{which}-{length}" for length in _LENGTHS for which in ("this", "last")))
"""Spans that have a name, of those that lie behind; `tomorrow` and `next-week` have one too."""

_ISO = r"(\d{4}-\d{2}-\d{2})(?:t| +)(\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?(?: ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?"
_CLOCK = r"(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?(am|pm))?|(\d{1,2}) ?(am|pm)|(noon))"
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


class TwoReadings(UsageError):
    """A time that may be meant in two ways. readings: both, as they are to be typed; typed, option: what was."""

    def __init__(self, what: str, *, typed: str, option: str, readings: tuple[str, str]) -> None:
        before = f"{option} " if option.startswith("-") else ""
        quoted = [f"{before}{_quoted(each)}" for each in readings]
        super().__init__(what, hint=f"write {quoted[0]} or {quoted[1]}")
        self.typed, self.option, self.readings = typed, option, readings


def read_time(text: str, now: int, zone: Zone = UTC_ZONE, towards: Towards = "past", option: str = "the time") -> int:
    """Milliseconds of a time as somebody says it at a moment, `now`, in a zone.

    option: how the caller calls it, for errors. UsageError for what is no time, and for one outside the years 1 to
    9999; WrongWord where it is known what was meant; TwoReadings for what may be two moments, and for a time that the
    clocks of the zone skip.
    """
    try:
        return times.check_nameable(_Reading(text, now, zone, towards, option).moment(), f"{option} '{text}'")
    except times.OutsideYears as problem:
        raise UsageError(f"{option} {problem}", hint=times.NEARER) from None
    except OverflowError:
        raise UsageError(
            f"{option} '{text}' comes to a moment outside the years 1 to 9999", hint=times.NEARER
        ) from None
    except _NoTime as problem:
        raise _refused(text, now, zone, towards, option, str(problem)) from None


def is_exact(text: str) -> bool:
    """Whether a time is written with its offset, so that it is the same moment whoever says it, wherever and when."""
    found = re.fullmatch(_ISO, _plain(text), re.ASCII)
    return found is not None and found[5] is not None


class _NoTime(Exception):
    """What was said is no time; why, where that is known."""


class _Day(NamedTuple):
    """Days that may be meant, from the nearest on. ahead, behind: from today on, and back. fixed: the day itself.
    length: in days, of what was named; 0 for a date, which is a moment."""

    ahead: Callable[[], Iterable[int]]
    behind: Callable[[], Iterable[int]]
    end: Callable[[int], int]
    fixed: int | None = None


class _Reading:
    """One time that somebody said."""

    def __init__(self, text: str, now: int, zone: Zone, towards: Towards, option: str) -> None:
        self.text, self.now, self.zone, self.towards, self.option = text, now, zone, towards, option

    def moment(self) -> int:
        plain = _plain(self.text)
        iso = re.fullmatch(_ISO, plain, re.ASCII)
        if iso is not None:
            return self._iso(iso)
        if plain == "now":
            return self.now
        length = self._length(plain)
        if length is not None:
            return length
        day, clock = _parted(plain)
        if day is None:
            return self._nearest(_every_day(self._today), clock)
        found = self._day(day)
        if found is None:
            raise _NoTime
        if not isinstance(found, _Day):
            if clock is not None:
                raise _NoTime(f"'{day}' is no day that a time could be of")
            return self._start_of(found[1 if self.towards == "end" else 0])
        if clock is None and found.fixed is None and self.towards == "end":
            return self._start_of(found.end(self._nearest_day(found)))
        if clock is None and found.fixed is not None:
            return self._date(found)
        return self._nearest(found, clock)

    @property
    def _today(self) -> int:
        return local(self.now, self.zone).toordinal()

    def _length(self, plain: str) -> int | None:
        found = re.fullmatch(r"(?:(in) )?([0-9]+[smhdw])(?: (ago))?", plain, re.ASCII)
        if found is None or not times.is_duration(found[2]):
            return None
        if found[1] and found[3]:
            raise _NoTime
        length = times.duration(found[2], self.option)
        ahead = found[1] is not None or (self.towards == "future" and found[3] is None)
        return self.now + length if ahead else self.now - length

    def _iso(self, found: re.Match[str]) -> int:
        day, minute, second, fraction, offset = found.groups()
        if offset is not None:
            shift = "Z" if offset in ("z", "utc", "gmt") else f"{offset[:3]}:{offset[3:].lstrip(':') or '00'}"
            try:
                return times.parse(f"{day}T{minute}{second or ':00'}{'.' + fraction if fraction else ''}{shift}")
            except times.OutsideYears:
                raise
            except ValueError as problem:
                raise _NoTime(str(problem) if re.search("offset|60 where", str(problem)) else "") from None
        try:
            written = date.fromisoformat(day)
            clock = time.fromisoformat(f"{minute}{second or ':00'}").replace(
                microsecond=int((fraction or "0")[:3].ljust(3, "0")) * 1_000
            )
        except ValueError:
            raise _NoTime from None
        return self._at(written.toordinal(), clock)

    def _day(self, words: str) -> _Day | tuple[int, int] | None:
        """What words name: a day, or a span from one day to another, excluded; None for neither."""
        today = self._today
        if words in _DAYS:
            return _one_day(today + {"today": 0, "yesterday": -1, "tomorrow": 1}[words], named=self.towards == "end")
        span = _span(words, today)
        if span is not None:
            return span
        weekday = _which(words, WEEKDAYS)
        if weekday is not None:
            ahead = today + (weekday - (today - 1)) % 7
            behind = today - ((today - 1) - weekday) % 7
            return _Day(lambda: count(ahead, 7), lambda: count(behind, -7), lambda day: day + 1)
        month = _which(words, MONTHS)
        if month is not None:
            return _yearly(today, lambda year: _month_start(year * 12 + month), lambda day: _month_after(day))
        return self._written_date(words, today)

    def _written_date(self, words: str, today: int) -> _Day | tuple[int, int] | None:
        parts = words.split()
        weekday = _which(parts[0], WEEKDAYS) if len(parts) > 1 else None
        if weekday is not None:
            parts = parts[1:]
        found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", " ".join(parts), re.ASCII)
        if found is not None:
            return self._of_weekday(_ordinal(int(found[1]), int(found[2]), int(found[3])), weekday)
        found = re.fullmatch(r"(\d{4})-(\d{2})", words, re.ASCII)
        if found is not None and 1 <= int(found[2]) <= 12 and int(found[1]):
            month = int(found[1]) * 12 + int(found[2]) - 1
            return _month_start(month), _month_start(month + 1)
        names = [(place, _which(part, MONTHS)) for place, part in enumerate(parts)]
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
            return self._of_weekday(_ordinal(year, number + 1, day), weekday)
        if not 1 <= day <= (29 if number == 1 else 30 if number in (3, 5, 8, 10) else 31):
            raise _NoTime(f"{MONTHS[number].title()} has no day {day}")
        found_day = _yearly(today, lambda each: _ordinal_or_none(each, number + 1, day), lambda each: each)
        if weekday is not None:  # without a year it says which one is meant, if any near one
            return _of_weekdays(found_day, weekday)
        return found_day._replace(end=lambda each: each)

    def _of_weekday(self, day: int, weekday: int | None) -> _Day:
        if weekday is not None and (day - 1) % 7 != weekday:
            raise _NoTime(f"that day is a {WEEKDAYS[(day - 1) % 7].title()}")
        return _one_day(day, named=False)

    def _date(self, found: _Day) -> int:
        """The beginning of a day, or the end where it was named; what no clock of the zone showed is refused."""
        day = found.fixed
        assert day is not None  # noqa: S101  # the caller asked
        start = self._start_of(found.end(day) if self.towards == "end" else day)
        if found.end(day) == day and times.EARLIEST <= start <= times.LATEST and self._shows_other_day(day, start):
            around = [self._start_of(day - 1), start]
            raise TwoReadings(
                f"{self.option} '{self.text}' is a day that {self.zone.name} skipped",
                typed=self.text, option=self.option,
                readings=(self._typed(around[0]), self._typed(around[1])),
            )  # fmt: skip
        return start

    def _shows_other_day(self, day: int, start: int) -> bool:
        try:
            return local(start, self.zone).toordinal() != day
        except OverflowError:
            return False

    def _nearest_day(self, found: _Day) -> int:
        """The day that is meant, by when it begins."""
        if self.towards == "future":
            return next(day for day in found.ahead() if self._start_of(day) > self.now)
        return next(day for day in found.behind() if self._start_of(day) <= self.now)

    def _nearest(self, found: _Day, clock: time | None) -> int:
        if found.fixed is not None and clock is not None:
            return self._at(found.fixed, clock)
        if clock is None:
            return self._start_of(self._nearest_day(found))
        ahead = self.towards == "future"
        for day in found.ahead() if ahead else found.behind():
            readings = self._readings(day, clock)
            fitting = [each for each in readings if (each > self.now if ahead else each <= self.now)]
            if fitting:
                return self._at(day, clock)
        raise _NoTime

    def _readings(self, day: int, clock: time) -> tuple[int, ...]:
        """The moments that a time on the clocks of the zone may be: one, or two where they were put forward or back."""
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise OverflowError
        said = datetime.combine(date.fromordinal(day), clock)
        plain = (said - datetime(1970, 1, 1)) // timedelta(milliseconds=1)  # noqa: DTZ001  # of no zone yet
        offsets = [said.replace(tzinfo=self.zone.info, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1)]
        return tuple(dict.fromkeys(sorted(plain - each // timedelta(milliseconds=1) for each in offsets)))

    def _at(self, day: int, clock: time) -> int:
        """The moment of a time of a day; TwoReadings where clocks showed it twice, or never."""
        found = self._readings(day, clock)
        if len(found) == 1:
            return found[0]
        first, second = found
        what = f"{self.option} '{self.text}'"
        said = datetime.combine(date.fromordinal(day), clock)
        before = said.replace(tzinfo=self.zone.info, fold=0).utcoffset() or timedelta(0)
        after = said.replace(tzinfo=self.zone.info, fold=1).utcoffset() or timedelta(0)
        happened = "is twice" if before > after else "is never"
        why = "when the clocks go back" if before > after else "when the clocks go forward"
        raise TwoReadings(
            f"{what} {happened} in {self.zone.name}, {why}: {in_words(first, self.zone)}"
            f" or {in_words(second, self.zone)}",
            typed=self.text, option=self.option, readings=(self._typed(first), self._typed(second)),
        )  # fmt: skip

    def _typed(self, moment: int) -> str:
        return with_offset(moment, self.zone).replace(".000", "")

    def _start_of(self, day: int) -> int:
        """The first moment of a day; where the clocks skip midnight that is later, where they show it twice the first.
        A day outside the years 1 to 9999 begins outside of what can be written."""
        if not _FIRST_DAY <= day <= _LAST_DAY:
            return times.EARLIEST - 1 if day < _FIRST_DAY else times.LATEST + 1
        found = self._readings(day, time())
        if len(found) == 1:
            return found[0]
        low, high = found
        if local(low, self.zone).toordinal() >= day:
            return low  # shown twice
        while high - low > 1:  # skipped: between the two readings the clocks were put forward
            middle = (low + high) // 2
            low, high = (low, middle) if local(middle, self.zone).toordinal() >= day else (middle, high)
        return high


def _plain(text: str) -> str:
    return " ".join(text.strip().casefold().replace(",", " ").split())


def _parted(plain: str) -> tuple[str | None, time | None]:
    """The words of a day and the time on it, whichever stands first; None for what is not said."""
    found = re.fullmatch(rf"(?:(.*?) (?:at )?)?{_CLOCK}", plain, re.ASCII)
    if found is not None:
        return found[1] or None, _clock(found.groups()[1:])
    found = re.fullmatch(rf"{_CLOCK} (?:on )?(.*)", plain, re.ASCII)
    if found is not None:
        return found.groups()[-1], _clock(found.groups()[:-1])
    return plain.removeprefix("on "), None


def _clock(parts: tuple[str | None, ...]) -> time:
    hour, minute, second, half, alone, half_alone, noon = parts
    if noon:
        return time(12)
    number, side = int(hour or alone or 0), half or half_alone
    if side:
        if number == 12:
            raise _NoTime(f"12 {side} means two times; noon is 12:00, and a day begins at 00:00")
        if not 1 <= number <= 11:
            raise _NoTime
        number += 12 if side == "pm" else 0
    try:
        return time(number, int(minute or 0), int(second or 0))
    except ValueError:
        raise _NoTime("a day ends at 00:00 of the next one" if number == 24 and side is None else "") from None


def _which(word: str, names: tuple[str, ...]) -> int | None:
    """The place of a weekday or a month that a word names, whole or by its first three letters."""
    for place, name in enumerate(names):
        if word in (name, name[:3]) or (word in ("sept", "tues", "thur", "thurs") and name.startswith(word)):
            return place
    return None


def _one_day(day: int, *, named: bool) -> _Day:
    return _Day(lambda: (day,), lambda: (day,), lambda each: each + 1 if named else each, fixed=day)


def _every_day(today: int) -> _Day:
    return _Day(lambda: count(today), lambda: count(today, -1), lambda day: day + 1)


def _yearly(today: int, of_year: Callable[[int], int | None], end: Callable[[int], int]) -> _Day:
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

    return _Day(lambda: days(1), lambda: days(-1), end)


def _of_weekdays(found: _Day, weekday: int) -> _Day:
    def only(days: Iterable[int]) -> Iterable[int]:
        return (day for day in days if (day - 1) % 7 == weekday)

    return _Day(lambda: only(found.ahead()), lambda: only(found.behind()), lambda day: day)


def _ordinal(year: int, month: int, day: int) -> int:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        raise _NoTime("there is no such day" if 1 <= month <= 12 and day <= 31 and day and year else "") from None


def _ordinal_or_none(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def _month_start(month: int) -> int:
    """The first day of a month, counted from the first of the year 0; just outside of all days for any beyond."""
    year, place = divmod(month, 12)
    if not 1 <= year <= 9999:
        return _FIRST_DAY - 1 if year < 1 else _LAST_DAY + 1
    return date(year, place + 1, 1).toordinal()


def _month_after(day: int) -> int:
    found = date.fromordinal(day)
    return _month_start(found.year * 12 + found.month)


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


def _refused(text: str, now: int, zone: Zone, towards: Towards, option: str, why: str) -> UsageError:
    """The error for what is no time: with both readings where it has two, with the word that was meant where its
    letters tell, else with what can be written."""
    plain = _plain(text)
    two = _two_dates(plain)
    if two is not None:
        return TwoReadings(
            f"{option} '{text}' may be two dates", typed=text, option=option, readings=two
        )  # fmt: skip
    following = re.fullmatch(r"(?:next|this coming|coming) ([a-z]+)(.*)", plain)
    weekday = _which(following[1], WEEKDAYS) if following is not None else None
    if weekday is not None and following is not None:
        today = local(now, zone).toordinal()
        first = today + ((weekday - (today - 1)) % 7 or 7)
        days = tuple(f"{date.fromordinal(first + more)}{following[2]}" for more in (0, 7))
        return TwoReadings(
            f"{option} '{text}' may be in this week or the next", typed=text, option=option,
            readings=(days[0], days[1]),
        )  # fmt: skip

    def reads(said: str) -> bool:
        try:
            _Reading(said, now, zone, towards, option).moment()
        except (_NoTime, UsageError, OverflowError, ValueError):
            return False
        return True

    from occ_media_cli.report.words import question

    found = [] if why else [each for each in _meant(plain) if each != plain and reads(each)][:1]
    kinds = "a time, a date, a duration or a named span"
    what = f"{option} '{text}' is not {kinds}{question(*found)}" + (f": {why}" if why else "")
    if found:
        before = f"{option} " if option.startswith("-") else ""
        return WrongWord(
            what, options=(option,), typed=text, meant=(found[0],), hint=f"write {before}{_quoted(found[0])}"
        )
    some = '2026-12-07, "2026-12-07 09:00", 9:00, "monday 9:00", 30d'
    names = NAMED if towards in ("start", "end") else ("today", "tomorrow", "next-week", "next-month")
    return UsageError(what, hint=f"write {some} or one of: {', '.join(names)}")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _two_dates(plain: str) -> tuple[str, str] | None:
    """Both dates that three numbers may be, month and day either way round; None where only one can be, or none."""
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})( .*)?", plain, re.ASCII)
    if found is None:
        return None
    days = [_ordinal_or_none(int(found[3]), *pair) for pair in
            ((int(found[2]), int(found[1])), (int(found[1]), int(found[2])))]  # fmt: skip
    both = [f"{date.fromordinal(day)}{found[4] or ''}" for day in dict.fromkeys(days) if day is not None]
    return (both[0], both[1]) if len(both) == 2 else None


def _meant(plain: str) -> Iterable[str]:
    """What may have been meant, the likeliest first; the caller asks whether it is a time."""
    from occ_media_cli.report import meant
    from occ_media_cli.report.words import nearest

    yield from meant.choices_meant(plain, (*NAMED, "tomorrow", *(f"next-{length}" for length in _LENGTHS)))[:1]
    known = (*_DAYS, *WEEKDAYS, *MONTHS)
    words = [(nearest(each, known) or each) if each.isalpha() and len(each) > 3 else each for each in plain.split()]
    for said in dict.fromkeys((plain, " ".join(words))):
        yield from _mended(said)
        yield said


_UNITS = {"second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "hr": "h", "day": "d", "week": "w"}


def _mended(said: str) -> Iterable[str]:
    """A time with its numbers as they are to be written: `2d` for `2 days`, `17:30` for `17.30`, `9:00` for `9`."""
    yield re.sub(r"\b(?:last|this|on|the|past) (?=[a-z]+day\b)", "", said)
    length = rf"(\d+) ?({'|'.join(_UNITS)}|[smhdw])s?\b"
    yield re.sub(length, lambda found: found[1] + _UNITS.get(found[2], found[2]), said)
    yield re.sub(r"\b(\d{1,2})[.h](\d{2})$", r"\1:\2", said)
    yield re.sub(r"\b(0\d)(\d{2})$", r"\1:\2", said)
    yield re.sub(r"(^|[a-z] )(?:at )?(\d{1,2})(?: ?o'clock)?$", r"\g<1>\2:00", said)
    yield re.sub(r"\b(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b", _iso_date, said)
    one = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})( .*)?", said, re.ASCII)
    if one is not None:
        for month, day in ((one[2], one[1]), (one[1], one[2])):
            yield f"{one[3]}-{int(month):02d}-{int(day):02d}{one[4] or ''}"


def _iso_date(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
