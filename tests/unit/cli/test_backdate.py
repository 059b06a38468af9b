"""Every command that changes a store leaves the past alone, unless it is told why.

The commands come from the command tree, so that a new one is tested without being listed: it is run at a moment after
everything that was changed, and at one before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.changing import ASKED, EARLY, LATER, MADE, changing_commands, line_of, world
from tests.unit.cli.tree import Command

Run = Any  # the fixture `occ` of conftest.py

EXCEPTIONS = {
    "history": "`history import` is the way to record a past that another program kept; each change says so",
    "store init": "nothing is changed in a store that is there",
    "store restore": "it puts back what was, says what would be lost, and its record has both clocks",
    "audit": "with --record it says by both clocks that it ran, which changes nothing that is judged",
    "ledger ingest": "rows bring times of their own, which lie in the past",
    "ledger capture": "it adds what the bytes say, which does not depend on the time",
    "scan": "with --ledger it says by the machine's clock what the bytes are, which does not depend on the time",
    "ledger erase": "what is erased is gone, whatever time is given; nothing is judged by it",
    "retention plan": "a plan is new each time, and decides about ages by the time that it is told",
    "retention purge": "ages are judged by the earlier of the two clocks, so that an earlier one keeps more",
    "retention restore": "it brings back what is there, whatever time is given",
    "hold release": "it holds from the moment at which it is recorded, whatever time is given",
}
"""Commands without `--backdate`, and why none of them changes the past."""

GUARDED = [command for command in changing_commands() if " ".join(command.words) not in EXCEPTIONS]


@pytest.fixture(autouse=True)
def asked(tmp_path: Path) -> Iterator[None]:
    """A line for the gate, which reads the descriptor of stdin."""
    (tmp_path / "asked.ndjson").write_text(json.dumps(ASKED) + "\n")
    kept, opened = os.dup(0), os.open(tmp_path / "asked.ndjson", os.O_RDONLY)
    os.dup2(opened, 0)
    yield
    os.dup2(kept, 0)
    os.close(kept)
    os.close(opened)


def test_every_exception_is_a_command_that_has_no_reason_to_give() -> None:
    known = {" ".join(command.words): command for command in changing_commands()}
    assert set(EXCEPTIONS) <= set(known)
    for name in EXCEPTIONS:
        assert not any("--backdate" in item.opts for item in known[name].parameters), name
    assert len(GUARDED) > 15


@pytest.mark.parametrize("command", GUARDED, ids=lambda command: " ".join(command.words))
def test_a_change_of_the_past_needs_its_reason(occ: Run, store: str, tmp_path: Path, command: Command) -> None:
    words = line_of(command, world(occ, store, tmp_path))
    seq = _length(occ, store)
    refused = occ(*words, store=store, now=EARLY, code=13)
    assert "changed at 2026-" in refused.err  # a release is recorded at the machine's time, everything else at MADE
    assert ", after 2026-01-15T00:00:00.000Z; nothing was changed\n" in refused.err
    assert refused.err.endswith("help: leave the earlier time out, or --backdate REASON changes the past on record\n")
    assert _length(occ, store) == seq
    occ(*words, "--backdate", "it was so", store=store, now=EARLY)
    assert _length(occ, store) > seq
    assert "intact" in occ("ledger", "verify", store=store, now=LATER).out


BLANK = ("", " \t", "\u200b", "\u3164\u2800")
"""Reasons that say nothing: nobody can read why."""


@pytest.mark.parametrize("command", GUARDED, ids=lambda command: " ".join(command.words))
def test_a_reason_that_says_nothing_opens_no_past(occ: Run, store: str, tmp_path: Path, command: Command) -> None:
    words = line_of(command, world(occ, store, tmp_path))
    seq = _length(occ, store)
    for blank in BLANK:
        assert "the reason is empty" in occ(*words, f"--backdate={blank}", store=store, now=EARLY, code=2).err
    occ(*words, "--backdate=", store=store, now=LATER, code=2)  # nor is it kept where there is no past to change
    assert _length(occ, store) == seq


WITH_REASON = [each for each in changing_commands() if any("--reason" in item.opts for item in each.parameters)]


@pytest.mark.parametrize("command", WITH_REASON, ids=lambda command: " ".join(command.words))
def test_no_record_has_a_reason_that_says_nothing(occ: Run, store: str, tmp_path: Path, command: Command) -> None:
    words = line_of(command, world(occ, store, tmp_path))
    words = words[: words.index("--reason")] + words[words.index("--reason") + 2 :] if "--reason" in words else words
    seq = _length(occ, store)
    for blank in BLANK:
        assert "the reason is empty" in occ(*words, f"--reason={blank}", store=store, now=LATER, code=2).err
    assert _length(occ, store) == seq


@pytest.mark.parametrize("command", GUARDED, ids=lambda command: " ".join(command.words))
def test_the_same_change_needs_none_at_its_own_time(occ: Run, tmp_path: Path, command: Command) -> None:
    words = line_of(command, world(occ, "s.db", tmp_path))
    seq = _length(occ, "s.db")
    occ(*words, store="s.db", now=None)
    assert _length(occ, "s.db") > seq


def test_a_release_holds_from_when_it_was_recorded(occ: Run, tmp_path: Path) -> None:
    world(occ, "s.db", tmp_path)
    said = occ("hold", "release", "h2", "--reason", "over", store="s.db", now=EARLY)
    assert "now, whatever --now says" in said.err
    listed = occ("hold", "list", "--all", "--format", "csv", store="s.db", now=LATER).out
    assert "h2" in listed
    assert EARLY not in listed


def test_what_is_planned_for_later_is_no_change_yet(occ: Run, tmp_path: Path) -> None:
    plan = world(occ, "s.db", tmp_path)
    occ("retention", "approve", plan, "--actor", "sam", store="s.db", now="2099-01-01")
    occ("retention", "approve", plan, "--actor", "kim", store="s.db", now=LATER)
    occ("hold", "add", "--name", "x", "--inbox", "vip", "--reason", "why", store="s.db", now="2099-01-01")
    occ("hold", "release", "x", "--reason", "why", store="s.db")
    occ("ledger", "flag", "e1", "--reason", "again", store="s.db", now=MADE)


def _length(occ: Run, store: str) -> int:
    return int(json.loads(occ("ledger", "checkpoint", store=store, now=LATER).out)["seq"])
