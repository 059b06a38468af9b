"""Where a person still stands: in the files of a store, whatever the ledger says."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.ledger import reach
from occ_media_cli.ledger.mentions import People
from tests.unit.ledger.conftest import Ledger, row

ROSA = People(["16505551234"])


def test_a_clean_store_has_nobody(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="8"))
    assert reach.in_ledger(ledger.connection, ROSA) == ()
    ledger.connection.close()
    assert reach.in_files(ROSA, [(ledger.path, "is the store")], told=False) == ()


def test_words_of_the_schema_name_nobody(ledger: Ledger) -> None:
    ledger.connection.close()
    for word in ("append-only", "customer", "conversation", "history"):
        assert word.encode() in ledger.path.read_bytes()
        assert reach.in_files(People([word]), [(ledger.path, "is the store")], told=False) == (), word


def test_copies_beside_and_the_document_are_looked_at(tmp_path: Path) -> None:
    store = tmp_path / "s.ledger.db"
    document = tmp_path / "s.toml"
    document.write_text("# +1 650 555 1234\n[inbox]\nx = 'tel:16505551234'\n# 16505551235\n")
    (tmp_path / "s.ledger.db.before-restore-17").write_bytes(b"\x00" * 300_000 + b"16505551234" * 2)
    (tmp_path / ".s.ledger.db.0123456789abcdef.occ-media.tmp").write_bytes(b"x" * 262_140 + b"16505551234")
    (tmp_path / "other.db").write_bytes(b"16505551234")
    files = [(store, "is the ledger of the store"), (document, "is the document of the store")]
    found = {each.place: each.count for each in reach.in_files(ROSA, files, told=True)}
    assert found == {
        "the document s.toml": 2, "bytes of s.ledger.db.before-restore-17": 2,
        "bytes of .s.ledger.db.0123456789abcdef.occ-media.tmp": 1,
    }  # fmt: skip


def test_bytes_that_no_text_of_the_ledger_accounts_for_are_told(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    store.write_bytes(b"SQLite" + bytes(5_000) + b"16505551234")
    assert [each.place for each in reach.in_files(ROSA, [(store, "is the store")], told=False)] == ["bytes of s.db"]
    assert reach.in_files(ROSA, [(store, "is the store")], told=True) == ()
