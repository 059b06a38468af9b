"""SARIF 2.1.0, for code scanning.

GitHub takes at most 25,000 results a run and shows the 5,000 worst; 20 runs a file, 25,000 rules a run, 10 MB after
gzip; an upload beyond is refused whole (docs.github.com, "SARIF results exceed limits"). So one run holds at most
25,000 results, worst first; how many more there are stands in a notification and in the run's properties. GitHub needs
a file and a line for every result: findings without a file are put on the report's `source`, and carry inbox and entry
as a logical location.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import __version__
from occ_media_cli.report import safe
from occ_media_cli.report.formats.findings import more, pick
from occ_media_cli.report.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.formats.findings import Picked
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Finding, Json, Report

MOST_RESULTS = 25_000


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """One run with its rules and results; suppressed findings stay, with their suppression."""
    picked = pick(report.cases, MOST_RESULTS)
    rules = _rules(report.rules, picked)
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver: Json = {
        "name": "occ-media",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    yield (
        '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": '
        f"{safe.json(driver)}}},\n"
    ).encode("ascii")
    kind = report.schema.rpartition("/")[0] or report.schema
    yield f'"automationDetails": {safe.json({"id": kind + "/"})}, "columnKind": "unicodeCodePoints",\n'.encode("ascii")
    yield f'"invocations": {safe.json([_invocation(report, picked)])},\n'.encode("ascii")
    yield f'"properties": {safe.json({"total": picked.total, "notShown": picked.left_out})},\n"results": ['.encode(
        "ascii"
    )
    between = "\n  "
    for finding in picked.shown:
        yield (between + safe.json(_result(finding, index[finding.rule], report.source))).encode("ascii")
        between = ",\n  "
    yield b"]}]}\n"


def _rules(known: Sequence[Rule], picked: Picked) -> list[Rule]:
    rules = {rule.id: rule for rule in known}
    for finding in picked.shown:
        if finding.rule not in rules:
            rules[finding.rule] = Rule(finding.rule, finding.severity, finding.rule)
    return list(rules.values())


def _rule(rule: Rule) -> Json:
    made: dict[str, Json] = {
        "id": rule.id,
        "shortDescription": {"text": safe.sarif(rule.title or rule.id)},
        "defaultConfiguration": {"level": rule.severity.value},
    }
    if rule.why:
        made["fullDescription"] = {"text": safe.sarif(rule.why)}
    if rule.fix:
        made["help"] = {"text": safe.sarif(rule.fix), "markdown": safe.markdown(rule.fix)}
    return made


def _invocation(report: Report, picked: Picked) -> Json:
    made: dict[str, Json] = {"executionSuccessful": True}
    if picked.left_out:
        text = more(picked.left_out, "finding", report.rest)
        made["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": safe.sarif(text)}}]
    return made


def _result(finding: Finding, rule_index: int, source: str | None) -> Json:
    text = f"{finding.message}; help: {finding.help}" if finding.help else finding.message
    made: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": safe.sarif(text or finding.rule)},
        "locations": [_location(finding, source)],
        "suppressions": [],
    }
    if finding.fingerprint:
        # GitHub compares runs by this name alone, and would else compute it from lines of a file that has none
        made["partialFingerprints"] = {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "occMediaFingerprint/v1": finding.fingerprint,
        }
    if finding.suppressed is not None:
        made["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": safe.terminal(finding.suppressed)}
        ]
    facts: dict[str, Json] = {"inbox": finding.inbox, "entry": finding.entry, "time": finding.time}
    facts["evidence"] = finding.evidence or None
    made["properties"] = {key: value for key, value in facts.items() if value is not None}
    return made


def _location(finding: Finding, source: str | None) -> Json:
    made: dict[str, Json] = {}
    path = finding.path if finding.path is not None else source
    if path is not None:
        made["physicalLocation"] = {"artifactLocation": {"uri": safe.uri(path)}, "region": {"startLine": 1}}
    if finding.inbox is not None or finding.entry is not None:
        names = [name for name in (finding.inbox, finding.entry) if name is not None]
        made["logicalLocations"] = [
            {"name": safe.terminal(names[-1]), "fullyQualifiedName": safe.terminal("/".join(names)), "kind": "resource"}
        ]
    return made
