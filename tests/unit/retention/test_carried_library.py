"""A restore may lose approvals of the library, and never lets a file pass that had ended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from occ_media_cli.errors import Refused
from tests.unit.library.conftest import Desk, desk  # noqa: F401  # a fixture


def backup(desk: Desk, name: str, hours: float) -> None:  # noqa: F811
    desk(hours=hours).store.backup(name)


@pytest.fixture
def approved(desk: Desk) -> Desk:  # noqa: F811
    """Version 1 of `a` is approved, and a backup was made."""
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    backup(desk, "early.backup", 2)
    return desk


def test_what_was_retired_stays_so(approved: Desk) -> None:
    approved(hours=3).library.retire("a", "wrong prices")
    with pytest.raises(Refused, match="lacks what"):
        approved(hours=4).store.restore("early.backup")
    done = approved(hours=4).store.restore("early.backup", accept_loss="disk")
    assert done.carried is not None
    assert done.carried.ended == 1
    assert not approved(hours=5).library.allowed("one.pdf")
    row = approved(hours=5).library.list()[0]
    assert (row.state, row.reason) == ("retired", "wrong prices")
    assert row.retired == approved(hours=3)._door.now(), "since it was retired first"
    assert approved(hours=5).ledger.verify().intact


def test_a_lost_newer_version_does_not_bring_the_older_back(approved: Desk) -> None:
    approved(hours=3).library.propose("two.pdf", "a", "2")
    approved("sam", 4).library.approve("a")
    approved(hours=5).store.restore("early.backup", accept_loss="disk")
    assert not approved(hours=6).library.allowed("one.pdf")
    assert not approved(hours=6).library.allowed("two.pdf"), "its approval is lost: somebody must approve it again"
    approved(hours=6).library.propose("two.pdf", "a", "2")
    approved("sam", 7).library.approve("a")
    assert approved(hours=7).library.allowed("two.pdf")


def test_what_waited_and_was_withdrawn_is_not_approved_later(desk: Desk) -> None:  # noqa: F811
    desk().library.propose("one.pdf", "a", "1")
    backup(desk, "early.backup", 1)
    desk(hours=2).library.retire("a", "wrong")
    desk(hours=3).store.restore("early.backup", accept_loss="disk")
    with pytest.raises(Refused, match="was withdrawn"):
        desk("sam", 4).library.approve("a")


def test_it_is_remembered_where_a_backup_does_not_know_the_document(desk: Desk) -> None:  # noqa: F811
    backup(desk, "empty.backup", 0)
    desk().library.propose("one.pdf", "a", "1")
    desk("sam", 1).library.approve("a")
    backup(desk, "live.backup", 2)
    desk(hours=3).library.retire("a", "wrong prices")
    shutil.copy("s.db", "kept.db")
    desk(hours=4).store.restore("empty.backup", accept_loss="disk")
    assert desk(hours=4).library.list() == ()
    desk(hours=5).store.restore("empty.backup", accept_loss="again")
    done = desk(hours=6).store.restore("live.backup", accept_loss="the other one")
    assert done.carried is not None
    assert done.carried.ended == 1
    assert not desk(hours=7).library.allowed("one.pdf")
    again = desk(hours=8).store.restore("live.backup", accept_loss="again")
    assert again.carried is not None
    assert not desk(hours=9).library.allowed("one.pdf")
    assert Path("kept.db").exists()


def test_nothing_is_carried_where_nothing_had_ended(approved: Desk) -> None:
    done = approved(hours=3).store.restore("early.backup", accept_loss="try")
    assert done.carried is None or done.carried.ended == 0
    assert approved(hours=4).library.allowed("one.pdf")


def test_what_was_to_be_replaced_later_ends_with_the_true_reason(approved: Desk) -> None:
    """Nothing can retire it later, and without that it would pass for longer than before."""
    approved(hours=3).library.propose("two.pdf", "a", "2")
    later = approved("sam", 50)
    approved("sam", 4)
    later.library.approve("a")
    approved(hours=5).store.restore("early.backup", accept_loss="disk")
    row = approved(hours=6).library.list()[0]
    assert (row.state, row.reason) == (
        "retired",
        "a newer version was approved from 2026-01-12T02:00:00.000Z on, and a restore lost that approval",
    )
