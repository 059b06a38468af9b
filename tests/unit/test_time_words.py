"""The words of time: what each comes to, ahead and behind, what is refused, and what is offered in its place."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from occ_media_cli import times
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.refused_times import TwoReadings
from occ_media_cli.time_words import is_exact, read_time
from occ_media_cli.time_zones import UTC_ZONE, Zone, in_words

BERLIN = Zone("Europe/Berlin", ZoneInfo("Europe/Berlin"))
TUESDAY = times.parse("2026-12-01T03:40:00+01:00")


@pytest.mark.parametrize(
    ("said", "ahead", "behind"),
    [
        ("monday 9:00", "Mon 7 Dec 2026 09:00", "Mon 30 Nov 2026 09:00"),
        ("Tuesday 9:00", "Tue 1 Dec 2026 09:00", "Tue 24 Nov 2026 09:00"),
        ("tue 3:00", "Tue 8 Dec 2026 03:00", "Tue 1 Dec 2026 03:00"),
        ("tuesday", "Tue 8 Dec 2026 00:00", "Tue 1 Dec 2026 00:00"),
        ("9:00 on friday", "Fri 4 Dec 2026 09:00", "Fri 27 Nov 2026 09:00"),
        ("17:00", "Tue 1 Dec 2026 17:00", "Mon 30 Nov 2026 17:00"),
        ("3:40", "Wed 2 Dec 2026 03:40", "Tue 1 Dec 2026 03:40"),
        ("5pm", "Tue 1 Dec 2026 17:00", "Mon 30 Nov 2026 17:00"),
        ("noon", "Tue 1 Dec 2026 12:00", "Mon 30 Nov 2026 12:00"),
        ("2d", "Thu 3 Dec 2026 03:40", "Sun 29 Nov 2026 03:40"),
        ("december", "Wed 1 Dec 2027 00:00", "Tue 1 Dec 2026 00:00"),
        ("7 december", "Mon 7 Dec 2026 00:00", "Sun 7 Dec 2025 00:00"),
        ("Dec 7th 9:30", "Mon 7 Dec 2026 09:30", "Sun 7 Dec 2025 09:30"),
        ("29 february", "Tue 29 Feb 2028 00:00", "Thu 29 Feb 2024 00:00"),
    ],
)
def test_the_nearest_one_is_meant(said: str, ahead: str, behind: str) -> None:
    assert in_words(read_time(said, TUESDAY, BERLIN, "future"), BERLIN).startswith(f"{ahead} CET")
    for way in ("past", "start"):
        assert in_words(read_time(said, TUESDAY, BERLIN, way), BERLIN).startswith(f"{behind} CET")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ("now", "2026-12-01T03:40+01:00"), ("in 2d", "2026-12-03T03:40+01:00"), ("2d ago", "2026-11-29T03:40+01:00"),
        ("today", "2026-12-01T00:00+01:00"), ("yesterday 23:30", "2026-11-30T23:30+01:00"),
        ("tomorrow at 9:00", "2026-12-02T09:00+01:00"), ("2026-12-07", "2026-12-07T00:00+01:00"),
        ("2026-12-07 09:00", "2026-12-07T09:00+01:00"), ("2026-12-07T09:00:30.5", "2026-12-07T09:00:30.500+01:00"),
        ("2026-12-07 09:00 UTC", "2026-12-07T09:00Z"), ("2026-12-07 09:00+0530", "2026-12-07T09:00+05:30"),
        ("2026-07-01T09:00", "2026-07-01T09:00+02:00"), ("next-week", "2026-12-07T00:00+01:00"),
        ("this-week", "2026-11-30T00:00+01:00"), ("Last Month", "2026-11-01T00:00+01:00"),
        ("this-quarter", "2026-10-01T00:00+02:00"), ("2026-07", "2026-07-01T00:00+02:00"),
        ("july 2026", "2026-07-01T00:00+02:00"), ("Mon 7 Dec 2026 09:00", "2026-12-07T09:00+01:00"),
        ("december 7, 2026", "2026-12-07T00:00+01:00"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["past", "future", "start"])
def test_what_says_where_it_lies_is_the_same_both_ways(said: str, comes_to: str, way: str) -> None:
    meant = read_time(comes_to, 0)
    assert times.text(read_time(said, TUESDAY, BERLIN, way)) == times.text(meant)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["today", "tuesday", "last-week", "november", "2026-11", "july 2026", "this-quarter"])
def test_one_name_for_both_ends_is_the_whole_of_it(said: str) -> None:
    start, end = (read_time(said, TUESDAY, BERLIN, way) for way in ("start", "end"))
    assert start < end
    assert read_time(in_words(end, BERLIN).partition(" CE")[0], TUESDAY, BERLIN) == end
    assert in_words(end, BERLIN).split()[4] == "00:00"
    assert read_time("2026-12-07", TUESDAY, BERLIN, "end") == read_time("2026-12-07", TUESDAY, BERLIN)


@pytest.mark.parametrize(
    ("said", "what", "readings"),
    [
        ("2027-03-28 02:30", "is never", ("2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00")),
        ("2027-10-31 02:30", "is twice", ("2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00")),
        ("07/12/2026 9:00", "two dates", ("2026-12-07 9:00", "2026-07-12 9:00")),
        ("7.12.2026", "two dates", ("2026-12-07", "2026-07-12")),
        ("next monday 9:00", "this week or the next", ("2026-12-07 9:00", "2026-12-14 9:00")),
    ],
)
def test_what_may_be_two_moments_is_refused_with_both(said: str, what: str, readings: tuple[str, str]) -> None:
    with pytest.raises(TwoReadings, match=what) as told:
        read_time(said, TUESDAY, BERLIN, "future", "--until")
    assert told.value.readings == readings
    assert all(each in str(told.value.hint) for each in readings)
    for each in readings:
        read_time(each, TUESDAY, BERLIN, "future")


def test_an_hour_that_is_twice_is_refused_where_it_is_the_nearest_and_only_there() -> None:
    in_october = times.parse("2027-10-30T12:00:00Z")
    with pytest.raises(TwoReadings):
        read_time("02:30", in_october, BERLIN, "future")
    assert times.text(read_time("02:30", in_october, BERLIN, "past")) == "2027-10-30T00:30:00.000Z"
    behind = times.parse("2027-10-31T12:00:00Z")
    with pytest.raises(TwoReadings):
        read_time("sunday 2:30", behind, BERLIN, "start")
    assert times.text(read_time("02:30", behind, BERLIN, "future")) == "2027-11-01T01:30:00.000Z"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("mondey 9:00", "monday 9:00"), ("monday 9", "monday 9:00"), ("tomorow 17.30", "tomorrow 17:30"), ("9", "9:00"),
        ("2 days", "2d"), ("in 3 hours", "in 3h"), ("2026-12-7 9:00", "2026-12-07 9:00"), ("2026/12/07", "2026-12-07"),
        ("13/12/2026", "2026-12-13"), ("last monday", "monday"), ("lastweek", "last-week"), ("monday 0900", "monday 09:00"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_what_was_meant(said: str, meant: str) -> None:
    with pytest.raises(WrongWord, match=f"did you mean '{meant}'") as told:
        read_time(said, TUESDAY, BERLIN, "future", "--until")
    assert told.value.slip is not None
    assert told.value.slip.meant == (meant,)
    read_time(meant, TUESDAY, BERLIN, "future")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("soon", ""), ("", ""), ("-2d", ""), ("12am", "two times"), ("24:00", "the next one"), ("25:00", ""),
        ("31 february", "no day 31"), ("2026-02-30", "no such day"), ("fri 7 dec 2026", "is a Monday"), ("in 2d ago", ""),
        ("last-week 9:00", "no day that a time could be of"), ("2026-12-07 09:61", ""), ("9:00 17:00", ""),
        ("2026-12-07T09:00:00+25:00", "offset"), ("january february", ""), ("1 1 january", ""),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_what_can_be_written(said: str, why: str) -> None:
    with pytest.raises(UsageError) as told:
        read_time(said, TUESDAY, BERLIN, "future", "--until")
    assert f"--until '{said}' is not a time" in told.value.what
    assert why in told.value.what
    assert '"monday 9:00"' in str(told.value.hint)


@pytest.mark.parametrize(
    "said", ["9999-12-31 23:59", "0001-01-01 00:00", "last-year", "tomorrow", "monday", "9:00", "30d"]
)
@pytest.mark.parametrize("name", ["Pacific/Apia", "America/New_York"])
@pytest.mark.parametrize("now", [times.EARLIEST, times.LATEST])
def test_at_the_ends_of_time_there_is_an_answer_or_an_error(said: str, name: str, now: int) -> None:
    for way in ("past", "future", "end"):
        found = moment_or_words(said, now, Zone(name, ZoneInfo(name)), way)
        assert "9999" in found if isinstance(found, str) else times.EARLIEST <= found <= times.LATEST


def moment_or_words(said: str, now: int, zone: Zone, way: str) -> int | str:
    try:
        return read_time(said, now, zone, way)  # type: ignore[arg-type]
    except UsageError as problem:
        return problem.what


def test_what_has_an_offset_is_exact() -> None:
    assert [is_exact(said) for said in ("2026-12-07T09:00:00Z", "2026-12-07 09:00+01", "2026-12-07 09:00", "2d")] == [
        True, True, False, False
    ]  # fmt: skip
    assert read_time("2026-12-07T09:00:00.123Z", 0, UTC_ZONE) == times.parse("2026-12-07T09:00:00.123Z")
