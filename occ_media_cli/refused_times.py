"""Times that cannot be read: what was meant, where that is known; both readings, where there are two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from occ_media_cli.day_words import DAYS, LENGTHS, NAMED, ordinal_or_none, place_of
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.time_zones import MONTHS, WEEKDAYS, Zone, local


class TwoReadings(UsageError):
    """A time that may be meant in two ways. readings: both, as they are to be typed; typed, option: what was."""

    def __init__(self, what: str, *, typed: str, option: str, readings: tuple[str, str]) -> None:
        before = f"{option} " if option.startswith("-") else ""
        quoted = [f"{before}{_quoted(each)}" for each in readings]
        super().__init__(what, hint=f"write {quoted[0]} or {quoted[1]}")
        self.typed, self.option, self.readings = typed, option, readings


def refused(
    text: str, plain: str, now: int, zone: Zone, option: str, why: str, *, of_period: bool, reads: Callable[[str], bool]
) -> UsageError:
    """The error for what is no time: with both readings where it has two, with the word that was meant where its
    letters tell, else with what can be written.

    plain: the text in small letters, with single spaces. why: what is wrong with it, where that is known. of_period:
    whether it was to be an end of a period that was looked at. reads: whether something is a time."""
    two = _two_dates(plain)
    if two is not None:
        return TwoReadings(
            f"{option} '{text}' may be two dates", typed=text, option=option, readings=two
        )  # fmt: skip
    following = re.fullmatch(r"(?:next|this coming|coming) ([a-z]+)(.*)", plain)
    weekday = place_of(following[1], WEEKDAYS) if following is not None else None
    if weekday is not None and following is not None:
        today = local(now, zone).toordinal()
        first = today + ((weekday - (today - 1)) % 7 or 7)
        days = tuple(f"{date.fromordinal(first + more)}{following[2]}" for more in (0, 7))
        return TwoReadings(
            f"{option} '{text}' may be in this week or the next", typed=text, option=option,
            readings=(days[0], days[1]),
        )  # fmt: skip

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
    names = NAMED if of_period else ("today", "tomorrow", "next-week", "next-month")
    return UsageError(what, hint=f"write {some} or one of: {', '.join(names)}")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _two_dates(plain: str) -> tuple[str, str] | None:
    """Both dates that three numbers may be, month and day either way round; None where only one can be, or none."""
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})( .*)?", plain, re.ASCII)
    if found is None:
        return None
    days = [ordinal_or_none(int(found[3]), *pair) for pair in
            ((int(found[2]), int(found[1])), (int(found[1]), int(found[2])))]  # fmt: skip
    both = [f"{date.fromordinal(day)}{found[4] or ''}" for day in dict.fromkeys(days) if day is not None]
    return (both[0], both[1]) if len(both) == 2 else None


def _meant(plain: str) -> Iterable[str]:
    """What may have been meant, the likeliest first; the caller asks whether it is a time."""
    from occ_media_cli.report import meant
    from occ_media_cli.report.words import nearest

    yield from meant.choices_meant(plain, (*NAMED, "tomorrow", *(f"next-{length}" for length in LENGTHS)))[:1]
    known = (*DAYS, *WEEKDAYS, *MONTHS)
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
