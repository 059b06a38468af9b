"""A repeat is found and an id is found, wherever its key is kept, and whoever wrote it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from occ_media_cli.ledger import keys
from occ_media_cli.ledger.append import Appender
from occ_media_cli.ledger.entry import Batch, Row
from occ_media_cli.ledger.find import find
from occ_media_cli.ledger.verify import verify
from tests.unit.ledger.conftest import Ledger, row


def test_a_key_that_was_added_is_never_taken_for_a_new_one() -> None:
    rng = random.Random(5)
    some = {rng.getrandbits(64) - 2**63 for _ in range(20_000)} | {0, -1, 2**63 - 1, -(2**63)}
    maybe = keys.Maybe(100_000)
    maybe.add(some)
    assert set(maybe.among(some)) == some
    others = {rng.getrandbits(64) - 2**63 for _ in range(20_000)} - some
    assert len(maybe.among(others)) < len(others) / 30
    assert maybe.room(len(some))
    assert not maybe.room(200_000)


def places(ledger: Ledger) -> tuple[int, int]:
    return ledger.one("SELECT count(*) FROM record_key"), ledger.one("SELECT count(*) FROM recent_key")


def test_recent_keys_are_moved_together_and_found_on_both_sides(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LEAST", 25)
    ledger.ingest(*[row(n) for n in range(15)])
    assert places(ledger) == (0, 15)
    ledger.ingest(*[row(n) for n in range(15, 30)])
    assert places(ledger) == (30, 0)
    ledger.ingest(*[row(n) for n in range(30, 40)])
    assert places(ledger) == (30, 10)
    for number in (0, 29, 30, 39):
        seq = find(ledger.connection, f"wamid.{number}")
        assert ledger.one("SELECT id FROM record WHERE seq = ?", seq) == f"wamid.{number}"
    again = ledger.ingest(*[row(n) for n in range(45)]).counts
    assert (again.new, again.duplicate) == (5, 40)
    ledger.ingest(
        {"id": "s1", "corrects": "wamid.3", "time": 1, "outcome": "failed"},
        {"id": "s2", "corrects": "wamid.33", "time": 1, "outcome": "failed"},
    )
    assert ledger.one("SELECT count(*) FROM amendment") == 2
    assert verify(ledger.connection).intact


def batch(*numbers: int) -> Batch:
    names = ("id", "time", "inbox", "direction", "name", "channel", "customer", "declared", "size", "sha256")
    rows: list[Any] = [Row(**{name: row(number)[name] for name in names}) for number in numbers]
    return Batch(rows, range(len(rows)), len(rows), plain=True)


@pytest.mark.parametrize("worth", [1, 10**9], ids=["asking", "remembering"])
def test_what_another_writer_added_meanwhile_is_a_repeat(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, worth: int
) -> None:
    monkeypatch.setattr(keys, "WORTH", worth)
    monkeypatch.setattr(keys, "FEW", 3)
    ledger.ingest(*[row(n) for n in range(10)])
    with Appender(ledger.connection, "ndjson", commit_every=3) as appender:
        appender.add(batch(100, 101, 102))
        assert not ledger.connection.in_transaction
        ledger.ingest(row(103), row(104))
        appender.add(batch(103, 105))
        appender.add(batch(5, 105, 101, 106))
        counts = appender.counts
    assert (counts.new, counts.duplicate) == (5, 4)
    assert verify(ledger.connection).intact
