"""Times as people say them: `17:00`, `monday 9:00`, `7 december`, `last-week`, `2d`, `2026-12-07 09:00`.

The one home of the words of time on a command line. `read_time` is pure: what a word comes to follows from the moment
at which it is said, the zone of who says it, and whether it looks ahead or back. Weeks begin on Monday. What could mean
two moments is refused with both; documents and rows of a ledger have offsets, and are read by `times.parse`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Literal

from occ_media_cli import times
from occ_media_cli.day_words import FIRST_DAY, LAST_DAY, Day, NoTime, day_named, every_day
from occ_media_cli.errors import UsageError
from occ_media_cli.refused_times import TwoReadings, refused
from occ_media_cli.time_zones import UTC_ZONE, Zone, in_words, local, with_offset

Towards = Literal["start", "end", "future", "past"]
"""Where a time lies. start, end: of a period that was looked at, so behind now; an end that a name says lies behind
what it names, so that one name for both ends means the whole of it. future: of what is to come. past: what was."""


_ISO = r"(\d{4}-\d{2}-\d{2})(?:t| +)(\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?(?: ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?"
_CLOCK = r"(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?(am|pm))?|(\d{1,2}) ?(am|pm)|(noon))"


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
    except NoTime as problem:
        raise refused(
            text, _plain(text), now, zone, option, str(problem), of_period=towards in ("start", "end"),
            reads=lambda said: _Reading(said, now, zone, towards, option).is_time(),
        ) from None  # fmt: skip


def is_exact(text: str) -> bool:
    """Whether a time is written with its offset, so that it is the same moment whoever says it, wherever and when."""
    found = re.fullmatch(_ISO, _plain(text), re.ASCII)
    return found is not None and found[5] is not None


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
            return self._nearest(every_day(self._today), clock)
        found = day_named(day, self._today, towards_end=self.towards == "end")
        if found is None:
            raise NoTime
        if not isinstance(found, Day):
            if clock is not None:
                raise NoTime(f"'{day}' is no day that a time could be of")
            return self._start_of(found[1 if self.towards == "end" else 0])
        if clock is None and found.fixed is None and self.towards == "end":
            return self._start_of(found.end(self._nearest_day(found)))
        if clock is None and found.fixed is not None:
            return self._date(found)
        return self._nearest(found, clock)

    def is_time(self) -> bool:
        """Whether it can be read, and in one way only."""
        try:
            self.moment()
        except (NoTime, UsageError, OverflowError, ValueError):
            return False
        return True

    @property
    def _today(self) -> int:
        return local(self.now, self.zone).toordinal()

    def _length(self, plain: str) -> int | None:
        found = re.fullmatch(r"(?:(in) )?([0-9]+[smhdw])(?: (ago))?", plain, re.ASCII)
        if found is None or not times.is_duration(found[2]):
            return None
        if found[1] and found[3]:
            raise NoTime
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
                raise NoTime(str(problem) if re.search("offset|60 where", str(problem)) else "") from None
        try:
            written = date.fromisoformat(day)
            clock = time.fromisoformat(f"{minute}{second or ':00'}").replace(
                microsecond=int((fraction or "0")[:3].ljust(3, "0")) * 1_000
            )
        except ValueError:
            raise NoTime from None
        return self._at(written.toordinal(), clock)

    def _date(self, found: Day) -> int:
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

    def _nearest_day(self, found: Day) -> int:
        """The day that is meant, by when it begins."""
        if self.towards == "future":
            return next(day for day in found.ahead() if self._start_of(day) > self.now)
        return next(day for day in found.behind() if self._start_of(day) <= self.now)

    def _nearest(self, found: Day, clock: time | None) -> int:
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
        raise NoTime

    def _readings(self, day: int, clock: time) -> tuple[int, ...]:
        """The moments that a time on the clocks of the zone may be: one, or two where they were put forward or back."""
        if not FIRST_DAY <= day <= LAST_DAY:
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
        if not FIRST_DAY <= day <= LAST_DAY:
            return times.EARLIEST - 1 if day < FIRST_DAY else times.LATEST + 1
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
            raise NoTime(f"12 {side} means two times; noon is 12:00, and a day begins at 00:00")
        if not 1 <= number <= 11:
            raise NoTime
        number += 12 if side == "pm" else 0
    try:
        return time(number, int(minute or 0), int(second or 0))
    except ValueError:
        raise NoTime("a day ends at 00:00 of the next one" if number == 24 and side is None else "") from None
