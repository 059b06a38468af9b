"""A finding tells the change that made a setting so, and not who changed the inbox last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.audit.rule import parse
from occ_media_cli.audit.rules import load_rule
from tests.unit.audit.build import Ledger, Run

DAY = "2026-01-{:02}T00:00:00.000Z"


def told(record: dict[str, Any]) -> tuple[Any, ...]:
    evidence = record["evidence"]
    return record["setting_version"], evidence["setting_by"], evidence["setting_from"], evidence["setting_reason"]


@pytest.fixture
def off(ledger: Ledger) -> Ledger:
    """kim turns sending off on the 5th; sam and lee change something else, before, after and late."""
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-05", actor="kim", send=False)
    ledger.set("vip", "2026-01-07", actor="sam", message="Mail us.")
    ledger.set("vip", "2026-01-09", actor="lee", quota="2 GB")
    return ledger


def test_a_change_of_something_else_turned_nothing_off(off: Ledger) -> None:
    for day in (6, 8, 10):
        off.entry("vip", DAY.format(day), direction="send", id=f"d{day}")
    assert [told(each) for each in off.audit("sent-while-off")] == [
        (2, "kim", DAY.format(5), "because"), (3, "kim", DAY.format(5), "because"), (4, "kim", DAY.format(5), "because"),
    ]  # fmt: skip


def test_off_on_and_off_again_is_told_of_the_last(off: Ledger) -> None:
    off.set("vip", "2026-01-11", actor="lee", send=True)
    off.set("vip", "2026-01-12", actor="mona", send=False)
    off.set("vip", "2026-01-13", actor="sam", scan="record")
    off.entry("vip", DAY.format(14), direction="send")
    assert [told(each) for each in off.audit("sent-while-off")] == [(7, "mona", DAY.format(12), "because")]


def test_a_late_change_of_something_else_states_what_follows_anew_and_turned_nothing(off: Ledger) -> None:
    off.set("vip", "2026-01-03", actor="zoe", backdate="told late", message="Call us.")
    off.set("vip", "2026-01-03", actor="zoe", backdate="told late", scan="record")
    off.entry("vip", DAY.format(6), direction="send")
    assert [told(each)[1:] for each in off.audit("sent-while-off")] == [("kim", DAY.format(5), "because")]


def test_a_late_change_of_the_switch_counts_from_when_it_is_valid(off: Ledger) -> None:
    off.set("vip", "2026-01-03", actor="zoe", backdate="told late", send=False)
    off.entry("vip", DAY.format(8), direction="send")
    assert [told(each)[1:3] for each in off.audit("sent-while-off")] == [("zoe", DAY.format(3))]


def test_the_end_of_a_time_box_is_of_who_made_it(off: Ledger) -> None:
    off.set("vip", "2026-01-11", actor="mona", until="2026-01-15", send=True)
    off.set("vip", "2026-01-12", actor="sam", description="changed while it ran")
    off.entry("vip", DAY.format(16), direction="send")
    assert [told(each)[1:3] for each in off.audit("sent-while-off")] == [("mona", DAY.format(15))]


def test_a_rule_tells_the_setting_that_it_is_about(off: Ledger) -> None:
    off.section("retention", [])
    off.set("vip", "2026-01-14", actor="mona", tags=("sensitive",))
    off.set("vip", "2026-01-15", actor="zoe", description="changed last")
    off.entry("vip", DAY.format(16), size=3 * 10**9, channel="telegram")
    by = {each["rule"]: told(each)[1:3] for each in off.audit("over-quota", "sensitive-inbox-media-on")}
    assert by == {"over-quota": ("lee", DAY.format(9)), "sensitive-inbox-media-on": ("dana", DAY.format(1))}


OWN = """-- id: {name}
-- severity: warning
-- title: Sent while sending was off.
-- why: Because.
-- fix: Stop.
{header}SELECT e.inbox, e.inbox_id, e.seq, e.id AS entry, e.source, e.time_ms, s.version AS setting_version{column},
  s.valid_from_ms AS setting_from_ms
FROM entry e JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
"""


def test_rules_of_ones_own_name_the_setting_too(off: Ledger, run: Run, tmp_path: Path) -> None:
    off.entry("vip", DAY.format(10), direction="send")
    said = {
        "by-header": ("-- setting: sending off\n", ""), "by-column": ("", ", 'message' AS setting_about"),
        "by-version": ("", ""),
    }  # fmt: skip
    for name, (header, column) in said.items():
        text = OWN.format(name=name, header=header, column=column)
        (tmp_path / f"{name}.sql").write_text(text)
        assert parse(text, name).setting == (header[len("-- setting: ") :].strip() or None)
    off.section("rules", {name: {"file": f"{name}.sql"} for name in said})
    asked = [word for name in said for word in ("--rule", name)]
    found = json.loads(run("audit", "--format", "json", *asked)[1])["findings"]
    assert {each["rule"]: told(each)[1] for each in found} == {
        "by-header": "kim",
        "by-column": "sam",
        "by-version": "lee",
    }
    assert all("setting_about" not in each["evidence"] for each in found)


def test_every_format_names_the_same_person(off: Ledger, run: Run) -> None:
    off.entry("vip", DAY.format(10), direction="send")
    for form in ("table", "markdown", "html"):
        out = run("audit", "--rule", "sent-while-off", "--format", form)[1]
        assert f"version 2: send off from {DAY.format(5)}, by kim" in out
        assert "by lee" not in out
    for form in ("json", "ndjson", "csv", "sarif", "junit"):
        out = run("audit", "--rule", "sent-while-off", "--format", form)[1]
        assert "kim" in out or form in ("sarif", "junit")
        assert "lee" not in out


def test_an_export_tells_it_alike(off: Ledger, run: Run, tmp_path: Path) -> None:
    off.set("vip", "2026-01-03", actor="zoe", backdate="told late", message="Call us.")
    off.entry("vip", DAY.format(10), direction="send")
    data = tmp_path / "data"
    assert run("audit", "--no-verify", "--write-data", str(data))[0] in (0, 1)
    asked = ("audit", "--rule", "sent-while-off", "--format", "json")
    found = json.loads(run(*asked, "--engine", "duckdb", "--data", str(data))[1])["findings"]
    assert [told(each)[1:3] for each in found] == [("kim", DAY.format(5))]
    assert found == json.loads(run(*asked)[1])["findings"]


def test_behind_a_box_is_told_who_said_later_what_follows(ledger: Ledger, run: Run, tmp_path: Path) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-05", actor="bob", until="2026-01-09", receive=True)
    ledger.set("vip", "2026-01-03", actor="cy", backdate="told late", receive=False)
    ledger.set("vip", "2026-01-04", actor="dana", backdate="told later", quota="2 GB")
    ledger.entry("vip", DAY.format(10))
    (found,) = ledger.audit("received-while-off")
    assert told(found)[1:] == ("cy", DAY.format(9), "because")
    assert run("audit", "--no-verify", "--write-data", str(tmp_path / "data"))[0] in (0, 1)
    asked = ("audit", "--rule", "received-while-off", "--engine", "duckdb", "--data", str(tmp_path / "data"))
    assert [told(each)[1] for each in json.loads(run(*asked, "--format", "json")[1])["findings"]] == ["cy"]


def test_a_program_rule_that_joins_a_setting_says_which_it_is_about() -> None:
    from occ_media_cli.audit import rules

    for name in rules.RULES:
        rule = load_rule(name)
        assert ("setting_from_ms" in rule.sql) == (rule.setting is not None), name
