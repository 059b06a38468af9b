from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occ_media_cli import times, windows
from occ_media_cli.errors import UsageError

NOW = times.parse("2026-03-02T10:00:00Z")


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z"),
        ("2026-03-01t10:00:00.123456+02:00", "2026-03-01T08:00:00.123Z"),
        ("2026-03-01 10:00:00-14:00", "2026-03-02T00:00:00.000Z"),
        ("2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.500Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
        ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_comes_out_in_utc_with_milliseconds(text: str, out: str) -> None:
    assert times.text(times.parse(text)) == out


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T10:00:00", "2026-02-30", "2026-03-01T25:00:00Z", "2026-03-01T10:00:61Z", "2026-03-01T10:00:60Z",
        "2026-03-01T23:59:60+02:00", "yesterday", "", "1772359200",
        "2026-03-01T10:00:00+24:00", "2026-03-01T10:00:00+10:60", "٢٠٢٦-03-01", "2026-03-01T10:00Z", " 2026-03-01",
    ],
)  # fmt: skip
def test_what_could_mean_two_moments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|offset|range|must be|second 60"):
        times.parse(text)


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_the_offset_never_moves_the_moment(moment: datetime, minutes: int) -> None:
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{size // 60:02d}:{size % 60:02d}"
    whole = int(moment.replace(microsecond=0, tzinfo=UTC).timestamp())
    assert times.parse(text) == (whole - minutes * 60) * 1_000
    assert times.parse(times.text(times.parse(text))) == times.parse(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("90m", 5_400), ("4h", 14_400), ("7d", 604_800), ("2w", 1_209_600)]
)
def test_a_duration_has_one_unit(text: str, seconds: int) -> None:
    assert times.duration(text) == seconds * 1_000


@pytest.mark.parametrize(
    "text", ["90", "0d", "-5d", "90days", "", "1.5h", "4 h", "4H", "٤h", "99999999999d", "40000d", "01d"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        times.duration(text, "--for")


@pytest.mark.parametrize(("text", "meant"), [("2h30m", "150m"), ("1d12h", "36h"), ("1w 7d", "2w"), ("1m30s", "90s")])
def test_several_units_are_told_as_one(text: str, meant: str) -> None:
    with pytest.raises(UsageError, match="is not a duration") as caught:
        times.duration(text, "--for")
    assert caught.value.hint == f"write {meant}"
    times.duration(meant)


def test_a_bare_number_is_told_its_units() -> None:
    with pytest.raises(UsageError) as caught:
        times.duration("90", "--for")
    assert caught.value.what == "--for '90' has no unit"
    assert caught.value.hint == "write 90m, 90h or 90d (units: s m h d w)"


@pytest.mark.parametrize(
    ("distance", "words"),
    [(4 * 3_600_000 + 1, "in 4h"), (-2 * times.DAY, "2d ago"), (59_999, "in 59s"), (0, "in 0s"), (-61_000, "1m ago")],
)
def test_a_hint_is_one_unit_rounded_down(distance: int, words: str) -> None:
    assert times.hint(NOW + distance, NOW) == words


def test_nothing_stays_nothing() -> None:
    assert times.optional_text(None) is None


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-23:59"]
)
def test_a_time_that_has_no_form_in_utc_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        times.parse(text)
    with pytest.raises(UsageError, match=r"--since '.*' is in UTC outside the years 1 to 9999"):
        windows.bound(text, "--since", NOW, end=False)
    with pytest.raises(UsageError, match="outside the years 1 to 9999"):
        times.moment(text, "now")


def test_what_is_later_is_a_moment_too() -> None:
    assert times.later(times.LATEST - 1, 1, "--for") == times.LATEST
    with pytest.raises(UsageError, match="--for comes to a moment outside the years 1 to 9999"):
        times.later(times.LATEST, 1, "--for")


def test_what_was_reckoned_beyond_the_years_is_written_as_their_end() -> None:
    assert times.text(times.LATEST + 1) == "9999-12-31T23:59:59.999Z"
    assert times.text(times.EARLIEST - 1) == "0001-01-01T00:00:00.000Z"
    assert times.when(times.LATEST + 1) == times.when(times.LATEST)
