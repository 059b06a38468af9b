"""What a gate denied is told apart from attempts, with the rules by which it judged."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import report

COUNTED = ("attempts", "by_customers", "by_agents", "decided", "denied")


@pytest.fixture
def store(tmp_path: Path, run: Run) -> list[str]:
    """One attempt that was blocked, and three decisions, of which two denied."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    entry = {"inbox": "lab", "direction": "receive", "time": "2026-02-05T00:00:00Z", "name": "a.exe", "size": 5}
    rows = [
        entry | {"id": "e1", "outcome": "blocked", "reason": "type", "customer": "4912345678"},
        entry | {"id": "e1", "decision": "deny", "problems": "unsupported-type", "message": "Sorry."},
        entry | {"id": "d2", "decision": "deny", "problems": "over-limit", "direction": "send", "agent": "mona"},
        entry | {"id": "d3", "decision": "allow", "time": "2026-03-05T00:00:00Z"},
    ]
    file = tmp_path / "rows.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for command in (["inbox", "add", "lab"], ["inbox", "add", "vip"], ["ledger", "ingest", "ndjson", str(file)]):
        code, _, err = run(*store, "--now", "2026-03-06", *command)
        assert code == 0, err
    return store


def test_a_decision_is_no_attempt(store: list[str], run: Run) -> None:
    found = report(run, store[:2], "attempts", [])
    assert [found["totals"][key] for key in COUNTED] == [1, 1, 0, 3, 2]
    attempt, *denied = found["rows"]
    assert (attempt["outcome"], attempt["attempts"], attempt["denied"]) == ("blocked", 1, 0)
    assert [(row["outcome"], row["attempts"], row["denied"], row["direction"], row["reason"], row["customers_read"])
            for row in denied] == [
        ("denied", 0, 1, "receive", "unsupported-type", "Sorry."), ("denied", 0, 1, "send", "over-limit", None),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_pages_say_what_was_denied_and_by_which_rule(store: list[str], run: Run, form: str) -> None:
    said = run(*store, "report", "attempts", "--format", form)[1]
    assert "Denied by a gate: decisions, and no attempts" in said
    assert "unsupported-type" in said
    assert "over-limit" in said
    assert "a gate decided 3 times and denied 2, which are no attempts" in said


def test_rows_of_programs_say_it(store: list[str], run: Run) -> None:
    lines = [json.loads(line) for line in run(*store, "report", "attempts", "-f", "ndjson")[1].splitlines()]
    cells = list(csv.DictReader(io.StringIO(run(*store, "report", "attempts", "-f", "csv")[1])))
    assert [line["denied"] for line in lines] == [0, 1, 1]
    assert [line["denied"] for line in cells] == ["0", "1", "1"]


@pytest.mark.parametrize(
    ("words", "counts"),
    [(["--since", "2026-03-01"], [0, 0, 0, 1, 0]), (["--inbox", "vip"], [0, 0, 0, 0, 0]),
     (["--inbox", "lab", "--until", "2026-03-01"], [1, 1, 0, 2, 2])],
)  # fmt: skip
def test_decisions_are_of_the_period_and_the_inboxes(
    store: list[str], run: Run, words: list[str], counts: list[int]
) -> None:
    assert [report(run, store[:2], "attempts", words)["totals"][key] for key in COUNTED] == counts


def test_a_gate_that_denied_nothing_is_told_too(store: list[str], run: Run) -> None:
    said = run(*store, "report", "attempts", "--since", "2026-03-01")[1]
    assert "No attempt was refused or failed in this period. A gate decided 1 time and denied nothing." in said
