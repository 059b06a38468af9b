"""How much each rule had to judge, counted by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.audit import population, rules
from occ_media_cli.audit.engines import candidates
from occ_media_cli.audit.rule import OVER, parse
from occ_media_cli.errors import MalformedInput
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.world import Maker
from tests.unit.report.readers import read_xlsx

HEADER = ("id: my-rule", "severity: note", "title: t", "why: w", "fix: f")


def filled(ledger: Ledger) -> None:
    """Seven files: three received and four sent; the first before there was an inbox, one of them without a size."""
    ledger.inbox("vip", "2026-01-02")
    ledger.inbox("lab", "2026-01-02")
    ledger.set("vip", "2026-02-01", receive=False)
    ledger.entry("vip", "2026-01-01T10:00:00Z")  # no setting was in force yet
    ledger.entry("vip", "2026-02-02", sha256="a")
    ledger.entry("lab", "2026-02-02", outcome="blocked")
    ledger.entry("vip", "2026-02-03", direction="send", agent="kim", detected="pdf", sha256="a")
    ledger.entry("vip", "2026-02-03", direction="send", detected="jpg")
    ledger.entry("lab", "2026-02-03", direction="send", size=None)
    ledger.entry("lab", "2026-02-04", "a.exe", direction="send", declared="application/octet-stream")


def judged(run: Run, *more: str) -> dict[str, dict[str, Any]]:
    document = json.loads(run("audit", "--no-verify", "--format", "json", *more)[1])
    return {row["rule"]: row for row in document["summary"]["by_rule"]}


def numbers(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[key] for key in ("error", "warning", "note", "suppressed", "judged", "not_judged"))


def test_each_rule_says_how_much_it_had_to_judge(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    found = judged(run)
    assert list(found) == list(rules.RULES)
    assert numbers(found["received-while-off"]) == (1, 0, 0, 0, 1, 1)
    assert numbers(found["sent-while-off"]) == (0, 0, 0, 0, 4, 0)
    assert numbers(found["over-limit"]) == (0, 0, 0, 0, 4, 2)  # no size, and no limit for exe
    assert numbers(found["sender-without-permission"]) == (0, 0, 0, 0, 1, 3)
    assert numbers(found["type-mismatch"]) == (1, 0, 0, 0, 2, 4)
    assert numbers(found["same-file-many-times"]) == (0, 0, 0, 0, 2, 4)
    assert numbers(found["refused-attempts"]) == (0, 0, 1, 0, 7, 0)
    assert numbers(found["infected-file"]) == (0, 0, 0, 0, 0, 6)
    assert numbers(found["receive-off-without-message"]) == (0, 1, 0, 0, 1, 0)
    assert numbers(found["no-retention-policy"]) == (0, 2, 0, 0, 2, 0)
    assert numbers(found["past-retention"]) == (0, 0, 0, 0, 0, 6)
    assert numbers(found["store-rolled-back"]) == (0, 0, 0, 0, 0, 0)


def test_a_period_and_an_inbox_narrow_it(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    found = judged(run, "--since", "2026-02-03", "--inbox", "vip")
    assert numbers(found["sent-while-off"]) == (0, 0, 0, 0, 2, 0)
    assert numbers(found["received-while-off"]) == (0, 0, 0, 0, 0, 0)
    assert numbers(found["no-retention-policy"]) == (0, 1, 0, 0, 1, 0)
    assert numbers(found["suppression-unused"]) == (0, 0, 0, 0, 0, 0)


def test_an_empty_name_is_no_agent(run: Run, ledger: Ledger) -> None:
    """The rule looks at entries with an agent; some sources write an empty text where nobody is known."""
    filled(ledger)
    ledger.entry("lab", "2026-02-05", direction="send", agent="")
    assert numbers(judged(run)["sender-without-permission"]) == (0, 0, 0, 0, 1, 4)


def test_what_a_scan_and_a_retention_rule_add(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    ledger.event("scan", {"entry": None, "sha256": "0" * 64, "state": "clean"}, "2026-02-05")
    (seq,) = (row["seq"] for row in _entries(ledger) if row["id"] == "e2")
    ledger.event("scan", {"entry": seq, "sha256": "", "state": "clean"}, "2026-02-05")
    ledger.event("scan", {"entry": seq, "sha256": "", "state": "not-scanned"}, "2026-02-06")
    ledger.section("retention", [{"inbox": "vip", "remove_after": "90d", "category": "document"}])
    ledger.section("suppressions", [{"rule": "over-limit", "reason": "r", "owner": "o", "expires": "2027-01-01"}])
    found = judged(run)
    assert numbers(found["infected-file"])[-2:] == (1, 5)
    assert numbers(found["past-retention"])[-2:] == (3, 3)  # e5 is a picture
    assert numbers(found["suppression-unused"])[-2:] == (1, 0)
    assert numbers(judged(run, "--since", "2026-01-01")["suppression-unused"])[-2:] == (0, 1)


def _entries(ledger: Ledger) -> list[dict[str, Any]]:
    with ledger.source() as source:
        return [{"seq": row[0], "id": row[1]} for row in source.query("SELECT seq, id FROM entry", {})]


def test_nothing_found_is_not_said_where_nothing_was_judged(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    out = run("audit", "--rule", "infected-file")[1]
    assert out.startswith("Nothing was judged in 7 entries in 2 inboxes")
    assert "nothing judged: 6 without a scan that looked inside: infected-file\n" in out
    out = run("audit", "--rule", "store-rolled-back", "--rule", "sent-while-off")[1]
    assert out.startswith("No findings in 7 entries")
    assert "nothing to judge: store-rolled-back\n" in out
    assert run("audit", "--rule", "ledger-altered")[1].startswith("Nothing was judged in 7 entries")
    page = run("audit", "--format", "markdown")[1]
    assert "| Unjudged: no setting in force | 1 |" in page
    assert "| Not judged |" not in page.replace("| Judged | Not judged | Result |", "")
    assert "| `sent-while-off` | 0 | 0 | 0 | 0 | 4 | 0 | found nothing |" in page
    assert "| `store-rolled-back` | 0 | 0 | 0 | 0 | 0 | 0 | nothing to judge |" in page
    assert (
        "| `ledger-altered` | 0 | 0 | 0 | 0 | 0 | 0 | nothing to judge |" in page
    )  # its own verification is on no record
    assert "| `type-mismatch` | 1 | 0 | 0 | 0 | 2 | 4 | found something |" in page
    junit = run("audit", "--format", "junit")[1]
    assert '<testcase name="store-rolled-back" classname="occ-media.audit" time="0"><skipped' in junit
    assert '<property name="over-limit.judged" value="4"/><property name="over-limit.not_judged" value="2"/>' in junit
    assert "nothing to judge: " in run("audit", "--format", "github")[1]
    (sarif,) = json.loads(run("audit", "--format", "sarif")[1])["runs"]
    assert {rule["id"]: rule["properties"] for rule in sarif["tool"]["driver"]["rules"]}["over-limit"] == {
        "judged": 4, "notJudged": 2,
    }  # fmt: skip


def test_a_workbook_has_a_sheet_of_what_was_judged(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    filled(ledger)
    assert run("audit", "--format", "xlsx", "--output", str(tmp_path / "a.xlsx"))[0] == 1
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Judged"].iter_rows(values_only=True))
    assert rows[0] == ("Rule", "Severity", "Judged", "Not judged")
    assert ("over-limit", "error", 4, 2) in rows


def test_a_workbook_answers_with_the_counts_wherever_it_goes(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    ledger.inbox("vip", "2026-01-02")
    ledger.entry("vip", "2026-02-02", "a.exe")
    command = ["audit", "--rule", "unsupported-type", "--format", "xlsx", "--output"]
    assert run(*command, str(tmp_path / "a.xlsx"))[0] == 1
    piped = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", *command, "-"], capture_output=True, check=False
    ).stdout
    for data in (piped, (tmp_path / "a.xlsx").read_bytes()):
        assert ("Answer", "1 error, 0 warnings, 0 notes") in read_xlsx(data)["Report"]


def test_a_rule_of_ones_own_may_say_what_it_judges(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    text = "SELECT e.inbox, e.seq FROM entry e WHERE e.size > :minimum"
    lines = (*HEADER, "parameter: minimum = 5 (bytes)")
    rule = tmp_path / "my-rule.sql"
    said = ("over: entries", "where: e.direction = 'send' AND e.size > :minimum OR e.size IS NULL",
            "needs: e.agent = 'kim'", "lacks: kim")  # fmt: skip
    for more, counts in ((said, (1, 3)), ((), (None, None))):
        rule.write_text("".join(f"-- {line}\n" for line in (*lines, *more)) + text)
        assert numbers(judged(run, "--rule", str(rule))["my-rule"])[-2:] == counts
    rule.write_text("".join(f"-- {line}\n" for line in (*lines, "over: entries", "where: e.secret = 1")) + text)
    code, out, _ = run("audit", "--rule", str(rule))
    assert (code, "not judged  my-rule: " in out) == (3, True)  # notes alone fail nothing


@pytest.mark.parametrize("rule", ["ledger-altered", "over-limit", "infected-file"])
def test_a_large_ledger_reads_the_same(run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """One whose entries are looked through once for what the rules may find; every other number is of all entries."""
    filled(ledger)
    ledger.event("scan", {"entry": None, "sha256": "0" * 64, "state": "infected"}, "2026-02-05")
    monkeypatch.setattr(times, "wall", lambda: 0)
    command = ("audit", "--rule", rule, "--since", "2026-01-01", "--format", "markdown")
    code, small, _ = run(*command)
    monkeypatch.setattr(candidates, "SMALLEST", 1)
    assert run(*command)[:2] == (code, small)


@pytest.mark.parametrize(
    "lines", [("where: 1 = 1",), ("over: files",), ("over: entries", "needs: 1 = 1"), ("over: entries", "lacks: x")]
)
def test_a_header_that_says_half_of_it_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(MalformedInput) as raised:
        parse("".join(f"-- {line}\n" for line in (*HEADER, *lines)) + "SELECT 1", "my-rule.sql", own=True)
    assert raised.value.hint is not None


def test_every_rule_of_the_program_says_it_over_one_of_the_bases() -> None:
    assert set(population.BASES) == set(OVER)
    for rule in rules.load_all():
        assert rule.population is not None, rule.id


def test_no_rule_finds_more_than_it_judged(tmp_path: Path) -> None:
    Maker(tmp_path / "s.db", 11, 250).make()
    from occ_media_cli.audit import ask
    from occ_media_cli.audit.audit_scope import AuditScope

    ledger = Ledger(tmp_path / "s.db")
    with ledger.source("2026-06-20") as source:
        found = ask.judge_source(source, tmp_path / "s.db", AuditScope(now=1_781_913_600_000))
    short = [v.rule.id for v in found.verdicts if v.count + v.suppressed > (v.judged or 0)]
    assert short == []
    assert sum(v.judged is not None and v.judged > 0 for v in found.verdicts) >= 25
