"""Which controls rules serve, and which numbers there are."""

from __future__ import annotations

import json

import pytest

from occ_media_cli.audit import rules
from occ_media_cli.audit.controls import FRAMEWORKS, Control, parse_control
from occ_media_cli.audit.rule import parse
from occ_media_cli.errors import MalformedInput
from tests.unit.audit.build import Ledger, Run

HEADER = "-- id: my-rule\n-- severity: note\n-- title: t\n-- why: w\n-- fix: f\n"

REAL = (
    *("iso27001 A.5.1", "iso27001 A.5.37", "iso27001 A.6.8", "iso27001 A.7.14", "iso27001 A.8.34"),
    *("pci-dss 3.2", "pci-dss 3.2.1", "pci-dss 5.2.3", "pci-dss 10.7.3", "pci-dss 12.10.7"),
    *("gdpr Art. 5(1)(f)", "gdpr Art. 5(2)", "gdpr Art. 17", "gdpr Art. 32(1)(b)", "gdpr Art. 99"),
)
NONE = (
    *("iso27001 A.5.38", "iso27001 A.6.9", "iso27001 A.9.1", "iso27001 A.5", "iso27001 5.12", "iso27001 A.5.012"),
    *("iso27001 A.12.4.1", "pci-dss 3.2.2", "pci-dss 13.1", "pci-dss 10", "pci-dss 5.5", "pci-dss 10.2.1.1"),
    *("gdpr Art. 100", "gdpr Art. 5(3)", "gdpr Art. 5(1)(g)", "gdpr Art. 5(2)(a)", "gdpr Article 5", "gdpr 5"),
    *("hipaa 164.312", "iso27002 A.5.1", "iso27001", ""),
)


@pytest.mark.parametrize("text", REAL)
def test_a_real_number_is_taken(text: str) -> None:
    found = parse_control(f"{text}: because: so")
    assert (f"{found.framework} {found.number}", found.why) == (text, "because: so")


@pytest.mark.parametrize("text", [*(f"{text}: why" for text in NONE), "iso27001 A.5.14", "iso27001 A.5.14:"])
def test_what_no_standard_has_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(MalformedInput) as raised:
        parse(f"{HEADER}-- control: {text}\nSELECT 1", "my-rule.sql", own=True)
    assert (raised.value.file, raised.value.line) == ("my-rule.sql", 6)
    assert raised.value.hint


def test_a_header_may_name_several_and_go_on_in_the_next_line() -> None:
    rule = parse(f"{HEADER}-- control: gdpr Art. 25(2): one\n--   two\n-- control: iso27001 A.8.9: x\nSELECT 1", "f")
    assert rule.controls == (Control("gdpr", "Art. 25(2)", "one two"), Control("iso27001", "A.8.9", "x"))
    assert [control.title for control in rule.controls] == ["Data protection by design and by default", None]


def test_every_rule_serves_a_control_of_annex_a_and_each_once() -> None:
    for rule in rules.load_all():
        names = [control.name for control in rule.controls]
        assert any(control.framework == "iso27001" for control in rule.controls), rule.id
        assert len(names) == len(set(names)), rule.id
        assert all(control.title for control in rule.controls), rule.id
        assert not any("complian" in control.why for control in rule.controls), rule.id
    for framework in FRAMEWORKS.values():
        assert framework.has(framework.example)
        assert all(framework.has(number) for number in framework.titles)


def test_lists_follow_the_numbers_as_people_count() -> None:
    numbers = ["iso27001 A.5.3", "iso27001 A.5.12", "iso27001 A.8.3", "pci-dss 3.2.1", "pci-dss 10.2", "gdpr Art. 5(1)(e)",
               "gdpr Art. 5(2)", "gdpr Art. 17"]  # fmt: skip
    controls = [parse_control(f"{text}: x") for text in numbers]
    mixed = [*controls[4:], *controls[:4]]
    assert sorted(mixed, key=lambda control: control.order) == controls


def test_rules_and_audits_name_them(run: Run, ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    line = {"framework": "ISO/IEC 27001:2022", "control": "A.8.17", "title": "Clock synchronization",
            "why": "entries of a clock that runs ahead are found"}  # fmt: skip
    listed = json.loads(run("rules", "list", "--format", "json")[1])["rules"]
    assert {rule["id"]: rule["controls"][0] for rule in listed}["time-in-future"] == line
    assert "ISO/IEC 27001:2022 A.8.17 (Clock synchronization)" in run("rules", "explain", "time-in-future")[1]
    document = json.loads(run("audit", "--rule", "time-in-future", "--format", "json")[1])
    assert document["controls"][0] == {"rule": "time-in-future", **line}
    assert [row["control"] for row in document["controls"]] == ["A.8.17", "10.6"]
    (sarif,) = json.loads(run("audit", "--rule", "time-in-future", "--format", "sarif")[1])["runs"]
    (rule,) = sarif["tool"]["driver"]["rules"]
    for relation in rule["relationships"]:
        target = relation["target"]
        taxonomy = sarif["taxonomies"][target["toolComponent"]["index"]]
        assert taxonomy["name"] == target["toolComponent"]["name"]
        assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
    assert [relation["target"]["id"] for relation in rule["relationships"]] == ["A.8.17", "10.6"]
