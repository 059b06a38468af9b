"""Erasing customers through every room: rows of holds and refusals follow, and no restore brings a text back."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import Refused

PHONE, PLUS = "16505550001", "+1 650 555-0001"


@pytest.fixture
def desk(tmp_path: Path) -> OccMedia:
    made = OccMedia(str(tmp_path / "desk.db"), actor="dana")
    made.inboxes.add("vip", reason=f"{PLUS} asked")
    made.holds.add(f"claim {PHONE}", f"case of tel:{PHONE}", since="2030-01-01")
    return made


def holds(desk: OccMedia) -> list[tuple[str, str | None]]:
    return [(each.hold.name, each.hold.reason) for each in desk.holds.list(everything=True)]


def test_the_name_of_a_hold_goes_and_the_hold_stays(desk: OccMedia) -> None:
    assert desk.ledger.erase(PHONE, "request").erasure.texts == 4
    assert holds(desk) == [("(erased 1)", "(erased)")]
    assert desk.ledger.verify().intact
    desk.holds.release("(erased 1)", "settled")
    assert desk.ledger.verify().intact


def test_a_text_that_was_erased_is_erased_again_in_what_a_restore_brings_back(desk: OccMedia, tmp_path: Path) -> None:
    backup = str(tmp_path / "old.db")
    desk.store.backup(backup)
    desk.ledger.erase(PHONE, "request")
    desk.store.restore(backup, accept_loss="a test")
    assert holds(desk) == [("(erased 1)", "(erased)")]
    assert b"5550001" not in (tmp_path / "desk.db").read_bytes()
    assert b"555-0001" not in (tmp_path / "desk.db").read_bytes()
    assert desk.ledger.verify().intact
    told = desk.ledger.erase(PHONE, "request 2").not_reached
    assert all(each.place.startswith("bytes of desk.db.before-restore-") for each in told)


def test_a_hold_whose_name_was_erased_is_carried_over_and_keeps_holding(desk: OccMedia, tmp_path: Path) -> None:
    backup = str(tmp_path / "old.db")
    OccMedia(str(tmp_path / "other.db"), actor="dana").inboxes.add("vip")
    OccMedia(str(tmp_path / "other.db"), actor="dana").store.backup(backup)
    desk.holds.add(f"second {PHONE}", "case", inbox="vip", customers=["c-1", "c-2"])
    desk.ledger.erase(PHONE, "request")
    desk.store.restore(backup, accept_loss="a test")
    assert [name for name, _ in holds(desk)] == ["(erased 1)", "(erased 2)"]
    assert desk.holds.list()[1].hold.customers == ("c-1", "c-2")
    assert desk.ledger.verify().intact


def test_nobody_is_erased_where_one_of_several_is_held(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.add("h", "case", customer="c-1")
    with pytest.raises(Refused, match="held by h"):
        desk.ledger.erase(PHONE, "request", customers=["c-1"])
    assert holds(desk)[0] == (f"claim {PHONE}", f"case of tel:{PHONE}")
    assert desk.ledger.erase(PHONE, "request", customers="c-2").erasure.texts == 4
