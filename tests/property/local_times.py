"""Which moments the clocks of a zone show as a time, by an oracle that knows no rule of reading: it tries every offset
that the zone has around that day, and asks the clock whether it showed the time then.

`time_words` asks `zoneinfo` for the offset of a time on the clock (`fold`); this asks it for the clock at a moment, the
other direction, and never for a fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.refused_times import TwoReadings
from occ_media_cli.time_words import read_time
from occ_media_cli.time_zones import Zone

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
    "America/Havana", "Africa/Cairo", "Africa/Casablanca", "Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut",
    "Asia/Tehran", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "America/Santiago",
)  # fmt: skip
"""Twenty zones: half and quarter hours, summer time of half an hour, southern summers, midnights that are skipped, a
day that was."""

STEP = timedelta(minutes=15)


def turns(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """The quarters of an hour in which the clocks of a zone are put forward or back, in UTC."""
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        after = moment + timedelta(days=1)
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while moment.astimezone(zone).utcoffset() == (moment + STEP).astimezone(zone).utcoffset():
                moment += STEP
            yield moment + STEP
        moment = after


def moments_shown(said: datetime, zone: ZoneInfo) -> list[int]:
    """The moments at which the clocks show a time, in milliseconds."""
    around = [said.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-30, 31, 3)]
    offsets = {moment.astimezone(zone).utcoffset() or timedelta(0) for moment in around}
    tried = [said.replace(tzinfo=UTC) - offset for offset in offsets]
    found = {moment for moment in tried if moment.astimezone(zone).replace(tzinfo=None) == said}
    return sorted(int(moment.timestamp() * 1_000) for moment in found)


def said_times(zone: ZoneInfo, count: int, rng: Random) -> Iterator[datetime]:
    """Times on the clocks of a zone: a third of them in the hours around which the clocks are put forward or back."""
    changes = [turn for year in (2011, 2021, 2026, 2027) for turn in turns(zone, year)]
    for number in range(count):
        if changes and number % 3 == 0:
            moment = rng.choice(changes).astimezone(zone).replace(tzinfo=None) + timedelta(
                minutes=rng.randrange(-120, 121)
            )
        else:
            day = date(2000, 1, 1) + timedelta(days=rng.randrange(12_000))
            moment = datetime(day.year, day.month, day.day, rng.randrange(24), rng.randrange(60))
        yield moment.replace(second=0)


def read(said: datetime, zone: Zone) -> list[int]:
    """What the program makes of a time: a moment, or the two that it offers."""
    text = f"{said:%Y-%m-%d %H:%M}"
    try:
        return [read_time(text, 0, zone)]
    except TwoReadings as problem:
        return sorted(times.parse(each) for each in problem.readings)


def fault(said: datetime, zone: Zone, info: ZoneInfo) -> str | None:
    """What is wrong with how a time was read; None where it is right. A time that is never is refused with what the
    clocks showed that much before and after."""
    shown, found = moments_shown(said, info), read(said, zone)
    if shown:
        return None if found == shown else f"{said} in {zone.name}: {found}, not {shown}"
    if len(found) != 2:
        return f"{said} in {zone.name} is never, and was read as {found}"
    clocks = [datetime.fromtimestamp(each / 1_000, UTC).astimezone(info).replace(tzinfo=None) for each in found]
    apart = timedelta(milliseconds=found[1] - found[0])
    right = clocks[0] < said < clocks[1] and apart in (said - clocks[0], clocks[1] - said)
    return None if right else f"{said} in {zone.name} is never, and between {clocks}"


def day_start(day: date, info: ZoneInfo) -> int:
    """The first minute at which the clocks show a day, found by walking through it."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while moment.astimezone(info).date() < day:
        moment += timedelta(minutes=1 if moment.astimezone(info).date() == day - timedelta(days=1) else 60)
    return int(moment.timestamp() * 1_000)


def refused(text: str, zone: Zone) -> bool:
    """Whether a text is refused with help."""
    try:
        read_time(text, 0, zone)
    except UsageError as problem:
        return bool(problem.hint)
    return False
