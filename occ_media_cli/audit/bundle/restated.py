"""The audit that a report speaks of, made again from the report: what its document and its page then say must be what
they said.

A report has every count and every finding, so that an audit can be put together from it as the engine would have left
it. Whatever the document and the page of that audit do not say, nobody but a forger wrote; and whatever a bundle shows
in another way (views that it encloses whole, the checkpoint that was compared) must agree with its counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.audit import controls, engine, rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.bundle import manifest_facts
from occ_media_cli.audit.bundle.stated_report import Problem, record_bytes
from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.finding import AuditFinding
from occ_media_cli.audit.integrity import Integrity
from occ_media_cli.audit.population import Population
from occ_media_cli.audit.rule import AuditRule, RulePopulation
from occ_media_cli.audit.spool import Spool
from occ_media_cli.audit.verdict import Verdict, VerdictRow
from occ_media_cli.ledger.verify.checkpoint import Checkpoint
from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof
from occ_media_cli.store.signature import Signer
from occ_media_cli.store.timestamps import Stamped
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource

OWN_RULES = "own-rules.ndjson"
"""What a user's own rules say of themselves: their SELECT alone, in `rules/`, does not hold it."""

_LARGEST = 2**63 - 1

_VERIFIED = "SELECT ok, verified_head FROM verification WHERE subject = 'ledger' ORDER BY seq DESC LIMIT 1"
_ENTRIES = re.compile(r"\b(?:entry|purged|flag|correction|decision|scan|scan_fact)\b")
"""Views of which a bundle encloses a part: what a rule finds by them in another period cannot be worked out."""


def own_rule_row(rule: AuditRule) -> dict[str, Any]:
    """What an own rule says of itself, as a row of OWN_RULES."""
    return {
        "rule": rule.id, "severity": rule.severity.value, "title": rule.title, "why": rule.why, "fix": list(rule.fix),
        "one": rule.one, "many": rule.many, "comparable": rule.comparable,
        "over": rule.population.over if rule.population is not None else None,
        "lacks": rule.population.lacks if rule.population is not None else None,
        "controls": [[each.framework, each.number, each.why] for each in rule.controls],
    }  # fmt: skip


def own_rule(row: Mapping[str, Any], sql: str) -> AuditRule:
    """The rule of such a row; KeyError, TypeError and ValueError for what is none."""
    over = row["over"]
    return AuditRule(
        _text(row["rule"]), Severity(row["severity"]), _text(row["title"]), _text(row["why"]),
        tuple(_text(step) for step in row["fix"]), sql, one=_text(row["one"]), many=_text(row["many"]),
        comparable=_truth(row["comparable"]), own=True,
        population=None if over is None else RulePopulation(_text(over), lacks=_text(row["lacks"])),
        controls=tuple(controls.Control(*(_text(part) for part in each)) for each in row["controls"]),
    )  # fmt: skip


def unknown_rule(name: str, head: Mapping[str, Any]) -> AuditRule:
    """An own rule of which a bundle tells nothing but what its report has."""
    names = {each.name: word for word, each in controls.FRAMEWORKS.items()}
    served = [each for each in head["controls"] if each["rule"] == name]
    return AuditRule(
        name, Severity.WARNING, name, "", (), "", own=True,
        controls=tuple(controls.Control(names[each["framework"]], _text(each["control"]), _text(each["why"]))
                       for each in served),
    )  # fmt: skip


def restate(
    head: Mapping[str, Any], records: Iterable[Mapping[str, Any]], chosen: Sequence[AuditRule], scope: AuditScope,
    judged: Mapping[str, Spool],
) -> Audit:  # fmt: skip
    """The audit of a report. chosen: its rules, in their order. judged: where the findings of rules that were judged
    again are, which hold more than their records.

    KeyError, TypeError, ValueError and AttributeError where it has not the shape of a report.
    """
    stated, summary = head["integrity"], head["summary"]
    at = Head(_text(head["ledger_head"]), 0, _count(head["ledger_entries"]), _text_or_none(head["verified_head"]))
    verdicts = _verdicts(summary["by_rule"], chosen)
    for each in head["skipped"]:
        verdict = verdicts[each["rule"]]
        verdict.skipped, verdict.failed = _text(each["reason"]), each["reason"] != engine.WHOLE_ONLY
    for verdict in verdicts.values():
        verdict.rows.clear()
        verdict.suppressed = 0
    spool = Spool([rule.id for rule in chosen])
    for rule in chosen:
        if rule.id in judged:
            for found in judged[rule.id].findings_of(rule.id):
                verdicts[rule.id].count_finding(found)
                spool.add_finding(found)
    for record in records:
        if record["rule"] not in judged:
            found = _finding(record)
            verdicts[found.rule].count_finding(found)
            spool.add_finding(found)
    people = Population(_count(head["entries"]), _count(summary["unjudged"]), {}, 0)
    audit = Audit(scope, at, people, list(verdicts.values()), spool, _integrity(stated))
    if head["compare"] is not None:
        audit.before = _before(head["compare"], chosen, scope, at, audit.integrity)
    return audit


