"""Every command that changes a store, taken from the command tree, and a store in which each of them can run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from occ_media_cli.api import OccMedia
from tests.unit.cli.tree import Command, commands, is_option
from tests.unit.copies import made_once

Run = Any  # the fixture `occ` of conftest.py

OPENS = {"editing", "changing", "adding", "recording", "refuse_if_read_only", "many_inboxes"}
"""What a command calls that opens a store to change it."""

EARLY, MADE, LATER = "2026-01-15", "2026-02-01", "2026-03-01"
"""Before everything that `world` changed, when it changed it, and after it."""


def is_changing(command: Command) -> bool:
    """Whether it opens a store to change it, by the names that its code and its module's other functions use."""
    callback = command.click.callback
    return callback is not None and any(OPENS & _names(function) for function in _wrapped(callback, set()))


def _wrapped(function: FunctionType, seen: set[int]) -> Iterator[FunctionType]:
    """A function and those of the commands' room that it wraps or calls."""
    if id(function) in seen:
        return
    seen.add(id(function))
    if function.__module__.startswith("occ_media_cli.cli.") and not function.__module__.endswith(".options"):
        yield function
        called = [function.__globals__.get(name) for name in _names(function)]
        inside = [each for each in called if isinstance(each, FunctionType) and each.__module__ == function.__module__]
    else:
        inside = []
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    for other in (*inside, *(cell for cell in cells if isinstance(cell, FunctionType))):
        yield from _wrapped(other, seen)


def _names(function: FunctionType) -> set[str]:
    found, codes = set[str](), [function.__code__]
    while codes:
        code = codes.pop()
        found.update(code.co_names)
        codes += [each for each in code.co_consts if hasattr(each, "co_names")]
    return found


def changing_commands() -> list[Command]:
    """Every one of them."""
    return [command for command in commands() if is_changing(command)]


VALUES = {
    "inboxes": "vip", "inbox": "vip", "old": "vip", "new": "key", "agent": "mona", "action": "send", "tag": "old",
    "item": "old", "channel": "telegram", "preset": "text-only", "version": "2", "to": "2", "entry": "e1",
    "reason": "why", "plan": "PLAN", "root": "media", "file": "vip.toml", "document": "vip.toml", "scope": "default",
    "customer": "c-1", "actor": "sam", "time_zone": "Europe/Berlin",
}  # fmt: skip
"""What to give to a parameter of this name where a command must have it."""

LINES = {
    "set": ["vip", "--send", "off"],
    "undo": ["10"],
    "inbox add": ["gone"],
    "inbox rename": ["vip", "key"],
    "inbox copy": ["vip", "gone"],
    "inbox remove": ["vip"],
    "inbox tag": ["vip", "gold"],
    "inbox untag": ["vip", "old"],
    "inbox link": ["vip", "telegram"],
    "inbox unlink": ["vip", "messenger"],
    "agent add": ["kim", "--role", "agent"],
    "agent change": ["mona", "--role", "supervisor"],
    "agent remove": ["mona"],
    "agent allow": ["mona", "send", "--inbox", "vip"],
    "agent deny": ["mona", "send", "--inbox", "vip"],
    "preset apply": ["text-only", "vip", "--reason", "why"],
    "retention set": ["default", "--remove-after", "30d"],
    "retention unset": ["default"],
    "hold add": ["--name", "h", "--inbox", "vip", "--reason", "why"],
    "hold release": ["h2", "--reason", "why"],
    "customer alias add": ["c-1", "c-3", "--reason", "why"],
    "customer alias remove": ["c-2", "--reason", "why"],
    "retention approve": ["PLAN", "--actor", "sam"],
}
"""What a command is run with where the values of its parameters do not say it."""


ASKED = {"id": "g1", "time": "2026-01-05T00:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}
"""What the gate is asked about."""


def line_of(command: Command, plan: str) -> list[str]:
    """The words that run it; KeyError where VALUES has none for a parameter that it must have."""
    given = LINES.get(" ".join(command.words))
    if given is None:
        given = []
        for item in command.parameters:
            if item.required:
                given += [item.opts[0], VALUES[item.name]] if is_option(item) else [VALUES[item.name]]
    return [*command.words, *(plan if word == "PLAN" else word for word in given)]


def world(occ: Run, store: str, folder: Path) -> str:
    """A store in which everything was changed at MADE; returns the id of its plan."""
    return made_once(("changing", store), folder, lambda: _make_world(occ, store, folder))


def _make_world(occ: Run, store: str, folder: Path) -> str:
    (folder / "media").mkdir(exist_ok=True)
    (folder / "vip.toml").write_text("[inboxes.vip]\nsend = false\n", encoding="utf-8")
    rows = [{"id": "e1", "time": "2026-01-05T00:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}]
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for now, line in (
        ("2026-01-01", "inbox add vip --tag old --channel messenger"), ("2026-01-01", "inbox add gone"),
        (MADE, "inbox remove gone"), (MADE, "set vip --receive off"), (MADE, "set vip --scan record"),
        (MADE, "agent add mona --role agent"),
        (MADE, "retention set default --remove-after 90d"), (MADE, "ledger ingest ndjson rows.ndjson"),
        (MADE, "ledger flag e1 --reason rude"), (MADE, "hold add --name h --inbox vip --reason why"),
        (MADE, "hold add --name h2 --inbox vip --reason why"), (MADE, "customer alias add c-1 c-2 --reason why"),
        (MADE, "store set --time-zone UTC"),
    ):  # fmt: skip
        occ(*line.split(), store=store, now=now)
    occ("hold", "release", "h", "--reason", "over", store=store, now=MADE)
    OccMedia(folder / store, actor="dana", now=MADE).gate(ASKED)
    planned = occ("retention", "plan", "--root", "media", "-f", "json", store=store, now=MADE)
    return str(json.loads(planned.out)["plan"])
