"""What one person asked for and approved: told whatever the store said of a second person then, and who had said so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.settings import second_person
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.open import reading

RULE = "self-approval"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OccMedia:
    monkeypatch.chdir(tmp_path)
    desk = OccMedia("s.toml", actor="dana")
    desk.inboxes.add("vip")
    Path("one.txt").write_bytes(b"one\n")
    Path("media").mkdir()
    return desk


def by_hand() -> None:
    path = Path("s.toml")
    path.write_text(path.read_text() + "\n[store]\nsecond_person = false\n")


def on_record(actor: str = "zoe") -> None:
    other = OccMedia("s.toml", actor=actor)
    with editing(other.location, other._door.stamp()) as editor:
        editor.set_section("store", {"second_person": False}, "we are few")


def library(desk: OccMedia, approver: str = "dana") -> None:
    desk.library.propose("one.txt", "a", "1")
    OccMedia("s.toml", actor=approver).library.approve("a")


def plan(desk: OccMedia, approver: str = "dana") -> None:
    os.utime("one.txt", (1_600_000_000, 1_600_000_000))
    Path("one.txt").replace("media/one.txt")
    desk.ledger.ingest("folder", "media", inbox="vip", direction="receive", time="mtime")
    desk.retention.set("vip", remove_after="30d")
    made = desk.retention.plan("media")
    OccMedia("s.toml", actor=approver).retention.approve(made.plan)


def told(desk: OccMedia) -> list[tuple[Any, ...]]:
    found = desk.audit(rules=[RULE]).findings
    return [(each.severity.value, each.evidence["requested_by"], each.evidence.get("switched_by")) for each in found]


WAYS = {"library-approve": library, "approval": plan}


def test_every_way_that_needs_a_second_person_is_tried_here() -> None:
    assert set(WAYS) == set(second_person.GOVERNED.values())


@pytest.mark.parametrize("way", WAYS)
def test_a_switch_that_somebody_edited_by_hand_is_an_error(desk: OccMedia, way: str) -> None:
    by_hand()
    WAYS[way](desk)
    assert told(desk) == [("error", "dana", None)]


@pytest.mark.parametrize("way", WAYS)
def test_a_switch_on_record_is_a_warning_and_says_who(desk: OccMedia, way: str) -> None:
    on_record()
    WAYS[way](desk)
    assert told(desk) == [("warning", "dana", "zoe")]


@pytest.mark.parametrize("way", WAYS)
def test_two_people_are_none(desk: OccMedia, way: str) -> None:
    on_record()
    WAYS[way](desk, "sam")
    assert told(desk) == []


def test_names_that_are_read_alike_are_one_person(desk: OccMedia) -> None:
    on_record()
    library(desk, "Dana")
    assert told(desk) == [("warning", "dana", "zoe")]


def test_what_was_switched_off_by_hand_stays_so_when_something_else_is_set(desk: OccMedia) -> None:
    by_hand()
    OccMedia("s.toml", actor="zoe").inboxes.add("lab")
    path = Path("s.toml")
    path.write_text(path.read_text().replace("second_person = false", "second_person = true"))
    OccMedia("s.toml", actor="zoe").inboxes.add("lab2")
    on_record("kim")
    library(desk)
    assert told(desk) == [("warning", "dana", "kim")], "by who switched it off last"
    with reading(desk.location) as store:
        assert not second_person.is_asked_for(store.ledger)
