"""A rule has found nothing only where it had something to judge and nothing of it was left out."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import ledger

SUPPRESSED = """
[[suppression]]
rule = "received-while-off"
reason = "known"
owner = "dana"
expires = "2027-01-01"
"""


def page(run: Run, *command: str) -> str:
    code, out, err = run(*command, "--fail-on", "never", "--format", "markdown")
    assert code == 0, err
    return out.replace("\\", "")


def test_an_empty_period_is_no_clean_one(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [{"direction": "receive", "size": 9}])
    out = page(run, *store, "audit", "--rule", "over-limit", "--until", "2026-01-10")
    assert "1 rule had nothing to judge." in out
    assert "found nothing" not in out
    out = page(run, *store, "audit", "--rule", "over-limit")
    assert "1 rule found nothing in 1 entry." in out
    assert "nothing to judge" not in out


def test_what_is_suppressed_was_found(tmp_path: Path, run: Run) -> None:
    store = ledger(tmp_path, run, [{"direction": "receive", "size": 9}])
    assert run(*store, "--now", "2026-01-20", "set", "vip", "--receive", "off")[0] == 0
    (tmp_path / "s.toml").write_text(SUPPRESSED)
    code, _, err = run(*store, "--now", "2026-01-21", "apply", str(tmp_path / "s.toml"))
    assert code == 0, err
    out = page(run, *store, "audit", "--rule", "received-while-off", "--rule", "over-limit")
    assert "1 rule found nothing in 1 entry." in out
    assert "1 rule found only what is suppressed." in out


def test_a_rule_that_was_not_judged_found_nothing_that_could_be_told(tmp_path: Path, run: Run) -> None:
    """`suppression-unused` speaks of the whole ledger only."""
    store = ledger(tmp_path, run, [{"direction": "receive", "name": "a.exe"}])
    out = page(run, *store, "audit", "--since", "2026-01-10")
    assert "1 rule could not be judged here: suppression-unused." in out
    nothing, empty = (
        re.search(rf"(\d+) further rules {said}\.", out) for said in ("found nothing", "had nothing to judge")
    )
    assert nothing is not None
    assert empty is not None
    rows = re.findall(r"^\| (?:error|warning|note) \| `([a-z-]+)` \|", out, re.MULTILINE)
    said = re.search(r"by (\d+) rules", out)
    assert said is not None
    assert int(nothing[1]) + int(empty[1]) == int(said[1]) - 1 - len(set(rows))
    results = re.findall(r"^\| `[a-z-]+` \|(?: \d+ \|){6} (.+) \|$", out, re.MULTILINE)
    assert len(results) == int(said[1])
    assert results.count("found nothing") == int(nothing[1])
    assert sum(result.startswith(("nothing to judge", "nothing judged")) for result in results) == int(empty[1])
    assert results.count("not judged: judged over the whole ledger only") == 1