def _before(
    stated: Mapping[str, Any], chosen: Sequence[AuditRule], scope: AuditScope, at: Head, integrity: Integrity
) -> Audit:
    """The period that it was compared with, of which a report has counts alone."""
    window = stated["window"]
    since, until = (None if window[name] is None else times.parse(window[name]) for name in ("since", "until"))
    verdicts = _verdicts(stated["by_rule"], chosen)
    if _truth(stated["incomplete"]):
        next(verdict for verdict in verdicts.values() if verdict.rule.own).failed = True
    return Audit(
        replace(scope, since=since, until=until, zone=_text(window["zone"])), at,
        Population(_count(stated["entries"]), _count(stated["unjudged"]), {}, 0), list(verdicts.values()),
        Spool([]), integrity,
    )  # fmt: skip


def _verdicts(by_rule: Sequence[Mapping[str, Any]], chosen: Sequence[AuditRule]) -> dict[str, Verdict]:
    """The counts of each rule."""
    made = {}
    for rule, counts in zip(chosen, by_rule, strict=True):
        if counts["rule"] != rule.id:
            raise ValueError("counts another rule")
        judged, not_judged = (
            None if rule.own and counts[name] is None else _count(counts[name]) for name in ("judged", "not_judged")
        )
        made[rule.id] = Verdict(
            rule, {each: VerdictRow(rule, each, count) for each in Severity if (count := _count(counts[each.value]))},
            _count(counts["suppressed"]), judged, not_judged,
        )  # fmt: skip
    return made


def _integrity(stated: Mapping[str, Any]) -> Integrity:
    """What a report says of its ledger and of the checkpoint that was compared: that it matches."""
    said = stated["checkpoint"]
    if said is None:
        return Integrity(True)
    mark = Checkpoint(_count(said["seq"]), _text(said["head"]), "", 0, times.parse(said["made"]))
    signed, stamp = said["signed"], said["timestamp"]
    signer = stamped = None
    if signed is not None:
        allowed = None if signed["allowed"] is None else _truth(signed["allowed"])
        signer = Signer(_text(signed["key"]), _truth(signed["valid"]), _text_or_none(signed["name"]), allowed)
        if signer.problem() is not None or (signer.name is None) is not (allowed is None):
            raise ValueError("was made with a checkpoint that proves nothing")
    if stamp is not None and _truth(stamp["verified"]):
        stamped = Stamped(times.parse(stamp["time"]), _text(stamp["by"]))
    return Integrity(True, checkpoint=True, mark=mark, proof=CheckpointProof(signer, stamp is not None, stamped, ()))


def _finding(record: Mapping[str, Any]) -> AuditFinding:
    """A finding as its record has it: without the words of a page, which only its rule has."""
    return AuditFinding(
        record["rule"], Severity(record["severity"]), record["message"], record["fingerprint"], record["inbox"],
        record["source"], record["entry"], None, None if record["time"] is None else times.parse(record["time"]),
        record["file"], record["setting_version"], record["evidence"], "", "",
        bool(record.get("uncertain", False)), None, record["suppressed"],
    )  # fmt: skip


def head_problems(audit: Audit, head: Mapping[str, Any]) -> Iterator[Problem]:
    """Whether the head of a report is the one of the audit that it speaks of, member by member."""
    from occ_media_cli.audit.pages import audit_document

    made = audit_document.document(audit, audit_document.AuditQuestion())
    again: dict[str, Any] = {"schema": made.schema, **made.head, "window": audit.scope.window.as_json()}
    for name in sorted({*again, *head} - {"made", "findings"}):
        if name not in again:
            yield manifest_facts.REPORT, f"says {name}, which no report says"
        elif name not in head or record_bytes({name: head[name]}) != record_bytes({name: again[name]}):
            yield manifest_facts.REPORT, f"says another {name} than follows from the rest of the bundle"


