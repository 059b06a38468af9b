"""Numbers of reports that random ledgers found to be wrong, each as a small ledger with what it must say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import ledger, report

CUT = (
    [],
    ["--since", "1960-01-01"],
    ["--inbox", "vip"],
    ["--until", "1970-01-01T00:00:00.001Z"],
)
"""The whole ledger, by totals; and periods, one inbox, by entries."""


@pytest.mark.parametrize("period", CUT)
def test_a_day_before_1970_is_its_own_day(tmp_path: Path, run: Run, period: list[str]) -> None:
    """`%` of SQL goes towards zero: the last day of 1969 was taken for the first one of 1970."""
    moments = ("1969-12-30T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z")
    rows = [{"direction": "send", "agent": "mona", "time": moment, "size": 1} for moment in moments]
    rows += [row | {"outcome": "blocked"} for row in rows]
    store = ledger(tmp_path, run, rows)
    found = report(run, store, "shared", period)
    days = ["1969-12-30", "1969-12-31", "1970-01-01"]
    assert [(row["date"], row["files"]) for row in found["rows"]] == [(day, 1) for day in days]
    page = run(*store, "report", "attempts", *period, "--format", "markdown")[1]
    assert [line for line in page.splitlines() if line[:4] in ("| `1", "| `2")] == [f"| `{day}` | 1 |" for day in days]


def test_two_inboxes_of_one_name_are_two(tmp_path: Path, run: Run) -> None:
    """One was removed and another one added: neither their versions nor their files, nor the quota, are one inbox's."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]

    def do(now: str, *command: str) -> None:
        code, _, err = run(*store, "--now", now, *command)
        assert code == 0, err

    def rows(name: str, day: str, size: int) -> str:
        file = tmp_path / f"{name}.ndjson"
        row = {"id": name, "time": f"{day}T00:00:00Z", "inbox": "gone", "direction": "receive", "name": "a.pdf"}
        file.write_text(json.dumps(row | {"size": size}) + "\n")
        return str(file)

    do("2026-01-01", "inbox", "add", "gone")
    do("2026-01-06", "ledger", "ingest", "ndjson", rows("a", "2026-01-05", 9_000_000))
    do("2026-02-01", "inbox", "remove", "gone")
    do("2026-02-10", "inbox", "add", "gone")
    do("2026-02-11", "set", "gone", "--quota", "5 MB")
    do("2026-02-13", "ledger", "ingest", "ndjson", rows("b", "2026-02-12", 1_000_000))
    storage = report(run, store[:2], "storage", [])
    assert storage["totals"]["inboxes"] == [
        {
            "inbox": "gone, removed 2026-02-01T00:00:00.000Z",
            "files": 1,
            "bytes": 9_000_000,
            "stored": 9_000_000,
            "quota": None,
            "used": None,
            "without_size": 0,
        },
        {
            "inbox": "gone",
            "files": 1,
            "bytes": 1_000_000,
            "stored": 1_000_000,
            "quota": 5_000_000,
            "used": 20,
            "without_size": 0,
        },
    ]
    settings: dict[str, Any] = report(run, store[:2], "settings", [])
    assert settings["totals"] == {"versions": 3, "inboxes": 2}
    assert "3 setting versions in 2 inboxes" in run(*store[:2], "report", "settings")[1]
    assert "No findings in" in run(*store[:2], "audit", "--rule", "over-quota")[1]


