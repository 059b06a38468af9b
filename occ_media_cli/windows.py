"""The two ends of a period, as people and programs name them: a time, a date, `30d`, `last-month`. All in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from occ_media_cli import times
from occ_media_cli.errors import UsageError, WrongWord

NAMED = ("today", "yesterday", "this-month", "last-month", "this-quarter", "last-quarter", "this-year", "last-year")
"""Spans that have a name."""


def edge(value: times.Moment, name: str, now: int, *, end: bool) -> int:
    """Milliseconds of an end of a window that a Python caller names: a moment, or what `bound` takes as text."""
    return bound(value, name, now, end=end) if isinstance(value, str) else times.moment(value, name)


def _month_start(month: int) -> int:
    """The start of a month, counted from the first of the year 0; just outside the years 1 to 9999 for any beyond."""
    year, place = divmod(month, 12)
    if not 1 <= year <= 9999:
        return times.EARLIEST - 1 if year < 1 else times.LATEST + 1
    return int(datetime(year, place + 1, 1, tzinfo=UTC).timestamp()) * 1_000


def refuse_empty_window(since: int | None, until: int | None) -> None:
    """UsageError for a period in which no moment lies."""
    if since is not None and until is not None and since >= until:
        raise UsageError(
            f"since {times.text(since)} is not before until {times.text(until)}",
            hint="until is exclusive: name a later moment",
        )


def bound(value: str, option: str, now: int, *, end: bool) -> int:
    """Milliseconds of a bound of a period, as a person writes it. option: how the caller names it, for the error.

    Takes a time, a date, a duration before now (`30d`) and the names in `NAMED`, all in UTC. A name stands for the
    start of its span, or with `end` for the moment after it, so that the same name for both bounds means that span.
    """
    if times.is_duration(value):
        return times.later(now, -times.duration(value, option), f"{option} '{value}'")
    if value in NAMED:
        today = datetime.fromtimestamp(now // 1_000, UTC)
        month, midnight = today.year * 12 + today.month - 1, now - now % times.DAY
        quarter, year = month - month % 3, month - month % 12
        spans = {
            "today": (midnight, midnight + times.DAY),
            "yesterday": (midnight - times.DAY, midnight),
            "this-month": (_month_start(month), _month_start(month + 1)),
            "last-month": (_month_start(month - 1), _month_start(month)),
            "this-quarter": (_month_start(quarter), _month_start(quarter + 3)),
            "last-quarter": (_month_start(quarter - 3), _month_start(quarter)),
            "this-year": (_month_start(year), _month_start(year + 12)),
            "last-year": (_month_start(year - 12), _month_start(year)),
        }
        return times.check_nameable(spans[value][1 if end else 0], f"{option} '{value}'")
    try:
        return times.parse(value)
    except times.OutsideYears as problem:
        raise UsageError(f"{option} {problem}", hint=times.NEARER) from None
    except ValueError:
        raise _no_bound(value, option) from None


def _no_bound(value: str, option: str) -> UsageError:
    """The error for what is no bound of a period, with the span that was meant where its name is nearly right."""
    from occ_media_cli.report import meant
    from occ_media_cli.report.words import question

    found = meant.choices_meant(value, NAMED)
    what = f"{option} '{value}' is not a time, a date, a duration or a named span{question(*found)}"
    if not found:
        return UsageError(what, hint=f"write 2026-03-01, 30d or one of: {', '.join(NAMED)}")
    if not option.startswith("-"):
        return UsageError(what, hint=meant.offer(found))
    one = found if len(found) == 1 else None
    return WrongWord(what, options=(option,), typed=value, meant=one, hint=meant.offer(found, f"{option} "))
