"""The two ends of a period, as people and programs name them: a time, a date, `30d`, `last-month`."""

from __future__ import annotations

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.time_words import read_time
from occ_media_cli.time_zones import UTC_ZONE, Zone


def edge(value: times.Moment, name: str, now: int, *, end: bool) -> int:
    """Milliseconds of an end of a window that a Python caller names: a moment, or what `bound` takes as text."""
    return bound(value, name, now, end=end) if isinstance(value, str) else times.moment(value, name)


def refuse_empty_window(since: int | None, until: int | None) -> None:
    """UsageError for a period in which no moment lies."""
    if since is not None and until is not None and since >= until:
        raise UsageError(
            f"since {times.text(since)} is not before until {times.text(until)}",
            hint="until is exclusive: name a later moment",
        )


def bound(value: str, option: str, now: int, *, end: bool, zone: Zone = UTC_ZONE) -> int:
    """Milliseconds of a bound of a period, as a person in a zone writes it. option: how the caller calls it.

    A name stands for the start of its span, or with `end` for the moment after it, so that the same name for both
    bounds means that span.
    """
    return read_time(value, now, zone, "end" if end else "start", option)
