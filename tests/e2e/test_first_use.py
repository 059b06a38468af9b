"""What an operator sees on a machine that never ran the program before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.program import occ_media

STANDARD = "Sorry, the media you sent cannot be viewed by the business."


@pytest.mark.parametrize("store", [None, "desk.db", "desk.toml"])
def test_turning_receiving_off_makes_a_store_and_says_what_customers_read(tmp_path: Path, store: str | None) -> None:
    named = () if store is None else ("--store", store)
    path = tmp_path / ".local/share/occ-media/occ-media.db" if store is None else Path(store)
    result = occ_media(*named, "set", "inbox", "--receive", "off", cwd=tmp_path)
    assert result.out.splitlines() == [
        "inbox, version 2",
        "receive  on -> off",
        "send     on",
        "Customers who send a file now read:",
        f"  {STANDARD}",
        "change 2",
    ]
    assert result.err == f"note: made the store {path}\n"
    made = tmp_path / path
    assert made.stat().st_mode & 0o777 == 0o600
    shown = json.loads(occ_media(*named, "show", "--format", "json", cwd=tmp_path).out)["inboxes"][0]
    assert (shown["receive"], shown["message"], shown["message_source"], shown["version"]) == (
        False,
        STANDARD,
        "standard",
        2,
    )
    again = occ_media(*named, "set", "inbox", "--receive", "off", cwd=tmp_path)
    assert (again.out, again.err) == ("inbox, version 2, nothing changed\n", "")


def test_reading_without_a_store_answers_and_writes_nothing(tmp_path: Path) -> None:
    result = occ_media("show", cwd=tmp_path)
    assert result.out.splitlines()[-1] == "No store yet: these are the built-in settings."
    occ_media("show", "--store", "none.db", code=11, cwd=tmp_path)
    occ_media("show", "--store", "none.toml", code=11, cwd=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_mistyped_inbox_changes_nothing_in_any_of_several(tmp_path: Path) -> None:
    occ_media("--store", "d.db", "inbox", "add", "vip", cwd=tmp_path)
    occ_media("--store", "d.db", "inbox", "add", "lab", cwd=tmp_path)
    result = occ_media("--store", "d.db", "set", "lab", "vpi", "--receive", "off", code=11, cwd=tmp_path)
    assert "no inbox 'vpi', did you mean 'vip'?" in result.err
    assert "help: occ-media --store d.db set lab vip --receive off\n" in result.err
    rows = json.loads(occ_media("--store", "d.db", "show", "--format", "json", cwd=tmp_path).out)["inboxes"]
    assert [(row["name"], row["receive"]) for row in rows] == [("lab", True), ("vip", True)]


def test_a_message_is_printed_as_it_was_written(tmp_path: Path) -> None:
    text = "press menu → email vip@example.com"
    result = occ_media("set", "inbox", "--receive", "off", "--message", text, cwd=tmp_path)
    assert result.out.splitlines()[1] == "receive  on -> off"
    assert result.out.splitlines()[-2] == f"  {text}"


def test_a_name_is_no_command_for_a_build_log(tmp_path: Path) -> None:
    env = {"GITHUB_ACTIONS": "true"}
    result = occ_media("inbox", "add", "::error::owned", cwd=tmp_path, env=env)
    assert not any(line.startswith("::") for line in (result.out + result.err).splitlines())
