"""Documents in which something is planned, edited by hand: what nobody edited stays as it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

Run = Any  # the fixture `occ` of conftest.py

AHEAD = "2999-01-01"


@pytest.fixture
def document(occ: Run, tmp_path: Path) -> Path:
    """Receiving is off in vip until a day far ahead; ann may not send from then on, and bob may."""
    occ("inbox", "add", "vip", store="s.toml", now="2020-01-01")
    occ("inbox", "add", "lab", store="s.toml", now="2020-01-01")
    occ("agent", "add", "ann", "--role", "supervisor", store="s.toml", now="2020-01-01")
    occ("agent", "add", "bob", "--role", "agent", store="s.toml", now="2020-01-01")
    occ("set", "vip", "--receive", "off", store="s.toml", now="2020-02-01")
    occ("set", "vip", "--receive", "on", store="s.toml", now=AHEAD)
    occ("agent", "deny", "ann", "send", "--inbox", "vip", store="s.toml", now=AHEAD)
    occ("agent", "allow", "bob", "send", "--inbox", "vip", store="s.toml", now=AHEAD)
    return tmp_path / "s.toml"


def seen(occ: Run, now: str | None) -> tuple[bool, bool, bool]:
    """Whether vip receives, and whether ann and bob may send there."""
    rows = [
        json.loads(occ("show", "vip", "--agent", agent, "--format", "json", store="s.toml", now=now).out)["inboxes"][0]
        for agent in ("ann", "bob")
    ]
    return rows[0]["receive"], *(row["agent"]["may_send"] for row in rows)


EDITS = {
    "a comment": lambda text: text + "# checked\n",
    "another inbox": lambda text: text.replace("[inboxes.lab]\n", '[inboxes.lab]\ndescription = "x"\n'),
    "another setting": lambda text: text.replace("[inboxes.vip]\n", '[inboxes.vip]\ndescription = "x"\n'),
    "another agent": lambda text: text + '\n[agents.zoe]\nrole = "owner"\n',
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_something_else_begins_no_plan(occ: Run, document: Path, edit: str) -> None:
    before = {now: seen(occ, now) for now in (None, "2999-02-01")}
    assert before == {None: (False, True, False), "2999-02-01": (True, False, True)}
    document.write_text(EDITS[edit](document.read_text()))
    assert {now: seen(occ, now) for now in before} == before, "before it is on record"
    occ("set", "lab", "--send", "off", store="s.toml", now=None)
    assert {now: seen(occ, now) for now in before} == before, "on record"
    assert "say the same" in occ("drift", "s.toml", store="s.toml", now=None).out


def test_a_planned_change_stands_in_the_document_with_what_holds_until_then(occ: Run, document: Path) -> None:
    assert "[inboxes.vip.box]\nuntil = 2999-01-01T00:00:00.000Z\nreceive = false\n" in document.read_text()
    assert "say the same" in occ("drift", "s.toml", store="s.toml", now=None).out


def test_a_command_on_one_agent_begins_no_plan_of_another(occ: Run, document: Path) -> None:
    occ("agent", "add", "zoe", "--role", "owner", store="s.toml", now=None)
    occ("inbox", "rename", "lab", "labs", store="s.toml", now=None)
    assert seen(occ, None) == (False, True, False)
    assert seen(occ, "2999-02-01") == (True, False, True)


def test_a_time_before_the_document_was_left_leaves_the_whole_span_uncertain(occ: Run, tmp_path: Path) -> None:
    occ("set", "inbox", "--receive", "off", store="s.toml", now=None)
    left = json.loads(occ("history", "--format", "json", store="s.toml", now=None).out)["versions"][-1]["recorded"]
    path = tmp_path / "s.toml"
    path.write_text(path.read_text().replace("receive = false", "receive = true"))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert json.loads(occ("show", "--format", "json", store="s.toml", now=None).out)["inboxes"][0]["receive"] is True
    occ("set", "inbox", "--description", "d", store="s.toml", now=None)
    versions = json.loads(occ("history", "--format", "json", store="s.toml", now=None).out)["versions"]
    assert [(v["receive"], v["superseded_by"]) for v in versions[1:]] == [(False, None), (True, None), (True, None)]
    assert versions[2]["uncertain_since"] == left
    assert versions[2]["valid_from"] > left
