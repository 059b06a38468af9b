"""The ends of a period: names of spans, durations before now, and what is none of them."""

from __future__ import annotations

import pytest

from occ_media_cli import times, windows
from occ_media_cli.day_words import NAMED
from occ_media_cli.errors import UsageError

NOW = times.parse("2026-03-02T10:00:00Z")


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", "2026-03-02", "2026-03-03"),
        ("yesterday", "2026-03-01", "2026-03-02"),
        ("this-month", "2026-03-01", "2026-04-01"),
        ("last-month", "2026-02-01", "2026-03-01"),
        ("this-quarter", "2026-01-01", "2026-04-01"),
        ("last-quarter", "2025-10-01", "2026-01-01"),
        ("this-year", "2026-01-01", "2027-01-01"),
        ("last-year", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_named_span_has_both_its_ends(name: str, since: str, until: str) -> None:
    assert windows.bound(name, "--since", NOW, end=False) == times.parse(since)
    assert windows.bound(name, "--until", NOW, end=True) == times.parse(until)


def test_december_ends_in_january() -> None:
    december = times.parse("2026-12-15")
    assert times.text(windows.bound("this-month", "--until", december, end=True)) == "2027-01-01T00:00:00.000Z"
    assert times.text(windows.bound("this-quarter", "--until", december, end=True)) == "2027-01-01T00:00:00.000Z"
    january = times.parse("2026-01-15")
    assert times.text(windows.bound("last-month", "--since", january, end=False)) == "2025-12-01T00:00:00.000Z"


def test_a_duration_counts_back_from_now_and_a_time_stands() -> None:
    assert windows.bound("30d", "--since", NOW, end=False) == NOW - 30 * times.DAY
    assert windows.bound("2026-01-01T00:00:00Z", "--until", NOW, end=True) == times.parse("2026-01-01")
    with pytest.raises(UsageError, match="--since 'soon'"):
        windows.bound("soon", "--since", NOW, end=False)


@pytest.mark.parametrize(
    ("now", "word", "end"),
    [
        (times.EARLIEST, "30d", False),
        (times.EARLIEST, "yesterday", False),
        (times.EARLIEST, "last-month", False),
        (times.EARLIEST, "last-quarter", False),
        (times.EARLIEST, "last-year", False),
        (times.LATEST, "today", True),
        (times.LATEST, "this-month", True),
        (times.LATEST, "this-quarter", True),
        (times.LATEST, "this-year", True),
    ],
)
def test_a_span_that_leaves_the_years_is_told(now: int, word: str, end: bool) -> None:
    with pytest.raises(UsageError, match=f"--x '{word}' comes to a moment outside the years 1 to 9999"):
        windows.bound(word, "--x", now, end=end)


@pytest.mark.parametrize("word", NAMED)
def test_the_other_end_of_such_a_span_stands(word: str) -> None:
    """What reaches beyond the last year still has a beginning, and what begins before the first has its end."""
    assert times.text(windows.bound(word, "--since", times.LATEST, end=False)).startswith("999")
    assert times.text(windows.bound(word, "--until", times.EARLIEST, end=True)).startswith("000")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("last-quater", "last-quarter"), ("lastmonth", "last-month"), ("yesterdy", "yesterday"),
        ("this-yr", "this-year"), ("TODY", "today"),
    ],
)  # fmt: skip
def test_a_slip_of_a_named_span_is_told_with_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean '{meant}'") as told:
        windows.bound(typed, "--since", 0, end=False)
    assert told.value.hint == f"write --since {meant}"
    with pytest.raises(UsageError) as told:
        windows.bound(typed, "since", 0, end=False)
    assert told.value.hint == f"write {meant}"


@pytest.mark.parametrize("typed", ["bananas", "2026-13-01", "", "30", "last-decade-of-all"])
def test_where_nothing_tells_every_span_is_named(typed: str) -> None:
    with pytest.raises(UsageError) as told:
        windows.bound(typed, "--since", 0, end=False)
    assert "did you mean" not in told.value.what
    assert all(name in str(told.value.hint) for name in NAMED)
