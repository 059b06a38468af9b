"""`--dry-run` of every command that changes something: what it says and how it ends is as without, and nothing is
written: no store, no lock, no file.

The commands come from the command tree, so that a new one is tested without being listed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.changing import LATER, changing_commands, line_of, world
from tests.unit.cli.tree import Command

Run = Any  # the fixture `occ` of conftest.py

WITHOUT = {
    "store backup": "it writes the file that is asked for, and changes no store",
    "store restore": "what would be lost is listed and asked about before anything is done",
    "audit": "it reads; with --record it says that it ran",
}
"""Changing commands without it, and why."""

COMMANDS = [command for command in changing_commands() if " ".join(command.words) not in WITHOUT]


def rehearsed(command: Command) -> bool:
    return any("--dry-run" in item.opts and "-n" in item.opts for item in command.parameters)


def test_every_command_that_changes_something_takes_it() -> None:
    assert [" ".join(command.words) for command in COMMANDS if not rehearsed(command)] == []
    assert len(COMMANDS) > 20


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes() if path.is_file() else b"", path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def plain(text: str) -> str:
    """What was said, without the last line, which says what became of it, and without times and ids of the moment."""
    text = re.sub(r"^(change \d+|note: nothing was changed \(--dry-run\))\n", "", text, flags=re.MULTILINE)
    return re.sub(r"[0-9a-f]{16,}|\d{4}-\d\d-\d\dT[0-9:.]+Z", "…", text)


ROW = '{"id": "e9", "time": "2026-01-06T00:00:00Z", "inbox": "vip", "direction": "receive", "name": "b.pdf"}\n'

LINES = {
    "ledger ingest": ["ledger", "ingest", "ndjson", "more.ndjson"],
    "ledger erase": ["ledger", "erase", "--customer", "c-2", "--reason", "asked for"],
    "history": ["history", "import", "more.ndjson"],
}
"""Lines that do more here than those of `changing`."""

OWN = ("library ", "scan")
"""Commands that said what they would do before this was everybody's, in words of their own."""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_it_says_the_same_and_writes_nothing(occ: Run, tmp_path: Path, command: Command) -> None:
    store = "s.toml" if " ".join(command.words) in ("set", "hold add", "undo") else "s.db"
    plan = world(occ, store, tmp_path)
    (tmp_path / "more.ndjson").write_text(ROW)
    line = LINES.get(" ".join(command.words)) or line_of(command, plan)
    before = everything(tmp_path)
    tried = occ(*line, "--dry-run", store=store, now=LATER, code=None)
    assert everything(tmp_path) == before
    done = occ(*line, store=store, now=LATER, code=None)
    assert tried.code == done.code, tried.err
    if not " ".join(command.words).startswith(OWN):
        assert (plain(tried.out), plain(tried.err)) == (plain(done.out), plain(done.err))


@pytest.mark.parametrize("store", ["s.db", "s.toml"])
def test_no_store_is_made_for_it(occ: Run, tmp_path: Path, store: str) -> None:
    tried = occ("set", "inbox", "--receive", "off", "-n", store=store)
    assert tried.out.startswith("inbox, version 2\nreceive  on -> off\n")
    assert tried.err == f"note: made the store {store}\nnote: nothing was changed (--dry-run)\n"
    (tmp_path / "rows.ndjson").write_text('{"id":"e","time":"2026-01-05T00:00:00Z","inbox":"inbox","direction":"receive","name":"a"}\n')  # fmt: skip
    tried = occ("ledger", "ingest", "ndjson", "rows.ndjson", "--rejects", "no.ndjson", "-n", store=store)
    assert "1 row read: 1 new" in tried.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.ndjson"]
