"""The time of a row: taken where it can mean one moment alone, refused with the reason where it may mean several."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.ledger.row_times import read_time
from tests.unit.ledger.conftest import Ledger, row
from tests.unit.ledger.test_columns import MAP, take

TEN = "2026-03-01T10:00:00.000Z"
TAKEN = [
    ("2026-03-01 10:00:00+00", TEN), ("2026-03-01 10:00:00.000+0000", TEN), ("2026-03-01 10:00:00 +0000", TEN),
    ("2026-03-01 10:00:00 UTC", TEN), ("2026-03-01T10:00:00UTC", TEN), ("2026-03-01 10:00:00 GMT", TEN),
    ("2026-03-01 10:00:00 Z", TEN), ("2026-03-01T10:00:00 Z", TEN), ("2026-03-01t10:00:00z", TEN),
    ("2026-03-01T10:00Z", TEN), ("2026-03-01 10:00 UTC", TEN), ("2026-03-01 12:00+02", TEN),
    ("2026-03-01 12:00+0200", TEN), ("2026-03-01 05:30 -04:30", TEN), ("2026-03-01 10:00 +00:00", TEN),
    ("2026-03-01T10:00:00,000Z", TEN), ("2026-03-01 12:00:00.123456+02", "2026-03-01T10:00:00.123Z"),
    ("2026-03-01", "2026-03-01T00:00:00.000Z"), ("2016-12-31 23:59:60+00", "2016-12-31T23:59:59.000Z"),
]  # fmt: skip
SEVERAL = [
    ("2026-03-01 10:00", "has no offset"), ("2026-03-01T10:00:00", "has no offset"),
    ("2026-03-01 10:00:00 CST", "names a zone, which may be several: write the offset from UTC"),
    ("2026-03-01 10:00 Europe/Berlin", "names a zone, which may be several: write the offset from UTC"),
    ("2026-03-01 10:00 AM", "is not a time"),
    ("01/03/2026 10:00:00", "may begin with the day or the month: write it like 2026-03-01"),
    ("3.1.2026", "may begin with the day or the month: write it like 2026-03-01"),
    ("2026-03-01T10Z", "is not a time"), ("2026-03-01 10:00:00  Z", "is not a time"),
    ("2026-03-01  10:00:00Z", "is not a time"), (" 2026-03-01T10:00:00Z", "is not a time"),
    ("2026-03-01T10:00:00+2", "is not a time"), ("2026-03-01T10:00:00+024", "is not a time"),
    ("2026-03-01T10:00:00+24", "is not a time"), ("2026-03-01T10:00:00+0060", "is not a time"),
    ("2026-03-01T10:00:60Z", "has a second 60 where there is none: a leap second is at 23:59:60 UTC alone"),
    ("2026-03-01T10:00:61Z", "is not a time"), ("2026-03-01T24:00Z", "is not a time"), ("2026-02-30", "is not a time"),
    ("٢٠٢٦-03-01T10:00:00Z", "is not a time"), ("2026-03-01 10:00+٠٢", "is not a time"), ("4.6E+04", "is not a time"),
    ("9999-12-31T23:59-01", "is in UTC outside the years 1 to 9999"), ("", "is not a time"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), TAKEN)
def test_a_time_that_is_one_moment_is_taken_by_every_source(ledger: Ledger, written: str, meant: str) -> None:
    assert ledger.refusals(row(1, time=written)) == []
    assert take(ledger, f'id,time,inbox,direction,name\n7,"{written}",vip,send,a.pdf\n').counts.new == 1
    assert ledger.all("SELECT time FROM entry") == [(meant,), (meant,)]


@pytest.mark.parametrize(("written", "reason"), SEVERAL)
def test_a_time_that_may_be_several_is_refused_with_its_reason(ledger: Ledger, written: str, reason: str) -> None:
    [refusal] = ledger.refusals(row(1, time=written))
    assert (refusal["reason"], refusal["detail"]) == ("bad time", f"time '{written}' {reason}")


def test_many_rows_together_come_to_the_moments_of_each(ledger: Ledger) -> None:
    """The quick way reads the two halves of a time by themselves."""
    assert ledger.refusals(*(row(at, time=written) for at, (written, _) in enumerate(TAKEN[:-1], 1))) == []
    assert ledger.all("SELECT time FROM entry ORDER BY seq") == [(meant,) for _, meant in TAKEN[:-1]]


@pytest.mark.parametrize(("written", "meant"), TAKEN)
def test_the_gate_takes_what_the_ledger_takes(desk: OccMedia, written: str, meant: str) -> None:
    assert desk.gate(asked(written)).allow


@pytest.mark.parametrize(("written", "reason"), SEVERAL)
def test_the_gate_refuses_what_the_ledger_refuses(desk: OccMedia, written: str, reason: str) -> None:
    reply = desk.gate(asked(written))
    assert (reply.malformed, reply.problems[0].message) == (True, f"time '{written}' {reason}")


def asked(time: str) -> dict[str, Any]:
    return {"id": "m", "time": time, "inbox": "inbox", "direction": "receive", "name": "a.pdf"}


@pytest.fixture
def desk(tmp_path: Any) -> OccMedia:
    made = OccMedia(tmp_path / "s.db", actor="dana")
    made.set("inbox", {"receive": True})
    return made


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-01 12:00", "2026-07-01T10:00:00.000Z"), ("2026-07-01T12:00:00.5", "2026-07-01T10:00:00.500Z"),
        ("2026-07-01 12:00 UTC", "2026-07-01T12:00:00.000Z"), ("2026-07-01 12:00+00", "2026-07-01T12:00:00.000Z"),
        ("2026-07-01", "2026-06-30T22:00:00.000Z"),
    ],
)  # fmt: skip
def test_a_stated_zone_is_of_times_without_an_offset(ledger: Ledger, written: str, meant: str) -> None:
    mapping = MAP.replace('time = "s"', 'time_zone = "Europe/Berlin"')
    assert take(ledger, f"message,when,file,kb,way\n1,{written},a.pdf,1,in\n", mapping).counts.refused == 0
    assert ledger.one("SELECT time FROM entry") == meant


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31 23:59:59"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Chicago", "Pacific/Kiritimati"])
def test_the_ends_of_time_in_a_zone_are_a_moment_or_refused(written: str, zone: str) -> None:
    assert abs(read_time(written, ZoneInfo(zone)) - read_time(f"{written[:10]}T12:00Z")) < 2 * times.DAY


@pytest.mark.parametrize("cell", ["١٧٧٢٣٥٩٢٠٠", "1_772_359_200", "1.77236E+09", "+1772359200", " 1772359200"])
def test_a_number_that_was_rounded_or_is_in_other_digits_is_no_time(ledger: Ledger, cell: str) -> None:
    done = take(ledger, f"message;when;file;kb;way\n7;{cell};a.pdf;1;in\n", MAP)
    assert [refusal.detail for refusal in done.examples] == [f"time '{cell}' is not a time"]
