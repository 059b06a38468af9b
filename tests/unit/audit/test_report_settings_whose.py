"""`report settings`: each row tells who stated what is new in it, whoever wrote its version."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import report

STEPS = (
    ("2026-01-01", "ann", ("inbox", "add", "lab")),
    ("2026-02-01", "amy", ("set", "lab", "--send", "off", "--reason", "pilot over")),
    ("2026-03-01", "bob", ("set", "lab", "--quota", "5 MB")),
    ("2026-01-15", "sam", ("set", "lab", "--message", "Mail us.", "--backdate", "late msg")),
)


@pytest.fixture
def store(tmp_path: Path, run: Run) -> list[str]:
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    for at, actor, words in STEPS:
        code, _, err = run(*store, "--now", at, "--actor", actor, *words)
        assert code == 0, err
    return store


def test_a_late_change_of_the_message_turned_nothing_and_set_no_quota(store: list[str], run: Run) -> None:
    rows = report(run, store[:2], "settings", [])["rows"]
    assert [(row["changed"], row["actor"], row["reason"], row["rewritten_by"]) for row in rows] == [
        ("created", "ann", None, None), ("message set", "sam", "late msg", None),
        ("send on → off", "amy", "pilot over", "sam"), ("quota none → 5 MB", "bob", None, "sam"),
    ]  # fmt: skip
    assert [row["rewritten_reason"] for row in rows] == [None, None, "late msg", "late msg"]
    assert rows[1]["made"] == rows[2]["rewritten"] == rows[3]["rewritten"] != rows[2]["made"]
    assert [row["version"] for row in rows] == [1, 4, 5, 6]


def test_every_format_tells_the_same(store: list[str], run: Run) -> None:
    printed = list(csv.DictReader(io.StringIO(run(*store, "report", "settings", "-f", "csv")[1])))
    assert [(row["changed"], row["actor"], row["rewritten_by"]) for row in printed[2:]] == [
        ("send on → off", "amy", "sam"), ("quota none → 5 MB", "bob", "sam")]  # fmt: skip
    for form in ("table", "markdown", "html"):
        said = run(*store, "report", "settings", "-f", form, "-o", "-")[1]
        assert said.count("written anew at ") == 2, form
    lines = run(*store, "report", "settings")[1].splitlines()
    assert [("amy" in line, "sam" in line) for line in lines if "send on" in line] == [(True, False)]
    assert [("bob" in line, "sam" in line) for line in lines if "quota none" in line] == [(True, False)]


def test_two_changes_from_one_moment_on_are_each_told_by_their_own(store: list[str], run: Run) -> None:
    said = run(*store, "--now", "2026-03-01", "--actor", "kim", "set", "lab", "--scan", "record", "--backdate", "late")
    assert said[0] == 0, said[2]
    row = report(run, store[:2], "settings", [])["rows"][-1]
    assert (row["actor"], row["changed"]) == ("kim", "scan off → record, quota none → 5 MB (by bob)")
    assert row["rewritten_by"] is None
