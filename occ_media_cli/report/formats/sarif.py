"""SARIF 2.1.0, for code scanning. What its readers take, and what is done about it:

GitHub (docs.github.com, "SARIF results exceed limits", "SARIF results file is too large") refuses an upload whole that
has over 20 runs, 25,000 results or rules a run, 1,000 locations a result, 20 tags a rule, or 10 MB after gzip, and
shows the 5,000 worst results. It needs a file and a line for each.
GitLab (docs.gitlab.com, "SARIF reports", limits) takes 10 MB, 20 runs, and of a run the first 5,000 results; it drops a
result without rule or location, or whose message is over 2,048 characters, and the whole scan once half are dropped;
texts of a rule have 1,024 and 2,048 characters.

So there is one run, and results have one location, come worst first, and are at most 25,000 and 9 MB; how many more
there are stands in a notification and in the run's properties. What could not be judged is a notification too, and the
execution was not successful then. Texts are cut. Rules have no tags. Findings without a
file are put on the report's `source`, and carry inbox and entry as a logical location.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli import __version__
from occ_media_cli.report import safe
from occ_media_cli.report.formats.findings import Picked, more, pick, weight
from occ_media_cli.report.judged import RuleInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.judged import ControlInfo, ReportFinding
    from occ_media_cli.report.model import Report

MOST_RESULTS = 25_000
LONGEST_TITLE = 1_024
LONGEST_TEXT = 2_048
MOST_BYTES = 9_000_000
"""Bytes after gzip, counted with the quickest compression, which gives more than any other."""


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """One run with its rules and results; suppressed findings stay, with their suppression."""
    picked = _fitting(pick(report.cases, MOST_RESULTS), report.source)
    rules = _rules(report.rules, picked)
    index = {rule.id: number for number, rule in enumerate(rules)}
    taxa = _taxa(rules)
    driver: dict[str, Json] = {
        "name": "occ-media",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule, taxa) for rule in rules],
    }
    if taxa:
        driver["supportedTaxonomies"] = [{"name": safe.sarif(name), "index": n} for n, name in enumerate(taxa)]
    yield (
        '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": '
        f"{safe.json(driver)}}},\n"
    ).encode("ascii")
    if taxa:
        yield f'"taxonomies": {safe.json([_taxonomy(name, taxa[name]) for name in taxa])},\n'.encode("ascii")
    kind = report.schema.rpartition("/")[0] or report.schema
    yield f'"automationDetails": {safe.json({"id": kind + "/"})}, "columnKind": "unicodeCodePoints",\n'.encode("ascii")
    yield f'"invocations": {safe.json([_invocation(report, picked, index)])},\n'.encode("ascii")
    facts: dict[str, Json] = {"total": picked.total, "notShown": picked.left_out}
    if report.window is not None:
        facts["window"] = report.window.as_json()
    yield f'"properties": {safe.json(facts)},\n"results": ['.encode("ascii")
    between = "\n  "
    for finding in picked.shown:
        yield (between + safe.json(_result(finding, index[finding.rule], report.source))).encode("ascii")
        between = ",\n  "
    yield b"]}]}\n"


def _fitting(picked: Picked, source: str | None) -> Picked:
    """The findings that are together small enough, worst first; one that is too large by itself is left out."""
    import zlib

    packer = zlib.compressobj(1)
    size = 0
    kept: list[ReportFinding] = []
    for finding in sorted(picked.shown, key=weight):
        text = safe.json(_result(finding, 0, source)).encode("ascii")
        if len(text) > MOST_BYTES // 10:
            continue
        size += len(packer.compress(text))
        if size + len(text) > MOST_BYTES:  # close to it, what waits in the packer counts too
            size += len(packer.flush(zlib.Z_SYNC_FLUSH))
        if size > MOST_BYTES:
            break
        kept.append(finding)
    return replace(picked, shown=kept)


def _text(text: str, room: int) -> str:
    """A text of at most so many characters; where it is longer its end is cut, never an escape of it."""
    shown = safe.sarif(text)
    while len(shown) > room:
        text = text[: min(room - 1, len(text) - max(1, (len(shown) - room) // 10))]
        shown = safe.sarif(text) + "…"
    return shown


def _rules(known: Sequence[RuleInfo], picked: Picked) -> list[RuleInfo]:
    rules = {rule.id: rule for rule in known}
    for finding in picked.shown:
        if finding.rule not in rules:
            rules[finding.rule] = RuleInfo(finding.rule, finding.severity, finding.rule)
    return list(rules.values())


def _taxa(rules: Sequence[RuleInfo]) -> dict[str, dict[str, str | None]]:
    """The controls that the rules serve, with what they are about, by standard: SARIF has a taxonomy for each."""
    found: dict[str, dict[str, str | None]] = {}
    for rule in rules:
        for control in rule.controls:
            found.setdefault(control.framework, {}).setdefault(control.number, control.title)
    return found


def _taxonomy(name: str, controls: Mapping[str, str | None]) -> Json:
    taxa: list[Json] = [
        {"id": safe.sarif(number), **({"shortDescription": {"text": _text(title, LONGEST_TITLE)}} if title else {})}
        for number, title in controls.items()
    ]
    return {"name": safe.sarif(name), "taxa": taxa}


def _relationship(control: ControlInfo, taxa: Mapping[str, Mapping[str, str | None]]) -> Json:
    """That a rule is relevant for a control, and why; it does not say that anybody complies."""
    component: Json = {"name": safe.sarif(control.framework), "index": list(taxa).index(control.framework)}
    place = list(taxa[control.framework]).index(control.number)
    return {
        "target": {"id": safe.sarif(control.number), "index": place, "toolComponent": component},
        "kinds": ["relevant"],
        "description": {"text": _text(control.why, LONGEST_TEXT)},
    }


def _rule(rule: RuleInfo, taxa: Mapping[str, Mapping[str, str | None]]) -> Json:
    made: dict[str, Json] = {
        "id": rule.id,
        "shortDescription": {"text": _text(rule.title or rule.id, LONGEST_TITLE)},
        "defaultConfiguration": {"level": rule.severity.value},
    }
    if rule.why:
        made["fullDescription"] = {"text": _text(rule.why, LONGEST_TEXT)}
    if rule.fix:
        made["help"] = {"text": safe.sarif(rule.fix), "markdown": safe.markdown(rule.fix)}
    if rule.controls:
        made["relationships"] = [_relationship(control, taxa) for control in rule.controls]
    if rule.judged is not None:
        made["properties"] = {"judged": rule.judged, "notJudged": rule.not_judged}
    return made


def _invocation(report: Report, picked: Picked, index: Mapping[str, int]) -> Json:
    """Whether everything was judged, and what the results do not say."""
    notes: list[Json] = []
    for case in picked.failed:
        note: dict[str, Json] = {"level": "error", "message": {"text": _text(case.in_words(), LONGEST_TEXT)}}
        if case.name in index:
            note["associatedRule"] = {"id": case.name, "index": index[case.name]}
        notes.append(note)
    if picked.failures > len(picked.failed):
        text = more(picked.failures - len(picked.failed), "not judged", report.rest, plural="not judged")
        notes.append({"level": "error", "message": {"text": safe.sarif(text)}})
    if picked.left_out:
        text = more(picked.left_out, "finding", report.rest)
        notes.append({"level": "warning", "message": {"text": safe.sarif(text)}})
    notes += [{"level": "warning", "message": {"text": safe.sarif(notice)}} for notice in report.notices]
    made: dict[str, Json] = {"executionSuccessful": not picked.failures}
    if report.made is not None:
        shown = {name: safe.terminal(value) for name, value in report.made.items()}
        made |= {"account": shown["os_user"], "machine": shown["host"], "properties": {"made": {**shown}}}
    return {**made, "toolExecutionNotifications": notes} if notes else made


def _result(finding: ReportFinding, rule_index: int, source: str | None) -> Json:
    text = f"{finding.message}; help: {finding.help}" if finding.help else finding.message
    made: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": _text(text or finding.rule, LONGEST_TEXT)},
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


def _location(finding: ReportFinding, source: str | None) -> Json:
    made: dict[str, Json] = {}
    path = finding.path if finding.path is not None else source
    if path is not None:
        made["physicalLocation"] = {
            "artifactLocation": {"uri": safe.uri(path)},
            "region": {"startLine": finding.line or 1},
        }
    if finding.inbox is not None or finding.entry is not None:
        names = [name for name in (finding.inbox, finding.entry) if name is not None]
        made["logicalLocations"] = [
            {"name": safe.terminal(names[-1]), "fullyQualifiedName": safe.terminal("/".join(names)), "kind": "resource"}
        ]
    return made
