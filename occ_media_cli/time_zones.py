"""Time zones by their IANA names, and a moment as people in one write it.

The zones come from the operating system, or where it has none from the package `tzdata`. Nothing here is loaded by a
command that reads and shows UTC alone.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.values import value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip

_UTC_NAMES = frozenset(("utc", "etc/utc", "uct", "etc/uct", "zulu", "etc/zulu", "universal", "etc/universal", "z"))
_FOLDER = "zoneinfo/"
_LOCALTIME, _TIMEZONE = Path("/etc/localtime"), Path("/etc/timezone")
_MINUTE = timedelta(minutes=1)


@value
class Zone:
    """A time zone. name: as the IANA database has it."""

    name: str
    info: tzinfo


UTC_ZONE = Zone(times.ZONE, UTC)


def load_zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None for a name that is none. Zones that count leap seconds are none here: a clock
    does not run by them."""
    from zoneinfo import ZoneInfo

    if name.startswith(("right/", "posix/")) or name in ("localtime", "posixrules", "Factory"):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def find_zone(name: str, by: str) -> Zone:
    """The zone that somebody names. by: what names it, for the error; UsageError for a name that is none."""
    found = _named(name)
    if found is not None:
        return found
    from zoneinfo import available_timezones

    from occ_media_cli.report.words import nearest, question

    known = sorted(available_timezones())
    if not known:
        raise UsageError(
            f"{by} '{name}' cannot be looked up: this machine has no time zones",
            hint="install them: apt-get install tzdata, or pip install tzdata",
        )
    same = [each for each in known if each.casefold() == name.casefold().replace(" ", "_")]
    cities = [each for each in known if each.rpartition("/")[2].casefold() == name.casefold().replace(" ", "_")]
    meant = next(iter(same or cities), None) or nearest(name, known)
    what = f"{by} '{name}' is no time zone{question(meant)}"
    if meant is None:
        raise UsageError(what, hint="write the IANA name of a place, such as Europe/Berlin")
    options = (by,) if by.startswith("-") else ()
    raise WrongWord(what, typed=name, meant=(meant,), options=options, hint=f"write {meant}")


def machine_zone() -> Zone:
    """The zone of this machine: what `TZ` names, else /etc/localtime; UTC where neither says one.

    UsageError where it has one that no name tells, since times read as UTC would be hours away.
    """
    said = os.environ.get("TZ")
    if said is not None:
        name = said.removeprefix(":")
        if _FOLDER in name:
            name = name.rpartition(_FOLDER)[2]
        if not name:
            return UTC_ZONE
        found = _named(name)
        if found is None:
            raise UsageError(f"TZ '{said}' names no time zone", hint="name one", topic=("time-zone",))
        return found
    there = _name_of_localtime()
    if there is None:
        return UTC_ZONE
    found = _named(there)
    if found is None:
        raise UsageError("the time zone of this machine has no name here", hint="name one", topic=("time-zone",))
    return found


def _named(name: str) -> Zone | None:
    if name.casefold() in _UTC_NAMES:
        return UTC_ZONE
    info = load_zone(name)
    return None if info is None else Zone(name, info)


def _name_of_localtime() -> str | None:
    """The name behind /etc/localtime, which is a link to the zone or, with the name in a file beside it, a copy; None
    where there is neither. An empty name for a copy that nothing names."""
    path = os.path.realpath(_LOCALTIME)
    if _FOLDER in path:
        return path.rpartition(_FOLDER)[2]
    try:
        return _TIMEZONE.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return "" if _LOCALTIME.exists() else None


def local(milliseconds: int, zone: Zone) -> datetime:
    """A moment on the clocks of a zone; OverflowError where they show no year from 1 to 9999."""
    return times.when(milliseconds).astimezone(zone.info)


def with_offset(milliseconds: int, zone: Zone) -> str:
    """`2026-12-07T09:00:00.000+01:00`, which can be typed; UTC where the zone has no whole minutes at that time."""
    try:
        moment = local(milliseconds, zone)
    except OverflowError:
        return times.text(milliseconds)
    offset = moment.utcoffset()
    if zone.name == times.ZONE or offset is None or offset % _MINUTE:
        return times.text(milliseconds)
    return moment.isoformat(timespec="milliseconds")


def in_words(milliseconds: int, zone: Zone) -> str:
    """`Mon 7 Dec 2026 09:00 CET (08:00 UTC)`; the day in UTC too where it is another."""
    utc = times.when(milliseconds)
    try:
        here = local(milliseconds, zone)
    except OverflowError:
        return times.text(milliseconds)
    if zone.name == times.ZONE:
        return f"{_day(utc)} {_clock(utc)} UTC"
    there = _clock(utc) if here.date() == utc.date() else f"{_day(utc)} {_clock(utc)}"
    return f"{_day(here)} {_clock(here)} {here.tzname()} ({there} UTC)"


def _day(moment: datetime) -> str:
    weekday, month = WEEKDAYS[moment.weekday()][:3].title(), MONTHS[moment.month - 1][:3].title()
    return f"{weekday} {moment.day} {month} {moment.year:04d}"


def _clock(moment: datetime) -> str:
    if moment.microsecond:
        return moment.time().replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
