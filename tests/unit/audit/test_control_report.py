"""`report controls`: what the rules found, by the controls that they serve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.audit import rules
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.test_commands import alter

EXPIRES = "2027-01-01T00:00:00.000Z"


def filled(ledger: Ledger) -> None:
    """Two files that came while receiving was off, one of them covered by an exception."""
    ledger.inbox("vip", "2026-01-01", receive=False)
    ledger.entry("vip", "2026-02-01", sha256="a")
    ledger.entry("vip", "2026-02-02", id="known", sha256="b")
    ledger.section("suppressions", [
        {"rule": "received-while-off", "entry": "known", "reason": "agreed with sam", "owner": "sam", "expires": EXPIRES},
        {"rule": "over-limit", "inbox": "vip", "reason": "old", "owner": "sam", "expires": "2026-03-01T00:00:00.000Z"},
        {"rule": "over-quota"},
    ])  # fmt: skip


def asked(run: Run, *more: str) -> dict[str, Any]:
    code, out, err = run("report", "controls", "--format", "json", *more)
    assert (code, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


def test_rules_stand_under_each_control_that_they_serve(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    document = asked(run, "--since", "2026-01-15", "--until", "2026-12-01")
    assert document["schema"] == "occ-media/report-controls/1"
    assert document["window"]["zone"] == "UTC"
    rows = {(row["control"], row["rule"]): row for row in document["rows"]}
    assert len(rows) == sum(len(rule.controls) for rule in rules.load_all())
    for control in ("A.5.14", "Art. 5(1)(c)", "Art. 25(2)"):
        row = rows[control, "received-while-off"]
        assert [row[key] for key in ("error", "warning", "note", "suppressed", "judged", "not_judged")] == [
            1,
            0,
            0,
            1,
            2,
            0,
        ]
        assert (row["state"], row["result"]) == ("with errors", "found something")
    assert {row["state"] for row in document["rows"] if row["control"] == "A.8.7"} == {"judged in part"}
    assert {row["state"] for row in document["rows"] if row["control"] == "A.8.17"} == {"judged in part"}, (
        "nothing was changed in the period, so nobody knows whether the clock ran backwards"
    )
    assert {row["state"] for row in document["rows"] if row["control"] == "A.8.16"} == {"without findings"}
    assert {row["state"] for row in document["rows"] if row["control"] == "A.5.3"} == {"not judged"}
    assert sum(document["totals"]["states"].values()) == document["totals"]["controls"] == 36
    assert document["totals"]["rules"] == 39


def test_exceptions_are_told_with_owner_end_and_what_they_cover(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    found = asked(run)["totals"]["exceptions"]
    assert [(row["rule"], row["where"], row["state"], row["owner"], row["findings"]) for row in found] == [
        ("received-while-off", "one entry", "in force", "sam", 1),
        ("over-limit", "every entry of vip", "expired", "sam", 0),
        ("over-quota", "every entry", "incomplete", None, 0),
    ]
    assert found[0]["expires"] == EXPIRES


def test_what_is_suppressed_is_not_without_findings(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    ledger.section("suppressions", [{"rule": "time-in-future", "reason": "r", "owner": "o", "expires": EXPIRES}])
    ledger.entry("vip", "2026-12-01", direction="send")
    assert {row["state"] for row in asked(run)["rows"] if row["control"] == "A.8.17"} == {"all suppressed"}


def test_when_checks_ran_and_that_none_ever_did(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    assert asked(run)["totals"]["runs"] == []
    out = run("report", "controls")[1]
    for what in ("audit", "verification of the ledger", "check of the files that are kept"):
        assert f"newest {what}: never recorded" in out
    ledger.event("audit-run", {"entries": 2}, "2026-02-03", wall="2026-02-04")
    ledger.event("audit-run", {"entries": 2}, "2026-05-03")
    assert run("ledger", "verify")[0] == 0
    totals = asked(run, "--since", "2026-01-01", "--until", "2026-03-01")["totals"]
    assert [(run["what"], run["time"], run["made"], run["actor"]) for run in totals["runs"]] == [
        ("audit", "2026-02-03T00:00:00.000Z", "2026-02-04T00:00:00.000Z", "dana")
    ]
    assert [(run["what"], run["time"], run["result"]) for run in totals["last"]] == [
        ("audit", None, "none on record by all rules with the ledger verified"),
        ("verification of the ledger", "2026-11-24T00:00:00.000Z", "right"),
        ("check of the files that are kept", None, "never recorded"),
    ]


def test_a_recorded_audit_says_what_it_looked_at_and_what_came_of_it(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    assert run("audit", "--no-verify", "--rule", "over-quota", "--record")[0] == 0
    totals = asked(run)["totals"]
    assert [each["result"] for each in totals["runs"]] == [
        "ledger not verified; 0 errors, 0 warnings, 0 notes, 0 suppressed; 1 rule; The whole ledger (UTC)"
    ]
    assert totals["last"][0]["result"] == "none on record by all rules with the ledger verified"
    run("audit", "--record", "--since", "2026-01-01", "--fail-on", "never")
    newest = asked(run)["totals"]["last"][0]
    assert newest["result"].startswith("ledger verified; ")
    assert newest["result"].endswith("; all rules; From 2026-01-01T00:00:00.000Z (UTC)")


def test_a_recorded_audit_of_an_altered_ledger_is_a_finding_in_every_window(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    alter(ledger)
    assert run("audit", "--record")[0] == 1
    for window in ((), ("--since", "2030-01-01")):
        found = [row for row in asked(run, *window)["rows"] if row["rule"] == "ledger-altered"]
        assert {(row["state"], row["error"]) for row in found} == {("with errors", 1)}
    assert "LEDGER ALTERED: 1 difference; incomplete; " in asked(run)["totals"]["runs"][0]["result"]


@pytest.mark.parametrize("format_name", ["table", "markdown", "html", "csv", "ndjson"])
def test_every_format_shows_it(run: Run, ledger: Ledger, format_name: str) -> None:
    filled(ledger)
    code, out, err = run("report", "controls", "--format", format_name)
    assert (code, err) == (0, "")
    assert "received-while-off" in out
    if format_name in ("table", "markdown", "html"):
        assert "Whether a control is met is for whoever assesses it to decide." in out
        assert "agreed with sam" in out
    assert "compliant" not in out


def test_own_rules_stand_under_the_controls_that_they_name(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    text = "-- id: my-rule\n-- severity: warning\n-- title: t\n-- why: w\n-- fix: f\n-- over: entries\n"
    (tmp_path / "my-rule.sql").write_text(text + "-- control: gdpr Art. 30: so\nSELECT e.inbox, e.seq FROM entry e")
    ledger.section("rules", {"my-rule": {"file": "my-rule.sql"}})
    (row,) = (row for row in asked(run)["rows"] if row["rule"] == "my-rule")
    assert [row[key] for key in ("framework", "control", "title", "warning", "judged")] == [
        "GDPR", "Art. 30", "Records of processing activities", 2, 2,
    ]  # fmt: skip


def test_pseudonyms_reach_exceptions_and_runs(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    ledger.event("audit-run", {}, "2026-02-03")
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    hidden = ("--pseudonymise", "--key-file", str(key))
    document = asked(run, *hidden)
    (owner,) = {row["owner"] for row in document["totals"]["exceptions"]} - {None}
    assert owner.startswith("agent-")
    assert document["totals"]["runs"][0]["actor"].startswith("agent-")
    assert "dana" not in run("report", "controls", *hidden)[1]
