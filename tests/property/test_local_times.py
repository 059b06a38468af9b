"""Times on the clocks of zones, held to an oracle that only asks clocks what they show."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from occ_media_cli import times
from occ_media_cli.refused_times import TwoReadings
from occ_media_cli.time_words import read_time
from occ_media_cli.time_zones import Zone, find_zone
from tests.property.local_times import ZONES, day_start, fault, said_times, turns

NOW = times.parse("2026-12-01T02:40:00Z")


@pytest.mark.parametrize("name", ZONES)
def test_a_time_is_the_moment_that_the_clocks_show(name: str) -> None:
    info, zone = ZoneInfo(name), find_zone(name, "--tz")
    faults = [fault(said, zone, info) for said in said_times(info, 25, Random(name))]
    assert [each for each in faults if each] == []


@pytest.mark.parametrize(
    "name", ["Asia/Beirut", "America/Havana", "America/Santiago", "America/St_Johns", "Africa/Cairo"]
)
def test_a_day_begins_when_the_clocks_show_it_first(name: str) -> None:
    info, zone = ZoneInfo(name), find_zone(name, "--tz")
    days = {turn.astimezone(info).date() + timedelta(days=more) for turn in turns(info, 2026) for more in (-1, 0, 1)}
    assert days
    for day in days | {date(2026, 6, 15)}:
        assert read_time(str(day), NOW, zone) == day_start(day, info), day


def test_a_day_that_a_zone_skipped_is_refused_with_the_days_beside_it() -> None:
    zone = Zone("Pacific/Apia", ZoneInfo("Pacific/Apia"))
    with pytest.raises(TwoReadings, match="skipped") as told:
        read_time("2011-12-30", NOW, zone)
    assert told.value.readings == ("2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00")


@pytest.mark.parametrize("name", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("word", ["9:00", "monday 9:00", "wednesday 23:30", "29 february 12:00", "7 december 0:30"])
def test_the_nearest_one_is_meant_ahead_and_behind(name: str, word: str) -> None:
    zone, rng = find_zone(name, "--tz"), Random(word)
    for _ in range(20):
        now = NOW + rng.randrange(-(10**10), 10**10)
        try:
            behind, ahead = (read_time(word, now, zone, way) for way in ("past", "future"))
        except TwoReadings:
            continue  # it fell into the hour that is twice
        assert behind <= now < ahead
        assert read_time(word, ahead, zone, "past") == ahead
        assert read_time(word, behind - 1, zone, "future") == behind
