"""Zones by name, that of the machine, and how a moment is written in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli import time_zones, times
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.time_zones import UTC_ZONE, find_zone, in_words, load_zone, machine_zone, with_offset

NINE = times.parse("2026-12-07T08:00:00Z")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("new york", "America/New_York"),
     ("Europe/Berlni", "Europe/Berlin")],
)  # fmt: skip
def test_a_slip_of_a_zone_is_told_with_what_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(WrongWord, match=f"--tz '{typed}' is no time zone, did you mean '{meant}'"):
        find_zone(typed, "--tz")


@pytest.mark.parametrize(
    "name", ["Moon/Tycho", "../etc", "/etc/localtime", "right/UTC", "localtime", "Europe", "+02:00", ""]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert load_zone(name) is None
    with pytest.raises(UsageError, match="is no time zone"):
        find_zone(name, "--tz")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Europe/Berlin", "Europe/Berlin"), (":Asia/Dubai", "Asia/Dubai"), ("", "UTC"), ("Etc/UTC", "UTC"),
     ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo")],
)  # fmt: skip
def test_the_machine_says_its_zone_by_tz(monkeypatch: pytest.MonkeyPatch, said: str, name: str) -> None:
    monkeypatch.setenv("TZ", said)
    assert machine_zone().name == name


def test_a_tz_that_names_no_zone_is_refused_and_never_read_as_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CST6CDT-oops")
    with pytest.raises(UsageError, match="TZ 'CST6CDT-oops' names no time zone"):
        machine_zone()


def test_without_tz_the_link_says_it_or_the_file_beside_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    link, words = tmp_path / "localtime", tmp_path / "timezone"
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(time_zones, "_LOCALTIME", link)
    monkeypatch.setattr(time_zones, "_TIMEZONE", words)
    assert machine_zone() is UTC_ZONE
    link.write_bytes(b"TZif2")
    with pytest.raises(UsageError, match="has no name here"):
        machine_zone()
    words.write_text("Asia/Dubai\n")
    assert machine_zone().name == "Asia/Dubai"
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Europe/Paris")
    assert machine_zone().name == "Europe/Paris"


def test_a_moment_is_written_in_the_zone_and_in_utc() -> None:
    berlin, tokyo = find_zone("Europe/Berlin", ""), find_zone("Asia/Tokyo", "")
    assert in_words(NINE, berlin) == "Mon 7 Dec 2026 09:00 CET (08:00 UTC)"
    assert in_words(NINE - 9 * 3_600_000, berlin) == "Mon 7 Dec 2026 00:00 CET (Sun 6 Dec 2026 23:00 UTC)"
    assert in_words(NINE + 30_000, UTC_ZONE) == "Mon 7 Dec 2026 08:00:30 UTC"
    assert in_words(NINE + 5, tokyo) == "Mon 7 Dec 2026 17:00:00.005 JST (08:00:00.005 UTC)"
    assert with_offset(NINE, berlin) == "2026-12-07T09:00:00.000+01:00"
    assert times.parse(with_offset(NINE, tokyo)) == NINE
    assert with_offset(NINE, UTC_ZONE) == times.text(NINE)
    before = times.parse("1850-01-01T00:00:00Z")  # an offset of seconds, which no text of ours has
    assert with_offset(before, berlin) == "1850-01-01T00:00:00.000Z"
    assert in_words(times.LATEST, tokyo) == times.text(times.LATEST)
