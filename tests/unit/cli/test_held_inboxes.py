"""A hold stays with the inbox that it was placed on: whoever removes it, or makes another of its name, is told."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times

Run = Any  # the fixture `occ` of conftest.py

STILL = "note: hold claim still holds the files of inbox 'vip', which is removed\n"
OTHER = "note: hold claim is on the inbox 'vip' that was removed, not on this one"


@pytest.fixture
def held(occ: Run, store: str) -> Run:
    def run(*words: str, **more: Any) -> Any:
        return occ(*words, store=store, **more)

    run("inbox", "add", "vip", now="2026-03-01")
    run("inbox", "add", "other", now="2026-03-01")
    run("hold", "add", "--name", "claim", "--inbox", "vip", "--reason", "case 1", now="2026-03-01")
    run("hold", "add", "--name", "ended", "--inbox", "vip", "--reason", "case 2", now="2026-03-01")
    run("hold", "release", "ended", "--reason", "settled", now="2026-03-01")
    return run


def scopes(held: Run) -> list[tuple[str, list[str | None]]]:
    found = json.loads(held("hold", "list", "--format", "json", now="2099-01-01").out)["holds"]
    return [(hold["scope"], hold["inboxes_removed"]) for hold in found]


def test_a_removed_inbox_is_told_from_a_new_one_of_its_name(held: Run) -> None:
    assert scopes(held) == [("inbox vip", [None])]
    assert held("inbox", "remove", "vip", now="2026-03-02T10:00:00Z").err == STILL
    gone = [("inbox vip, removed 2026-03-02T10:00:00.000Z", ["2026-03-02T10:00:00.000Z"])]
    assert scopes(held) == gone
    assert OTHER in held("inbox", "add", "vip", now="2026-03-03").err
    assert scopes(held) == gone
    assert held("inbox", "remove", "vip", now="2026-03-04").err == "", "no hold is on this one"
    assert OTHER in held("inbox", "rename", "other", "vip", now="2026-03-05").err
    held("hold", "release", "claim", "--reason", "settled")
    held("inbox", "remove", "vip", now="2026-03-06")
    assert held("inbox", "add", "vip", now="2026-03-07").err == ""


def test_a_document_that_prunes_names_the_holds(held: Run, tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_text("[inboxes.other]\n")
    done = held("apply", "d.toml", "--prune", "--max-remove", "90%", now="2026-03-02")
    assert STILL in done.err
    assert scopes(held) == [("inbox vip, removed 2026-03-02T00:00:00.000Z", ["2026-03-02T00:00:00.000Z"])]


@pytest.mark.parametrize("store", ["s.toml"])
def test_an_inbox_that_was_taken_out_by_hand_is_removed(held: Run, tmp_path: Path, store: str) -> None:
    document = tmp_path / store
    document.write_text(document.read_text().replace("[inboxes.vip]", "[inboxes.vip2]"))
    edited = time.time_ns() // 1_000_000
    os.utime(document, ns=(edited * 1_000_000, edited * 1_000_000))
    gone = [(f"inbox vip, removed {times.text(edited)}", [times.text(edited)])]
    assert scopes(held) == gone, "before a command has recorded it"
    assert held("inbox", "tag", "other", "gold", now="2027-01-01").err == STILL
    assert scopes(held) == gone


@pytest.mark.parametrize("store", ["s.toml"])
@pytest.mark.parametrize(
    "words",
    [
        ("hold", "add", "--name", "later", "--inbox", "other", "--reason", "case 3"),
        ("hold", "release", "claim", "--reason", "settled"),
        ("ledger", "ingest", "ndjson", "rows"),
        ("customer", "alias", "add", "A1", "B1", "--reason", "case 4"),
        ("retention", "plan", "--root", "media"),
        ("store", "init"),
        ("set", "other", "--receive", "on"),
    ],
)
def test_whatever_command_records_the_hand_edit_tells_it_once(
    held: Run, tmp_path: Path, store: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "rows").write_text("")
    (tmp_path / "media").mkdir()
    document = tmp_path / store
    document.write_text(document.read_text().replace("[inboxes.vip]", "[inboxes.vip2]"))
    assert held(*words, now=None).err.count(STILL) == 1
    assert STILL not in held("ledger", "ingest", "ndjson", "rows", now=None).err