GONE = "lab, removed 2026-02-01T00:00:00.000Z"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_every_report_parts_inboxes_of_one_name(tmp_path: Path, run: Run, engine: str, whole: bool) -> None:
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]

    def do(now: str, *command: str) -> None:
        code, _, err = run(*store, "--now", now, *command)
        assert code == 0, err

    def ingest(day: str) -> None:
        row = {"time": f"{day}T00:00:00Z", "inbox": "lab", "name": "a.pdf", "size": 5, "agent": "kim", "customer": "c"}
        more = ({"direction": "send"}, {"direction": "receive"}, {"direction": "receive", "outcome": "blocked"})
        lines = [json.dumps({**row, **each, "id": f"{day}-{place}"}) for place, each in enumerate(more)]
        (tmp_path / "rows").write_text("\n".join(lines))
        do(f"{day}T12:00:00Z", "ledger", "ingest", "ndjson", str(tmp_path / "rows"))

    do("2026-01-01", "inbox", "add", "lab")
    ingest("2026-01-05")
    do("2026-02-01", "inbox", "remove", "lab")
    do("2026-02-10", "inbox", "add", "lab")
    ingest("2026-02-12")
    asked = ["--inbox", "lab"] if not whole else []
    if engine == "duckdb":
        pytest.importorskip("duckdb")
        do("2026-03-20", "audit", "--write-data", str(tmp_path / "views"))
        asked += ["--engine", "duckdb", "--data", str(tmp_path / "views")]

    def inboxes(name: str) -> list[str]:
        return [row["inbox"] for row in report(run, store[:2], name, asked)["rows"]]

    for name in ("attempts", "storage", "settings", "coverage", "retention"):
        assert sorted(inboxes(name)) == ["lab", GONE], name
        table = run(*store[:2], "report", name, *asked, "--format", "markdown")[1].replace("\\", "").replace("`", "")
        assert GONE in table, name
    assert inboxes("shared") == ([None] * 4 if whole else [GONE, GONE, "lab", "lab"])
    assert inboxes("senders") == [None, None]  # in both
    first = ["--until", "2026-02-01"]
    assert [row["inbox"] for row in report(run, store[:2], "senders", [*asked, *first])["rows"]] == [GONE, GONE]
    assert "6 entries in 2 inboxes" in run(*store[:2], "audit", *asked)[1]


def test_an_empty_agent_is_nobody(tmp_path: Path, run: Run) -> None:
    """Some sources write an empty text where no agent is known: nobody has to be trained, and nobody is suspected."""
    bad = {"direction": "send", "name": "a.exe"}
    store = ledger(tmp_path, run, [bad | {"agent": ""}, bad | {"agent": "kim"}, bad])
    assert run(*store, "--now", "2026-01-01", "agent", "add", "mona", "--role", "agent", "--inbox", "vip")[0] == 0
    found = report(run, store, "coaching", [])
    assert {row["agent"] for row in found["rows"]} == {"kim"}
    assert found["totals"]["agents"] == 1
    out = run(*store, "--now", "2026-03-01", "audit", "--rule", "sender-without-permission", "--format", "json")[1]
    assert [each["entry"] for each in json.loads(out)["findings"]] == ["e1"]


def test_inboxes_of_one_name_and_size_have_an_order(tmp_path: Path, run: Run) -> None:
    """Of two rows that are alike but for the number of files, the older inbox comes first, by totals and by entries."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]
    assert run(*store, "--now", "2026-01-01", "inbox", "add", "gone")[0] == 0
    for number, sizes in ((1, (6,)), (2, (1, 2, 3))):
        file = tmp_path / f"{number}.ndjson"
        file.write_text("".join(
            json.dumps({"id": f"{number}-{place}", "time": f"2026-0{number * 2 - 1}-05T00:00:00Z", "inbox": "gone",
                        "direction": "receive", "name": "a.pdf", "size": size}) + "\n"
            for place, size in enumerate(sizes)
        ))  # fmt: skip
        assert run(*store, "ledger", "ingest", "ndjson", str(file))[0] == 0
        if number == 1:
            assert run(*store, "--now", "2026-02-01", "inbox", "remove", "gone")[0] == 0
            assert run(*store, "--now", "2026-03-01", "inbox", "add", "gone")[0] == 0
    for period in ([], ["--inbox", "gone"], ["--since", "2026-01-01"]):
        assert [row["files"] for row in report(run, store[:2], "storage", period)["rows"]] == [1, 3]
