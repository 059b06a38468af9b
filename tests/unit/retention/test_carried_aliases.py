"""A restore does not make a hold on a person cover less: who is one person is carried over with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from occ_media_cli.api import OccMedia

if TYPE_CHECKING:
    from pathlib import Path


def test_a_hold_still_covers_every_id_of_its_person_after_a_restore(tmp_path: Path) -> None:
    desk = OccMedia(str(tmp_path / "desk.db"), actor="dana")
    desk.inboxes.add("vip")
    backup = str(tmp_path / "old.db")
    desk.store.backup(backup)
    desk.customers.add_alias(["16505550001", "user-77"], "case 1")
    desk.holds.add("claim", customer="user-77", reason="litigation")
    for _ in range(2):  # the second restore is of a store that carried it already
        desk.store.restore(backup, accept_loss="a test")
        (person,) = desk.customers.list_aliases("16505550001")
        assert set(person.ids) == {"16505550001", "user-77"}
        assert person.reason == "case 1"
    assert desk.ledger.verify().intact


def made(folder: Path) -> OccMedia:
    desk = OccMedia(str(folder / "desk.db"), actor="dana")
    desk.inboxes.add("vip")
    return desk


def people(desk: OccMedia) -> list[list[str]]:
    return sorted(sorted(person.ids) for person in desk.customers.list_aliases())


def test_an_alias_that_was_removed_does_not_come_back(tmp_path: Path) -> None:
    desk, backup = made(tmp_path), tmp_path / "old.db"
    desk.customers.add_alias(["A1", "B1", "C1"], "case 1")
    desk.customers.add_alias(["X1", "Y1"], "case 2")
    desk.store.backup(backup)
    desk.customers.remove_alias("B1", "other person")
    desk.customers.remove_alias("Y1", "other person")
    for number in range(3):
        done = desk.store.restore(backup, accept_loss="a test")
        assert people(desk) == [["A1", "C1"]], number
        assert done.carried is not None
        assert done.carried.separated == 2
    assert desk.ledger.verify().intact


def test_an_erasure_after_a_restore_leaves_the_other_person_alone(tmp_path: Path) -> None:
    desk, backup = made(tmp_path), tmp_path / "old.db"
    row = {"time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a"}
    rows = [{**row, "id": who, "customer": who} for who in ("A1", "B1")]
    (tmp_path / "rows").write_text("".join(json.dumps(row) + "\n" for row in rows))
    desk.ledger.ingest("ndjson", str(tmp_path / "rows"))
    desk.customers.add_alias(["A1", "B1"], "case 1")
    desk.store.backup(backup)
    desk.customers.remove_alias("B1", "other person")
    desk.store.restore(backup)
    desk.ledger.erase(customer="A1", reason="request")
    assert [entry["customer"] for entry in desk.ledger.list(limit=9)] == [None, "B1"]


def test_what_was_said_last_counts(tmp_path: Path) -> None:
    desk, backup = made(tmp_path), tmp_path / "old.db"
    desk.store.backup(backup)
    desk.customers.add_alias(["A1", "B1"], "case 1")
    desk.customers.remove_alias("B1", "other person")
    desk.customers.add_alias(["B1", "C1"], "case 2")
    for _ in range(2):
        desk.store.restore(backup)
        assert people(desk) == [["B1", "C1"]]
    desk.customers.add_alias(["A1", "B1"], "they are, after all")
    desk.store.restore(backup)
    assert people(desk) == [["A1", "B1", "C1"]]


def test_a_removal_is_carried_to_a_chain_that_went_on_by_itself(tmp_path: Path) -> None:
    desk = made(tmp_path)
    desk.customers.add_alias(["A1", "B1"], "case 1")
    desk.store.backup(tmp_path / "first")
    desk.customers.add_alias(["A1", "C1"], "case 2")
    desk.store.backup(tmp_path / "second")
    desk.store.restore(tmp_path / "first")
    desk.customers.remove_alias("B1", "other person")
    desk.store.restore(tmp_path / "second")
    assert people(desk) == [["A1", "C1"]]
    desk.store.restore(tmp_path / "second")
    assert people(desk) == [["A1", "C1"]]


def test_an_alias_of_another_store_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other, desk = made(tmp_path / "other"), made(tmp_path)
    other.customers.add_alias(["A1", "B1"], "its own case")
    other.store.backup(tmp_path / "theirs")
    desk.customers.add_alias(["A1", "B1"], "case 1")
    desk.customers.remove_alias("B1", "other person")
    desk.store.restore(tmp_path / "theirs", accept_loss="moved")
    assert people(desk) == [["A1", "B1"]]


def test_a_removal_that_the_backup_has_too_is_not_done_again(tmp_path: Path) -> None:
    """What the backup says later than the same removal is the last word."""
    desk = made(tmp_path)
    desk.customers.add_alias(["A1", "B1"], "case 1")
    desk.store.backup(tmp_path / "first")
    desk.customers.remove_alias("B1", "other person")
    desk.store.backup(tmp_path / "removed")
    desk.store.restore(tmp_path / "first")
    copy = OccMedia(str(tmp_path / "copy.db"), actor="dana")
    copy.store.restore(tmp_path / "removed")
    copy.customers.add_alias(["A1", "B1"], "they are, after all")
    copy.store.backup(tmp_path / "again")
    desk.store.restore(tmp_path / "again")
    assert people(desk) == [["A1", "B1"]]


def _told(folder: Path, *users: tuple[int, str]) -> str:
    said = [{"id": number, "role": "end-user", "email": email} for number, email in users]
    (folder / "users.ndjson").write_text(json.dumps({"comments": [], "users": said}) + "\n")
    return str(folder / "users.ndjson")


def test_two_users_of_a_platform_stay_two_after_a_restore(tmp_path: Path) -> None:
    """Guards against aliases that come back without saying whose users they are."""
    desk, backup = made(tmp_path), tmp_path / "old.db"
    desk.store.backup(backup)
    desk.ledger.ingest("zendesk", _told(tmp_path, (77, "office@example.com"), (78, "bo@example.com")))
    desk.customers.remove_alias("78", "a mistake")
    desk.store.restore(backup, accept_loss="a test")
    desk.ledger.ingest("zendesk", _told(tmp_path, (79, "office@example.com"), (78, "bo@example.com")))
    assert people(desk) == [["77", "office@example.com"]]
    assert desk.ledger.verify().intact


def test_who_is_forgotten_comes_back_by_no_payload_after_a_restore(tmp_path: Path) -> None:
    desk, backup = made(tmp_path), tmp_path / "old.db"
    row = {"time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a", "id": "1"}
    (tmp_path / "rows").write_text(json.dumps({**row, "customer": "rosa@example.com"}) + "\n")
    desk.ledger.ingest("ndjson", str(tmp_path / "rows"))
    desk.store.backup(backup)
    desk.ledger.ingest("zendesk", _told(tmp_path, (77, "rosa@example.com")))
    desk.ledger.erase("77", reason="request 1")
    desk.store.restore(backup, accept_loss="a test")
    desk.ledger.ingest("zendesk", _told(tmp_path, (77, "office@example.com")))
    assert people(desk) == []
    assert desk.ledger.verify().intact


def test_an_erasure_after_a_restore_leaves_the_keys_of_what_it_takes(tmp_path: Path) -> None:
    desk, backup = made(tmp_path), tmp_path / "old.db"
    desk.store.backup(backup)
    desk.ledger.ingest("zendesk", _told(tmp_path, (77, "rosa@example.com")))
    desk.store.restore(backup, accept_loss="a test")
    desk.ledger.erase("77", reason="request 1")
    desk.ledger.ingest("zendesk", _told(tmp_path, (77, "rosa@example.com")))
    assert people(desk) == []
