"""Erasing what is personal: it is gone from the file, the chain still verifies, and nothing is filled in again."""

from __future__ import annotations

import sqlite3

import pytest

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import STAMP, Ledger, row


def fill(ledger: Ledger) -> None:
    ledger.ingest(
        *[
            row(n, id=f"wamid.4915{n:05d}", customer="49151234567" if n % 2 else "4470000000",
                name=f"Vertrag-Hofmann-{n}.pdf" if n % 2 else "x.pdf", conversation="conv-Hofmann" if n % 2 else None,
                path=f"in/Hofmann/{n}.pdf" if n % 2 else None, message="Dear Hofmann" if n % 2 else None)
            for n in range(400)
        ],
        {"id": "status-Hofmann", "corrects": "wamid.491500001", "time": 5, "outcome": "failed"},
    )  # fmt: skip


def in_file(ledger: Ledger, text: str) -> int:
    data = ledger.path.read_bytes()
    wal = ledger.path.with_name(ledger.path.name + "-wal")
    if wal.exists():
        data += wal.read_bytes()
    return data.count(text.encode())


def test_no_trace_stays_in_the_file_and_the_chain_holds(ledger: Ledger) -> None:
    fill(ledger)
    assert in_file(ledger, "Hofmann") > 500
    done = erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert (done.records, done.events, done.mentions) == (201, 0, 0)
    for text in ("Hofmann", "49151234567", "wamid.491500001"):
        assert in_file(ledger, text) == 0
    assert verify_ledger(ledger.connection).intact
    assert ledger.one("SELECT count(*) FROM entry WHERE customer IS NULL AND id IS NULL") == 200
    assert ledger.all("SELECT count, reason FROM erasure") == [(201, "case 7")]


def test_an_erased_row_that_comes_again_is_a_duplicate_and_stays_erased(ledger: Ledger) -> None:
    fill(ledger)
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    again = ledger.ingest(row(1, id="wamid.491500001", customer="49151234567", name="Vertrag-Hofmann-1.pdf"))
    assert (again.counts.new, again.counts.duplicate, again.counts.refused) == (0, 1, 0)
    assert in_file(ledger, "Hofmann") == 0


def test_nothing_to_erase_writes_nothing(ledger: Ledger) -> None:
    fill(ledger)
    seq = ledger.one("SELECT seq FROM head")
    done = erase(ledger.connection, "nobody", STAMP, "case 7", ledger.path)
    assert (done.records, done.seq) == (0, None)
    assert ledger.one("SELECT seq FROM head") == seq


def test_entries_of_others_that_mention_the_customer_are_counted(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="77001"), row(2, customer="8", name="chat with 77001.pdf"))
    assert erase(ledger.connection, "77001", STAMP, "case 7", ledger.path).mentions == 1


def test_a_reason_that_names_the_customer_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="names the customer"):
        erase(ledger.connection, "77001", STAMP, "77001 asked", ledger.path)


def test_a_reader_in_the_way_is_told_and_the_next_run_cleans(ledger: Ledger) -> None:
    fill(ledger)
    reader = sqlite3.connect(ledger.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record").fetchone()
    ledger.connection.execute("PRAGMA busy_timeout=10")
    with pytest.raises(Incomplete, match="their traces are still in the file"):
        erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    reader.close()
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert in_file(ledger, "Hofmann") == 0
    assert verify_ledger(ledger.connection).intact


def test_two_erasures_stand_side_by_side(ledger: Ledger) -> None:
    fill(ledger)
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    erase(ledger.connection, "4470000000", STAMP, "case 8", ledger.path)
    assert verify_ledger(ledger.connection).intact
    assert ledger.one("SELECT count(*) FROM record WHERE salt IS NOT NULL") == 0
