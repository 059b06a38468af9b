"""What was acknowledged survives a power cut, and the trial notices when it does not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.unit.ledger.conftest import Ledger

pytest.importorskip("apsw", reason="apsw is not installed")
from tests.unit.ledger import power


def base_of(ledger: Ledger) -> bytes:
    ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ledger.path.read_bytes()


def test_a_power_cut_loses_nothing_that_was_acknowledged(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "power"
    folder.mkdir()
    outcomes = [power.trial(base_of(ledger), folder, seed) for seed in range(12)]
    assert sum(outcome.acknowledged for outcome in outcomes) > 100
    assert [outcome for outcome in outcomes if outcome.lost or outcome.corrupt or outcome.mismatched] == []


def test_a_power_cut_loses_nothing_of_a_load_that_has_ended(ledger: Ledger, tmp_path: Path) -> None:
    """Its commits do not wait for the disk, its end does."""
    folder = tmp_path / "power"
    folder.mkdir()
    outcomes = [power.trial(base_of(ledger), folder, seed, bulk=True) for seed in range(24)]
    assert sum(outcome.acknowledged for outcome in outcomes) > 100
    assert [outcome for outcome in outcomes if outcome.lost or outcome.corrupt or outcome.mismatched] == []


def test_without_syncing_the_same_cuts_do_damage(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "power"
    folder.mkdir()
    outcomes = [power.trial(base_of(ledger), folder, seed, synchronous="OFF") for seed in range(12)]
    assert any(outcome.lost or outcome.corrupt for outcome in outcomes)


def test_a_full_disk_keeps_what_was_committed(ledger: Ledger) -> None:
    from occ_media_cli.errors import Incomplete
    from occ_media_cli.ledger.verify.recompute import verify_ledger
    from tests.unit.ledger.conftest import row

    ledger.ingest(row(1))
    pages = ledger.one("PRAGMA page_count")
    ledger.connection.execute(f"PRAGMA max_page_count={pages + 60}")
    with pytest.raises(Incomplete, match=r"the disk is full; [\d,]+ rows are kept"):
        ledger.ingest(*[row(n) for n in range(2, 5000)], commit_every=500)
    ledger.connection.execute("PRAGMA max_page_count=1000000")
    assert verify_ledger(ledger.connection).intact
    assert ledger.ingest(*[row(n) for n in range(2, 5000)]).counts.refused == 0
    assert ledger.one("SELECT count(*) FROM entry") == 4999
    assert isinstance(ledger.connection, sqlite3.Connection)
