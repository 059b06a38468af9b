"""`report settings`: every version says what it changed, whatever it was, and programs have every field."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import report

STEPS = (
    (["set", "lab", "--approved-only", "on"], "approved_only", "on", "send-approved-only off → on"),
    (["set", "lab", "--quota", "1500 kB"], "quota", 1_500_000, "quota none → 1500 kB"),
    (["inbox", "tag", "lab", "sensitive"], "tags", "sensitive", "tag sensitive added"),
    (["inbox", "link", "lab", "whatsapp-cloud"], "channels", "whatsapp-cloud", "channel whatsapp-cloud added"),
    (["set", "lab", "--scan", "required"], "scan", "required", "scan off → required"),
    (["set", "lab", "--description", "the lab"], "description", "the lab", "description set"),
    (["set", "lab", "--message-for", "de=Bitte per Post"], "messages", "de: Bitte per Post", "messages set"),
    (["inbox", "untag", "lab", "sensitive"], "tags", None, "tag sensitive removed"),
    (["set", "lab", "--receive", "off"], "receive", "off", "receive on → off"),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, run: Run) -> list[str]:
    """One inbox, of which every field was changed, one a day."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    assert run(*store, "--now", "2026-01-01", "inbox", "add", "lab")[0] == 0
    for day, (command, *_) in enumerate(STEPS, start=2):
        code, _, err = run(*store, "--now", f"2026-01-{day:02}", *command)
        assert code == 0, err
    return store


def test_every_version_says_what_it_changed(store: list[str], run: Run) -> None:
    rows = report(run, store[:2], "settings", [])["rows"]
    assert [row["changed"] for row in rows] == ["created", *(changed for *_, changed in STEPS)]
    assert [row[key] for row, (_, key, *_) in zip(rows[1:], STEPS, strict=True)] == [value for *_, value, _ in STEPS]
    page = run(*store, "report", "settings")[1]
    told = [line for line in page.splitlines() if "2026-01-" in line]
    assert len(told) == len(rows)
    for line, (*_, changed) in zip(told[1:], STEPS, strict=True):
        assert changed.replace("→", "->") in line


def test_the_first_version_of_a_period_says_what_it_changed_from_one_before(store: list[str], run: Run) -> None:
    rows = report(run, store[:2], "settings", ["--since", "2026-01-03"])["rows"]
    assert rows[0]["changed"] == STEPS[1][3]
    assert len(rows) == len(STEPS) - 1


def test_csv_and_ndjson_have_the_columns(store: list[str], run: Run) -> None:
    rows = report(run, store[:2], "settings", [])["rows"]
    printed = list(csv.DictReader(io.StringIO(run(*store, "report", "settings", "-f", "csv")[1])))
    lines = [json.loads(line) for line in run(*store, "report", "settings", "-f", "ndjson")[1].splitlines()]
    for key in ("approved_only", "quota", "tags", "channels", "scan", "description", "messages", "changed"):
        assert [line[key] for line in lines] == [row[key] for row in rows]
        assert [line[key] for line in printed] == ["" if row[key] is None else str(row[key]) for row in rows]


def test_an_edit_by_hand_says_what_it_changed(tmp_path: Path, run: Run) -> None:
    document = tmp_path / "s.toml"
    store = ["--store", str(document), "--quiet"]
    assert run(*store, "--now", "2026-01-01", "set", "lab", "--create", "--quota", "1 MB")[0] == 0
    document.write_text(document.read_text().replace("1 MB", "2 MB") + 'description = "by hand"\n')
    row = report(run, store[:2], "settings", [])["rows"][-1]
    assert (row["version"], row["quota"], row["description"]) == (None, 2_000_000, "by hand")
    assert row["changed"] == "description set, quota 1 MB → 2 MB"


def test_names_in_a_description_are_hidden_by_pseudonyms(tmp_path: Path, run: Run) -> None:
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    assert run(*store, "agent", "add", "mona", "--role", "agent")[0] == 0
    assert run(*store, "set", "lab", "--create", "--description", "ask mona", "--message-for", "de=Frag mona")[0] == 0
    said = run(*store, "report", "settings", "-f", "json", "--pseudonymise", "--key-file", str(key))
    if said[0] == 2:  # reports of their own have no pseudonyms: the page of an audit has them
        said = run(*store, "audit", "-f", "html", "--pseudonymise", "--key-file", str(key), "-o", "-")
    assert "mona" not in said[1].replace("-mona", "")