def count_problems(
    audit: Audit, again: Audit, source: RuleSource, known: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Whether its counts are possible, and those that follow from what is enclosed are the ones that follow.

    again: what was judged by what is enclosed, which has the entries alone that findings are about.
    """
    newest = next(iter(source.query(_VERIFIED, {})), None)
    if audit.head.verified != (str(newest[1]) if newest is not None and newest[0] else None):
        yield manifest_facts.REPORT, "says another verified_head than the newest verification on record"
    people = audit.people
    if people.entries > audit.head.entries or (audit.scope.whole and people.entries != audit.head.entries):
        yield manifest_facts.REPORT, "looked at another number of entries than the ledger has"
    fewest = again.people
    if people.entries < fewest.entries or not fewest.unjudged <= people.unjudged <= people.entries:
        yield manifest_facts.REPORT, "looked at other entries than are enclosed, or left more of them unjudged"
    fewest_of = {verdict.rule.id: verdict for verdict in again.verdicts}
    yield from _judged_problems(audit, fewest_of, "")
    if audit.before is not None:
        others = [verdict.rule for verdict in again.verdicts if not _over_entries(verdict.rule)
                  and not _ENTRIES.search(verdict.rule.sql)]  # fmt: skip
        made = engine.audit(source, others, audit.before.scope, known)
        before = {verdict.rule.id: verdict for verdict in made.verdicts}
        if audit.before.people.entries > audit.head.entries:
            yield manifest_facts.REPORT, "compares with more entries than the ledger has"
        if audit.before.people.unjudged > audit.before.people.entries:
            yield manifest_facts.REPORT, "compares with more entries unjudged than there were"
        yield from _judged_problems(audit.before, before, " before")
        for verdict in audit.before.verdicts:
            if verdict.rule.id in before and verdict.counts != before[verdict.rule.id].counts:
                yield manifest_facts.REPORT, f"counts other findings of {verdict.rule.id} before than follow"


def _judged_problems(audit: Audit, again: Mapping[str, Verdict], when: str) -> Iterator[Problem]:
    """How much each rule had to judge. again: the same by what is enclosed; of rules over entries, at least so much."""
    alike: dict[tuple[str, ...], tuple[str, int]] = {}
    for verdict in audit.verdicts:
        rule = verdict.rule
        if rule.population is None or verdict.judged is None or verdict.not_judged is None:
            continue
        whole = verdict.judged + verdict.not_judged
        told = again.get(rule.id)
        if not _over_entries(rule):
            if told is not None and (verdict.judged, verdict.not_judged) != (told.judged, told.not_judged):
                yield manifest_facts.REPORT, f"says that {rule.id} had to judge{when} what it had not"
            continue
        least = 0 if told is None else told.judged or 0
        if whole > audit.people.entries or verdict.judged < (0 if verdict.skipped is not None else least):
            yield manifest_facts.REPORT, f"says that {rule.id} had to judge{when} what it cannot have had"
        if rule.own or rule.parameters:
            continue
        same: list[tuple[tuple[str, ...], int]] = [(("whole", rule.population.where), whole)]
        if verdict.skipped is None:
            same.append((("judged", rule.population.where, rule.population.needs), verdict.judged))
        if not rule.population.where:
            same.append((("every",), whole))
            alike.setdefault(("every",), ("the entries", audit.people.entries))
        for key, number in same:
            other, as_many = alike.setdefault(key, (rule.id, number))
            if as_many != number:
                yield manifest_facts.REPORT, f"says that {rule.id} had to judge{when} not as many as {other}"


def _over_entries(rule: AuditRule) -> bool:
    return rule.population is not None and rule.population.over == "entries"


def rule_named(name: str) -> AuditRule | None:
    """A rule of this program, as its file states it."""
    return rules.load_rule(name) if name in rules.RULES else None


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise ValueError("no count")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004  # whoever reads a report asks for one kind of error
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")  # noqa: TRY004  # as above
    return value
