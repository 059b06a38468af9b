"""A restore does not make a hold on a person cover less: who is one person is carried over with it."""

from __future__ import annotations

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
