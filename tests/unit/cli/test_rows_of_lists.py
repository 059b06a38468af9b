"""A row of a list is written once: json, csv and the screen say the same of it."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import occ_media_cli
from occ_media_cli.report import formats
from occ_media_cli.report.blocks import Column, row_of
from occ_media_cli.report.formats.cell_text import programs
from occ_media_cli.report.formats.sheets import rows_of, sheet_of
from occ_media_cli.report.json_types import Record
from occ_media_cli.report.model import Report
from tests.unit.cli.tree import commands
from tests.unit.copies import made_once

Run = Any  # the fixture `occ` of conftest.py

PACKAGE = Path(occ_media_cli.__file__).parent

LISTS = {
    "show": [], "check": ["media"], "scan": ["media", "--only", "metadata"], "types": [], "channels": [], "diagnose": ["cannot-receive", "--inbox", "vip"],
    "plan": ["doc.toml"], "drift": ["doc.toml"], "doctor": [], "inbox list": [], "agent list": [], "preset list": [],
    "inbox compare": ["vip", "inbox"], "ledger find": ["txt"],
    "ledger list": [], "ledger stats": [], "audit": [], "report shared": [], "report attempts": [],
    "report senders": [], "report storage": [], "report settings": [], "report coverage": [], "report retention": [],
    "report coaching": [], "report controls": [], "report library": [], "rules list": [], "retention show": [], "retention plan": ["--root", "media"],
    "retention purge": ["--finish", "--root", "media"],
    "retention verify": ["--root", "media"], "hold list": ["--all"], "customer alias list": [], "library list": [],
    "library find": ["media"], "library verify": ["media"],
}  # fmt: skip
"""Every command that lists things, each a record and a row, and what to type after it."""

NO_LISTS = {
    "history": "what was taken over from another store stands among the rows, and is no version",
    "fit": "a row is one target of a record",
    "validate": "a row is an error for people, with its help below, and other columns for programs",
    "preset show": "one thing", "store info": "one thing", "ledger show": "one thing", "rules explain": "one thing",
    "ledger ingest": "counts", "ledger export": "counts", "ledger capture": "counts", "ledger erase": "counts",
    "ledger verify": "lines about the first problem", "audit verify": "lines about one bundle",
    "retention explain": "lines about one file",
    "retention certificate": "its rows are made by the room that checks certificates, of the steps in the document",
}  # fmt: skip
"""Commands that print something else, and why."""

POSITIONAL = {
    "audit/verify.py": "the files of a bundle, which no record names",
    "files/file_runs.py": "rows of `row_of`, with the problems of a file under each",
}
"""Modules of the command line that make a table without `Table.of`, and why."""


def test_every_command_with_formats_is_a_list_or_says_why_not() -> None:
    with_formats = {" ".join(c.words) for c in commands() if any(item.name == "format" for item in c.parameters)}
    assert with_formats == LISTS.keys() | NO_LISTS.keys()


def test_no_module_maps_a_record_a_second_time_by_position() -> None:
    """`Table.of` makes rows from records; a table of tuples beside records says every field twice."""
    found = set()
    for path in (PACKAGE / "cli").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        if any(isinstance(call.func, ast.Name) and call.func.id == "Table" for call in calls):
            found.add(str(path.relative_to(PACKAGE / "cli")))
    assert found == POSITIONAL.keys()


@pytest.fixture
def world(occ: Run, tmp_path: Path) -> Run:
    """A store in which every list has something to say."""
    made_once("a store for every list", tmp_path, lambda: fill(occ, tmp_path))
    return occ


def fill(occ: Run, tmp_path: Path) -> None:
    """Make it."""
    rows = []
    (tmp_path / "media").mkdir()
    for number, outcome in enumerate(["delivered", "delivered", "blocked"]):
        data = b"x" * (number + 1)
        (tmp_path / "media" / f"{number}.txt").write_bytes(data)
        rows.append({
            "id": f"e{number}", "time": f"2026-03-0{number + 1}T00:00:00Z", "inbox": "vip", "customer": f"c-{number}",
            "direction": "send" if number else "receive", "name": f"{number}.txt", "size": len(data), "agent": "kim",
            "sha256": hashlib.sha256(data).hexdigest(), "path": f"{number}.txt", "outcome": outcome,
        })  # fmt: skip
    (tmp_path / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "doc.toml").write_text("[inboxes.vip]\nreceive = false\n")
    (tmp_path / "media" / "lost.txt").write_bytes(b"nobody knows me")
    (tmp_path / "media" / "0.txt").write_bytes(b"changed")
    for words in (
        "set vip --create --send off", "inbox link vip telegram", "inbox tag vip sensitive",
        "agent add kim --role agent --inbox vip", "agent deny kim send --inbox vip",
    ):  # fmt: skip
        occ(*words.split(), store="s.db", now="2026-03-01T00:00:00Z")
    for words in (
        "ledger ingest ndjson rows.ndjson", "customer alias add c-0 c-1 --reason same",
        "retention set default --remove-after 1h", "hold add --name claim --entry e0 --reason claim",
        "hold add --name old --customer c-1 --reason claim", "hold release old --reason settled",
        "library propose media/1.txt --name terms --version 1",
    ):  # fmt: skip
        occ(*words.split(), store="s.db", now="2026-03-04T00:00:00Z")


def listed(
    occ: Run, monkeypatch: pytest.MonkeyPatch, words: Sequence[str]
) -> tuple[list[Record], Sequence[Column], list[Any]]:
    """The records of a list, its columns and its rows. A report is read once: it is made twice, unless it is a list."""
    found: dict[str, Any] = {}

    def take(report: Report, *, format: str, **_: object) -> None:  # as formats.emit has it
        if format == "json":
            found["records"] = list(report.records)
        if "rows" not in found and (format == "csv" or isinstance(report.records, list)):
            table = sheet_of(report)
            found["columns"], found["rows"] = table.columns, [list(row) for row in rows_of(table)]

    monkeypatch.setattr(formats, "emit", take)
    for form in ("json", "csv"):
        with suppress(AssertionError):  # findings are no failure of this test
            occ(*words, "--format", form, store="s.db", now="2026-03-05T00:00:00Z")
    return found["records"], found["columns"], found["rows"]


@pytest.mark.parametrize("name", LISTS)
def test_a_cell_is_what_its_record_says_under_the_same_name(
    world: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    records, columns, rows = listed(world, monkeypatch, [*name.split(), *LISTS[name]])
    assert len(records) == len(rows)
    assert records or name in ("retention purge", "report coaching")
    for record, row in zip(records, rows, strict=True):
        for column, cell in zip(columns, row, strict=True):
            if column.of is None:
                said: Any = record[column.key]
                assert programs(cell) == programs(said or None if isinstance(said, str) else said), column.key
            else:
                assert programs(cell) == programs(row_of([column], record)[0]), column.key


@pytest.mark.parametrize("name", ["hold list", "customer alias list", "retention show", "inbox list", "ledger list"])
def test_an_empty_list_has_its_header_in_csv(occ: Run, name: str) -> None:
    """A program that reads columns by their names can read a list of nothing."""
    occ("store", "init", store="s.db")
    occ("inbox", "remove", "inbox", "--yes", store="s.db")
    (header,) = occ(*name.split(), "--format", "csv", store="s.db").out.splitlines()
    assert "," in header
