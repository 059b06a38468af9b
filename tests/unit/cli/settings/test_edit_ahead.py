"""Documents that were edited by hand and whose mtime lies ahead: by an editor's clock, or set by hand."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia

Run = Any  # the fixture `occ` of conftest.py

LINE = {"id": "1", "time": "2026-01-01T00:00:00Z", "inbox": "vip", "direction": "receive", "name": "1.txt", "size": 3}
READERS = ("show", "check", "diagnose", "export", "report settings", "gate", "show after")


def edit(occ: Run, folder: Path, receive: str, ahead: float) -> None:
    """A store in whose document somebody turns `receive`, which was the other way round."""
    (folder / "1.txt").write_text("one")
    before = "true" if receive == "false" else "false"
    occ("inbox", "add", "vip", store="s.toml", now=None)
    if before == "false":
        occ("set", "vip", "--receive", "off", store="s.toml", now=None)
    occ("agent", "add", "mona", "--role", "agent", store="s.toml", now=None)
    path = folder / "s.toml"
    text = path.read_text()
    start = text.index("[inboxes.vip]")
    path.write_text(text[:start] + text[start:].replace(f"receive = {before}", f"receive = {receive}", 1))
    assert path.read_text() != text
    moment = time.time() + ahead
    os.utime(path, (moment, moment))


def receives(occ: Run) -> dict[str, bool]:
    """What each reader says: whether a customer's file passes."""
    asked: dict[str, Any] = {"store": "s.toml", "now": None, "code": None}
    shown = json.loads(occ("show", "vip", "--format", "json", **asked).out)["inboxes"][0]
    checked = occ("check", "1.txt", "--inbox", "vip", "--direction", "receive", "--format", "json", **asked).out
    diagnosed = occ("diagnose", "cannot-receive", "--inbox", "vip", **asked).out
    exported = occ("export", **asked).out
    reported = json.loads(occ("report", "settings", "--format", "json", **asked).out)
    return {
        "show": shown["receive"],
        "check": json.loads(checked)["files"][0]["verdict"] == "accepted",
        "diagnose": "receive is off" not in diagnosed and "receiving is off" not in diagnosed,
        "export": "receive = true" in exported,
        "report settings": [row["receive"] for row in reported["rows"] if row["to"] is None] == ["on"],
        "gate": OccMedia("s.toml").gate(LINE).allow,  # records the edit
        "show after": json.loads(occ("show", "vip", "--format", "json", **asked).out)["inboxes"][0]["receive"],
    }


@pytest.mark.parametrize("ahead", [-0.001, 2, 86_400, 10**9])
@pytest.mark.parametrize("receive", ["true", "false"])
def test_what_the_document_says_is_in_force_for_every_reader(
    occ: Run, tmp_path: Path, receive: str, ahead: float
) -> None:
    edit(occ, tmp_path, receive, ahead)
    assert set(receives(occ).items()) == {(reader, receive == "true") for reader in READERS}
    newest = json.loads(occ("report", "settings", "--format", "json", store="s.toml", now=None).out)["rows"][-1]
    assert newest["from"] <= newest["made"], "it was read before it was recorded"
    assert newest["reason"] == "edited by hand"


def test_a_reader_at_a_moment_of_the_past_is_told_the_same_by_all(occ: Run, tmp_path: Path) -> None:
    edit(occ, tmp_path, "false", 86_400)
    seen = json.loads(occ("report", "settings", "--format", "json", store="s.toml", now=None).out)["rows"]
    assert [row["receive"] for row in seen] == ["on", "off"]
    moment = seen[-1]["from"]  # past by now, behind the last command
    asked: dict[str, Any] = {"store": "s.toml", "now": moment, "code": None}
    assert json.loads(occ("show", "vip", "--format", "json", **asked).out)["inboxes"][0]["receive"] is False
    assert "receive is off" in occ("check", "1.txt", "--inbox", "vip", "--direction", "receive", **asked).out


@pytest.mark.parametrize("now", [None, "2026-03-03T00:00:00Z"])
def test_an_edit_of_agents_counts_for_check_as_it_does_for_show(occ: Run, tmp_path: Path, now: str | None) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "vip", store="s.toml")
    (tmp_path / "1.txt").write_text("one")
    path = tmp_path / "s.toml"
    path.write_text(path.read_text().replace("[agents.mona]", '[agents.mona]\ndeny_send = ["vip"]'))
    moment = time.time() + 86_400
    os.utime(path, (moment, moment))
    asked: dict[str, Any] = {"store": "s.toml", "now": now, "code": None}
    shown = json.loads(occ("show", "vip", "--agent", "mona", "--format", "json", **asked).out)["inboxes"][0]
    checked = occ("check", "1.txt", "--inbox", "vip", "--direction", "send", "--agent", "mona", **asked).out
    assert shown["agent"]["may_send"] is ("rejected" not in checked), (shown, checked)
    assert shown["agent"]["may_send"] is (now is not None), "an edit of today counts today"
