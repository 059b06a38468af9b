"""Suppressions and baselines cover findings without hiding them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from occ_media_cli import times
from tests.unit.audit.build import Ledger, Run

EXPIRES = {"expires": "2026-12-31T00:00:00.000Z", "expires_ms": times.parse("2026-12-31")}
WHOLE: dict[str, Any] = {"rule": "over-limit", "reason": "migration", "owner": "mona", **EXPIRES}


def filled(ledger: Ledger, *rows: dict[str, Any]) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.inbox("lab", "2026-01-01")
    for inbox in ("vip", "lab"):
        ledger.entry(inbox, "2026-02-01", "a.png", size=6_000_000, id=f"{inbox}-1")
    ledger.section("suppressions", list(rows))


def judged(ledger: Ledger, now: str = "2026-06-01") -> tuple[dict[str, str | None], list[str]]:
    found = ledger.audit("over-limit", "suppression-expired", "suppression-incomplete", "suppression-unused", now=now)
    over = {
        row["entry"]: row["suppressed"] and row["suppressed"]["reason"] for row in found if row["rule"] == "over-limit"
    }
    return over, [row["rule"] for row in found if row["rule"] != "over-limit"]


def test_a_suppression_covers_its_scope_until_it_expires(ledger: Ledger) -> None:
    filled(ledger, {**WHOLE, "inbox": "vip"})
    assert judged(ledger) == ({"vip-1": "migration", "lab-1": None}, [])
    assert judged(ledger, "2026-12-31") == ({"vip-1": None, "lab-1": None}, ["suppression-expired"])


def test_one_entry_can_be_covered_by_id_or_with_its_source(ledger: Ledger) -> None:
    filled(ledger, {**WHOLE, "entry": "vip-1"}, {**WHOLE, "entry": "ndjson:lab-1"})
    assert judged(ledger) == ({"vip-1": "migration", "lab-1": "migration"}, [])


def test_one_that_says_too_little_covers_nothing_and_is_a_finding(ledger: Ledger) -> None:
    for missing in ("reason", "owner"):
        row = {key: value for key, value in WHOLE.items() if key != missing}
        filled(ledger, row) if missing == "reason" else ledger.section("suppressions", [row])
        assert judged(ledger) == ({"vip-1": None, "lab-1": None}, ["suppression-incomplete"])
    ledger.section("suppressions", [{key: WHOLE[key] for key in ("rule", "reason", "owner")}])
    assert judged(ledger) == ({"vip-1": None, "lab-1": None}, ["suppression-incomplete"])


def test_one_that_covers_nothing_is_a_note_over_the_whole_ledger_only(ledger: Ledger) -> None:
    filled(ledger, {**WHOLE, "inbox": "vip"}, {**WHOLE, "entry": "gone"})
    assert judged(ledger)[1] == ["suppression-unused"]
    part = ledger.audit("over-limit", "suppression-unused", since="2026-01-01")
    assert [row["rule"] for row in part if row["rule"] != "over-limit"] == []


def test_a_suppressed_finding_is_counted_and_does_not_fail(run: Run, ledger: Ledger) -> None:
    filled(ledger, WHOLE)
    code, out, _ = run("audit", "--rule", "over-limit", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["summary"]["suppressed"] == 2
    assert document["summary"]["error"] == 0
    assert document["findings"][0]["suppressed"]["owner"] == "mona"
    assert run("audit", "--rule", "over-limit")[1].splitlines()[-2] == (
        "0 errors, 0 warnings, 0 notes; 2 suppressed, 0 unjudged"
    )


def test_a_baseline_covers_what_is_known_and_shows_what_is_new(
    run: Run,
    ledger: Ledger,
    tmp_path: Path,
) -> None:
    filled(ledger)
    file = tmp_path / "base.json"
    assert run("audit", "--rule", "over-limit", "--write-baseline", str(file))[0] == 0
    assert run("audit", "--rule", "over-limit", "--baseline", str(file))[0] == 0
    ledger.entry("vip", "2026-02-02", "a.png", size=6_000_000, id="new")
    code, out, _ = run("audit", "--rule", "over-limit", "--baseline", str(file), "--format", "json")
    found = {row["entry"]: row["suppressed"] for row in json.loads(out)["findings"]}
    assert code == 1
    assert found["new"] is None
    assert found["vip-1"]["by"] == "baseline"
    ledger.set("vip", "2026-03-01", tags=("x",))  # later settings leave fingerprints alone
    code, out, _ = run("audit", "--rule", "over-limit", "--baseline", str(file), "--format", "json")
    assert sum(row["suppressed"] is None for row in json.loads(out)["findings"]) == 1


def test_what_is_no_baseline_is_told(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    for text, code in (("{}", 20), ("[", 20), ('{"schema": "occ-media/baseline/1", "findings": [1]}', 20)):
        (tmp_path / "b.json").write_text(text)
        assert run("audit", "--baseline", str(tmp_path / "b.json"))[0] == code
    assert run("audit", "--baseline", str(tmp_path / "none.json"))[0] == 11
    assert run("audit", "--baseline", "a", "--write-baseline", "b")[0] == 2
