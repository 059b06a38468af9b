"""A repeat is found and an id is found, wherever its key is kept, and whoever wrote it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from occ_media_cli.ledger.append import keys
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.entry import Batch, EntryRow
from occ_media_cli.ledger.find import find_entry
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger, row


def test_a_key_that_was_added_is_never_taken_for_a_new_one() -> None:
    rng = random.Random(5)
    some = {rng.getrandbits(64) - 2**63 for _ in range(20_000)} | {0, -1, 2**63 - 1, -(2**63)}
    maybe = keys.Maybe(100_000)
    maybe.add_keys(some)
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
        seq = find_entry(ledger.connection, f"wamid.{number}")
        assert ledger.one("SELECT id FROM record WHERE seq = ?", seq) == f"wamid.{number}"
    again = ledger.ingest(*[row(n) for n in range(45)]).counts
    assert (again.new, again.duplicate) == (5, 40)
    ledger.ingest(
        {"id": "s1", "corrects": "wamid.3", "time": 1, "outcome": "failed"},
        {"id": "s2", "corrects": "wamid.33", "time": 1, "outcome": "failed"},
    )
    assert ledger.one("SELECT count(*) FROM amendment") == 2
    assert verify_ledger(ledger.connection).intact


def batch(*numbers: int) -> Batch:
    names = ("id", "time", "inbox", "direction", "name", "channel", "customer", "declared", "size", "sha256")
    rows: list[Any] = [EntryRow(**{name: row(number)[name] for name in names}) for number in numbers]
    return Batch(rows, range(len(rows)), len(rows), plain=True)


@pytest.mark.parametrize("worth", [1, 10**9], ids=["asking", "remembering"])
def test_a_repeat_is_one_whoever_added_it_and_when(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, worth: int) -> None:
    monkeypatch.setattr(keys, "WORTH", worth)
    monkeypatch.setattr(keys, "FEW", 3)
    ledger.ingest(*[row(n) for n in range(10)])
    with Appender(ledger.connection, "ndjson", commit_every=1000) as appender:
        fresh = iter(range(1000, 2000))

        def add(*numbers: int) -> tuple[int, int]:
            """How many of these were new, and how many repeats, in a batch of their own.

            Something new comes before: after a repeat the next batch goes the careful way.
            """
            appender.append_batch(batch(next(fresh)))
            new, repeats = appender.counts.new, appender.counts.duplicate
            appender.append_batch(batch(*numbers))
            return appender.counts.new - new, appender.counts.duplicate - repeats

        assert add(100, 101, 102) == (3, 0)
        for begin in (200, 300):  # when the first begins, keys are remembered
            appender.commit()
            ledger.ingest(row(begin), row(begin + 1))
            assert add(begin) == (0, 1)  # of another writer
            assert add(begin + 10) == (1, 0)
            assert add(begin + 10) == (0, 1)  # in one transaction
            appender.commit()
            assert add(begin + 10) == (0, 1)  # of the one before
            assert add(5) == (0, 1)
    assert verify_ledger(ledger.connection).intact
