"""Which entries wait for a scan, and what goes on record of one."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.ledger.scans import ScanFact, ScanOnRecord, ScanQueue, record_scans
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from occ_media_cli.store.who import stamp

ENGINE = "clamav 1.4.6/1"


def digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@pytest.fixture
def desk(tmp_path: Path) -> OccMedia:
    made = OccMedia(tmp_path / "s.db", actor="dana")
    made.inboxes.add("vip")
    made.inboxes.add("lab")
    rows = [
        {"id": name, "time": f"2026-02-0{day}T00:00:00Z", "inbox": inbox, "direction": "receive", "name": name,
         "path": path, "sha256": digest(content) if content else None, "size": 1, "outcome": outcome}
        for name, day, inbox, path, content, outcome in (
            ("one", 1, "vip", "a", "x", "delivered"), ("same", 2, "vip", "b", "x", "delivered"),
            ("other", 3, "vip", "c", "y", "delivered"), ("unhashed", 4, "vip", "d", None, "delivered"),
            ("blocked", 5, "vip", "e", "z", "blocked"), ("elsewhere", 6, "lab", "f", "w", "delivered"),
            ("pathless", 7, "vip", None, "v", "delivered"),
        )
    ]  # fmt: skip
    (tmp_path / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made.ledger.ingest("ndjson", str(tmp_path / "rows.ndjson"))
    return made


def waiting(desk: OccMedia, *results: ScanOnRecord, engine: str = ENGINE, since: int = 0, stale: int = 0) -> list[str]:
    with changing(at(desk.location.path, explicit=True), stamp("dana")) as store:
        record_scans(store.ledger, results, stamp("dana"))
        (vip,) = store.ledger.execute("SELECT id FROM inbox_state WHERE name = 'vip'").fetchone()
        queue = ScanQueue(store.ledger, [vip], engine=engine, since=since, stale=stale)
        try:
            assert queue.without_path == 1
            found = [entry.name.partition(":")[2] for entry in queue]
            assert queue.left_out == 4 - len(found)
            return found
        finally:
            queue.close()


def seq_of(desk: OccMedia, name: str) -> int:
    return int(str(next(row["seq"] for row in desk.ledger.list() if row["id"] == name)))


def said(state: str, entry: int | None = None, content: str | None = None, engine: str = ENGINE) -> ScanOnRecord:
    return ScanOnRecord(entry, digest(content) if content else None, 1, state, engine, None)


def test_delivered_files_with_a_path_wait(desk: OccMedia) -> None:
    assert waiting(desk) == ["one", "same", "other", "unhashed"]


def test_only_a_look_at_its_own_file_takes_an_entry_out(desk: OccMedia) -> None:
    """What lies under the path of another entry with the same sha256 says nothing of what lies under this one's."""
    assert waiting(desk, said("clean", content="x")) == ["one", "same", "other", "unhashed"]
    assert waiting(desk, said("clean", entry=seq_of(desk, "one"), content="x")) == ["same", "other", "unhashed"]
    assert waiting(desk, said("infected", entry=seq_of(desk, "other"), content="y")) == ["same", "unhashed"]
    assert waiting(desk, said("clean", entry=seq_of(desk, "unhashed"))) == ["same"]


@pytest.mark.parametrize(
    "result", [said("not-scanned", content="x"), said("clean", content="x", engine="clamav 1.4.6/0")]
)
def test_what_could_not_look_or_knew_less_is_no_look(desk: OccMedia, result: ScanOnRecord) -> None:
    assert waiting(desk, result) == ["one", "same", "other", "unhashed"]


def test_what_is_stale_waits_again(desk: OccMedia) -> None:
    assert waiting(desk, said("clean", content="x"), stale=2**60) == ["one", "same", "other", "unhashed"]


def test_a_result_that_says_nothing_new_is_known(desk: OccMedia) -> None:
    seq = seq_of(desk, "one")
    fact = (ScanFact("active-content", "macro", 2),)
    result = ScanOnRecord(seq, None, None, "not-scanned", ENGINE, "there is no such file", fact)
    waiting(desk, result)
    with changing(at(desk.location.path, explicit=True), stamp("dana")) as store:
        (vip,) = store.ledger.execute("SELECT id FROM inbox_state WHERE name = 'vip'").fetchone()
        queue = ScanQueue(store.ledger, [vip], engine=ENGINE, since=0, stale=0)
        first = next(iter(queue))
        queue.close()
    assert first.seq == seq
    assert first.is_told_already(result)
    for other in (result._replace(facts=()), result._replace(detail="x"), result._replace(engine=None)):
        assert not first.is_told_already(other)
    assert not first.is_told_already(result._replace(state="clean"))


def test_the_reason_of_a_scan_is_a_text_that_can_be_erased(desk: OccMedia) -> None:
    waiting(desk, ScanOnRecord(None, digest("x"), 1, "not-scanned", ENGINE, "rosa@example.com is in the way"))
    desk.customers.add_alias(["rosa@example.com", "c-9"], "one person")
    desk.ledger.erase("rosa@example.com", reason="asked")
    assert b"rosa@example.com" not in Path(desk.location.path).read_bytes()
    with changing(at(desk.location.path, explicit=True), stamp("dana")) as store:
        assert verify_ledger(store.ledger).intact
