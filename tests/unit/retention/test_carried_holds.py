"""A hold is carried over once, whatever was carried before: it is known by where it first stood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia


@pytest.fixture
def desk(tmp_path: Path) -> OccMedia:
    made = OccMedia(str(tmp_path / "desk.db"), actor="dana")
    made.inboxes.add("vip")
    made.store.backup(tmp_path / "before")
    return made


def holds(desk: OccMedia) -> list[str]:
    return sorted(each.hold.name for each in desk.holds.list() if each.hold.released is None)


@pytest.mark.parametrize("scope", [{"inbox": "vip"}, {"customer": "16505550001"}, {"since": "2026-01-01"}])
def test_a_backup_that_has_the_hold_gets_it_once(desk: OccMedia, tmp_path: Path, scope: dict[str, str]) -> None:
    desk.holds.add("h", "case 1", **scope)  # type: ignore[arg-type]  # texts
    desk.store.backup(tmp_path / "with")
    for name in ("before", "with", "with", "before", "before", "with"):
        desk.store.restore(tmp_path / name, accept_loss="a test")
        assert holds(desk) == ["h"], name
    desk.holds.release("h", "settled")
    assert holds(desk) == []
    assert desk.ledger.verify().intact


def test_a_carried_hold_in_a_backup_is_known_again(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.add("h", "case 1", inbox="vip")
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    desk.store.backup(tmp_path / "carried")
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    desk.store.restore(tmp_path / "carried", accept_loss="a test")
    assert holds(desk) == ["h"]


def test_two_holds_of_one_name_and_scope_stay_two(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.add("h", "case 1", inbox="vip")
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    desk.store.backup(tmp_path / "first")
    desk.holds.release("h", "settled")
    desk.holds.add("h", "case 2", inbox="vip")
    desk.store.restore(tmp_path / "first", accept_loss="a test")
    assert holds(desk) == ["h", "h (2)"]


def test_a_hold_released_in_the_backup_and_not_since_is_kept(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.add("h", "case 1", inbox="vip")
    desk.store.backup(tmp_path / "with")
    desk.holds.release("h", "settled")
    desk.store.backup(tmp_path / "released")
    desk.store.restore(tmp_path / "with", accept_loss="a test")
    assert holds(desk) == ["h"]
    desk.store.restore(tmp_path / "released", accept_loss="a test")
    assert holds(desk) == ["h"]


def test_what_stands_for_a_missing_entry_stays_until_it_is_released(desk: OccMedia, tmp_path: Path) -> None:
    """A hold of an entry that a backup does not have holds every file of its moment: it never covers less later."""
    row = {"id": "a", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}
    (tmp_path / "rows").write_text(json.dumps(row))
    desk.ledger.ingest("ndjson", str(tmp_path / "rows"))
    desk.holds.add("h", "case 1", entry="a")
    desk.store.backup(tmp_path / "with")
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    desk.store.restore(tmp_path / "with", accept_loss="a test")
    assert holds(desk) == ["h", "h (2)"]
    desk.store.restore(tmp_path / "with", accept_loss="a test")
    assert holds(desk) == ["h", "h (2)"]
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    assert holds(desk) == ["h"], "both come to the same where the entry is missing again"


def test_a_hold_never_moves_to_another_inbox_of_its_name(desk: OccMedia, tmp_path: Path) -> None:
    desk.inboxes.add("three")
    desk.store.backup(tmp_path / "with")
    desk.inboxes.remove("three")
    desk.inboxes.add("three")
    desk.holds.add("h", "case 1", inbox="three")
    done = desk.store.restore(tmp_path / "with", accept_loss="a test")
    (held,) = [each.hold for each in desk.holds.list()]
    assert held.inboxes == (), "the inbox is not in the backup: files of every inbox are held"
    assert done.carried is not None
    assert done.carried.wider == ["h: its inbox is not in the backup; it holds files of every inbox"]


def test_a_hold_stays_with_its_inbox_whatever_that_is_called_now(desk: OccMedia, tmp_path: Path) -> None:
    desk.inboxes.add("three")
    desk.store.backup(tmp_path / "with")
    desk.inboxes.rename("three", "four")
    desk.inboxes.add("three")
    desk.holds.add("h", "case 1", inbox="four")
    desk.store.restore(tmp_path / "with", accept_loss="a test")
    (held,) = [each.hold for each in desk.holds.list()]
    assert held.inboxes == ("three",), "as it was called in the backup"


def test_an_inbox_of_another_store_is_another_one(desk: OccMedia, tmp_path: Path) -> None:
    other = OccMedia(str(tmp_path / "other.db"), actor="dana")
    other.inboxes.add("vip")
    other.store.backup(tmp_path / "theirs")
    desk.holds.add("h", "case 1", inbox="vip")
    desk.store.restore(tmp_path / "theirs", accept_loss="moved")
    assert [each.hold.inboxes for each in desk.holds.list()] == [()]
