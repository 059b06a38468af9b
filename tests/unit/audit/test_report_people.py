"""How many people a report counts: persons, not spellings; nobody is not somebody; and a cap is told as a cap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.audit.build import Run

PERIODS = ([], ["--since", "2026-02-01", "--until", "2026-02-10"], ["--inbox", "vip"])
"""The whole ledger, a part of the time and one inbox: three texts of SQL, which say the same here."""


def ledger(folder: Path, run: Run, rows: Iterable[Mapping[str, object]]) -> list[str]:
    """A store with these entries, and the options that name it."""
    source = folder / "rows.ndjson"
    plain = {"time": "2026-02-01T00:00:00Z", "inbox": "vip", "name": "a.pdf"}
    source.write_text("".join(json.dumps(plain | {"id": f"e{n}"} | row) + "\n" for n, row in enumerate(rows)))
    store = ["--store", str(folder / "s.db")]
    assert run(*store, "--now", "2026-01-01", "inbox", "add", "vip")[0] == 0
    assert run("--quiet", *store, "ledger", "ingest", "ndjson", str(source))[0] == 0
    return store


def report(run: Run, store: list[str], name: str, period: list[str]) -> dict[str, Any]:
    code, out, err = run(*store, "--now", "2026-03-01", "report", name, *period, "--format", "json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("period", PERIODS)
def test_senders_counts_every_customer_and_says_how_many_are_not_listed(
    tmp_path: Path, run: Run, period: list[str]
) -> None:
    """Two agents, nobody, and 150 customers of one file each: 100 are listed, and 50 are not."""
    sent = [{"direction": "send", "agent": agent} for agent in ("mona", "kim", None)]
    received = [{"direction": "receive", "customer": f"c{number}"} for number in range(150)]
    store = ledger(tmp_path, run, [*sent, *received])
    totals = report(run, store, "senders", period)["totals"]
    assert totals == {
        "agents": 2, "customers": 150, "cut": True, "agents_left_out": 0, "customers_left_out": 50,
    }  # fmt: skip
    last = run(*store, "--now", "2026-03-01", "report", "senders", *period)[1].strip().splitlines()[-1]
    assert "2 agents and 150 customers" in last
    assert "50 customers with fewer files are not listed" in last


@pytest.mark.parametrize("period", PERIODS)
def test_a_customer_in_three_spellings_is_one_sender(tmp_path: Path, run: Run, period: list[str]) -> None:
    spellings = ("+49 151 2345678", "tel:491512345678", "491512345678")
    rows = [{"direction": "receive", "customer": text, "size": 10} for text in spellings]
    rows += [{"direction": "receive", "customer": "c1", "size": 10}] * 2
    store = ledger(tmp_path, run, rows)
    found = report(run, store, "senders", period)
    assert found["totals"]["customers"] == 2
    assert [(row["sender"], row["files"], row["bytes"]) for row in found["rows"]] == [
        ("491512345678", 3, 30),
        ("c1", 2, 20),
    ]


@pytest.mark.parametrize("period", PERIODS)
def test_attempts_counts_persons_and_nobody_as_none(tmp_path: Path, run: Run, period: list[str]) -> None:
    who = ("+49 151 2345678", "491512345678", "Ann@Shop.test", "ann@shop.test", "", None)
    rows = [{"direction": "receive", "customer": text, "outcome": "blocked", "reason": "off"} for text in who]
    found = report(run, ledger(tmp_path, run, rows), "attempts", period)
    assert [(row["attempts"], row["customers"]) for row in found["rows"]] == [(6, 2)]


def test_a_chart_says_how_many_it_leaves_out(tmp_path: Path, run: Run) -> None:
    """Ten senders of twelve are drawn, and eight reasons of nine."""
    rows: list[dict[str, object]] = [{"direction": "receive", "customer": f"c{number}"} for number in range(12)]
    rows += [{"direction": "receive", "outcome": "blocked", "reason": f"r{number}"} for number in range(9)]
    store = ledger(tmp_path, run, rows)
    senders = run(*store, "report", "senders", "--format", "markdown")[1]
    assert "most: customer c0, 1 file; 2 more senders are not drawn" in senders
    attempts = run(*store, "report", "attempts", "--format", "markdown")[1]
    assert "most: r0, 1 attempt; 1 more reason is not drawn" in attempts


def test_settings_in_force_count_no_errors_where_none_were_looked_for(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [{"direction": "receive", "name": "a.exe"}])
    out = run(*store, "--now", "2026-03-01", "report", "settings", "--format", "markdown")[1]
    assert "| When was receiving on? | State | From | Until |\n" in out
    assert "Errors" not in out
