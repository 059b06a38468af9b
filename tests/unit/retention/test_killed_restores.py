"""Restores that are killed at each of their steps: the next command ends them, and another restore goes through."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.settings.model import InboxChange
from occ_media_cli.settings.state import edited_at, state
from occ_media_cli.store import atomic, backup, documents, locate, temporary
from occ_media_cli.store.open import reading

NOW = 4_000_000_000_000

STEPS = {
    "the store": (backup, "replace_store"),
    "the document": (atomic, "write_atomically"),
    "the end": (documents, "end_promise"),
}


def killed(
    monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], work: Callable[[], object], *, before: bool
) -> None:
    """Do some work in a process of its own, which is killed before or after a step."""
    step = getattr(*where)

    def stop(*given: Any, **named: Any) -> None:
        if not before:
            step(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        monkeypatch.setattr(*where, stop)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the step was never reached"


@pytest.fixture(params=["there", "gone"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A store whose backup says another thing than its document, which is there, or gone."""
    desk = OccMedia(str(tmp_path / "s.toml"), actor="dana")
    desk.inboxes.add("vip")
    desk.set("vip", InboxChange(send=False))
    desk.store.backup(tmp_path / "b.backup")
    desk.set("vip", InboxChange(send=True))
    if request.param == "gone":
        (tmp_path / "s.toml").unlink()
    return tmp_path


def restore(folder: Path) -> object:
    return OccMedia(str(folder / "s.toml"), actor="dana").store.restore(folder / "b.backup", accept_loss="try")


def hand_edits(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "s.ledger.db")) as connection:
        (number,) = connection.execute("SELECT count(*) FROM event WHERE reason = 'edited by hand'").fetchone()
    return int(number)


def said(folder: Path) -> tuple[bool, bool]:
    """What a reading command says: whether agents may send, and whether somebody edited the document by hand."""
    with reading(locate.at(folder / "s.toml", explicit=True)) as store:
        return state(store, NOW, "vip").inboxes[0].version.settings.send, edited_at(store, NOW) is not None


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_was_killed_is_ended_by_the_next_command(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    killed(monkeypatch, STEPS[step], lambda: restore(place), before=before)
    happened = (step, before) != ("the store", True)
    if happened or (place / "s.toml").exists():
        assert said(place) == (not happened, False)
        OccMedia(str(place / "s.toml"), actor="dana").set("vip", InboxChange(receive=False))
        assert said(place) == (not happened, False)
        assert f"send = {str(not happened).lower()}" in (place / "s.toml").read_text()
    restore(place)
    assert said(place) == (False, False)
    assert hand_edits(place) == 0
    assert not temporary.left(place)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_another_restore_goes_through_at_once(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    for _ in range(2):
        killed(monkeypatch, STEPS[step], lambda: restore(place), before=before)
    restore(place)
    assert said(place) == (False, False)
    assert "send = false" in (place / "s.toml").read_text()
    assert hand_edits(place) == 0


def test_a_document_that_somebody_edited_since_is_an_edit_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = OccMedia(str(tmp_path / "s.toml"), actor="dana")
    desk.inboxes.add("vip")
    desk.store.backup(tmp_path / "b.backup")
    desk.set("vip", InboxChange(send=False))
    killed(monkeypatch, STEPS["the document"], lambda: restore(tmp_path), before=True)
    with (tmp_path / "s.toml").open("a") as document:
        document.write("[inboxes.new]\n")
    assert said(tmp_path) == (False, True)
    desk.set("vip", InboxChange(receive=False))
    assert hand_edits(tmp_path) > 0
