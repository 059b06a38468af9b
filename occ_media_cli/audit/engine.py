"""Judging a ledger: every rule over a source, each finding with its setting and its suppression, counted.

What is decided here is pure; reading is the source's, and findings go to a spool that does not grow in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from occ_media_cli import log
from occ_media_cli.audit import population
from occ_media_cli.audit import rules as program_rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import Head, RuleSource
from occ_media_cli.audit.finding import AuditFinding, Setting, SettingsByInbox, finding
from occ_media_cli.audit.integrity import MOST_PROBLEMS, Integrity
from occ_media_cli.audit.pseudonyms.veil import Veil
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.audit.setting_changes import read_stated
from occ_media_cli.audit.spool import Spool
from occ_media_cli.audit.suppress import Suppressions, rows_of
from occ_media_cli.audit.verdict import Outcome, Verdict, VerdictRow
from occ_media_cli.errors import OccMediaError
from occ_media_cli.report import safe
from occ_media_cli.settings import since
from occ_media_cli.settings.messages import offers_other_way
from occ_media_cli.vocabulary import Severity

SETTINGS = f"""
SELECT inbox_id, inbox, version, valid_from_ms, valid_to_ms, nullif(actor, '') AS actor, reason, set_ms,
  uncertain_since_ms, {", ".join(since.SETTINGS)}
FROM setting"""
SUPPRESSIONS = """
SELECT position, rule, inbox, entry, reason, owner, expires, expires_ms FROM suppression ORDER BY position"""

WHOLE_ONLY = "judged over the whole ledger only"
"""Why a rule that speaks of the others' findings is left out of an audit of a period."""

ALTERED = "ledger-altered"
"""The rule whose findings are verifications that failed."""

CHECKS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "message-without-alternative": lambda row: not offers_other_way(row["customers_read"]),
}
"""Rules whose SELECT gives candidates, and what decides on each: no portable SQL knows an address when it sees one."""


@dataclass(slots=True)
class Audit:
    """A judged ledger. before: another period of it, judged to be compared. covered: how many findings the
    suppression at each position of the settings covers."""

    scope: AuditScope
    head: Head
    people: population.Population
    verdicts: list[Verdict]
    findings: Spool
    integrity: Integrity = field(default_factory=Integrity.unverified)
    before: Audit | None = None
    covered: Mapping[int, int] = field(default_factory=dict)

    @property
    def ranked(self) -> list[Verdict]:
        """The rules that found something, the worst and the most frequent first."""
        found = (verdict for verdict in self.verdicts if verdict.count)
        return sorted(found, key=lambda verdict: (-verdict.worst.rank, -verdict.count, verdict.rule.id))

    @property
    def rows(self) -> list[VerdictRow]:
        """What they found, each at each severity: the worst and the most frequent first. They add up to `count`."""
        found = (row for verdict in self.verdicts for row in verdict.rows.values())
        return sorted(found, key=lambda row: (-row.severity.rank, -row.count, row.rule.id))

    def count(self, severity: Severity) -> int:
        """Findings of a severity that are not suppressed."""
        return sum(verdict.count_at(severity) for verdict in self.verdicts)

    def findings_of(self, row: VerdictRow) -> Iterator[AuditFinding]:
        """The findings of a row, in their order."""
        for found in self.findings.findings_of(row.rule.id):
            if found.suppressed is None and found.severity is row.severity:
                yield found

    @property
    def suppressed(self) -> int:
        """Findings that a suppression or the baseline covers."""
        return sum(verdict.suppressed for verdict in self.verdicts)

    @property
    def incomplete(self) -> bool:
        """Whether a rule could not be judged, or the ledger is not the one that was recorded."""
        return self.integrity.altered or any(verdict.failed for verdict in self.verdicts)

    @property
    def why_incomplete(self) -> str:
        """What leaves it incomplete, in words."""
        return self.integrity.why_incomplete() if self.integrity.altered else "a rule could not be judged"

    def outcome(self, verdict: Verdict) -> Outcome:
        """What came of a rule."""
        if verdict.skipped is not None:
            return Outcome.SKIPPED
        if verdict.count:
            return Outcome.FOUND
        if verdict.suppressed:
            return Outcome.SUPPRESSED
        return Outcome.NOTHING if verdict.empty is None else Outcome.EMPTY

    def result(self, verdict: Verdict) -> str:
        """The same in words, with why it was not judged."""
        found = self.outcome(verdict)
        if found is Outcome.SKIPPED:
            return f"{found}: {verdict.skipped}"
        return verdict.empty or found.value

    def fails(self, at: Severity | None) -> bool:
        """Whether a finding that is not suppressed is as bad as `at`."""
        return at is not None and any(self.count(severity) for severity in Severity if severity.rank >= at.rank)


def audit(
    source: RuleSource,
    rules: Sequence[AuditRule],
    scope: AuditScope,
    baseline: Mapping[str, str] | None = None,
    veil: Veil | None = None,
    tell: Callable[[int, int], None] | None = None,
    integrity: Integrity | None = None,
) -> Audit:
    """Judge a ledger by rules, in their order; those that speak of the others' findings come last.

    tell: called now and then with how many rules are done, and how many there are. integrity: what a verification of
    this ledger found; one that was altered is a finding whatever rules and period were asked for.
    """
    integrity = integrity or Integrity.unverified()
    if integrity.altered and ALTERED not in {rule.id for rule in rules}:
        rules = sorted([*rules, program_rules.load_rule(ALTERED)], key=lambda rule: rule.id)
    settings = read_settings(source)
    suppressions = Suppressions(rows_of(list(source.query(SUPPRESSIONS, {}))), scope.now, baseline)
    spool = Spool([rule.id for rule in rules])
    verdicts = {rule.id: Verdict(rule) for rule in rules}
    names = frozenset(verdicts)
    with log.step("audit", "views prepared for {} rules", len(rules)):
        source.prepare(rules, scope.values())
    ours = [rule for rule in rules if not rule.own]
    with log.step("audit", "what each rule has to judge"):
        looked = population.count_judged(source, ours, scope.values(), scope.inboxes)
    for done, rule in enumerate(sorted(rules, key=lambda rule: rule.after is not None)):
        verdict = verdicts[rule.id]
        if tell is not None:
            tell(done, len(rules))
        if rule.after is not None and not scope.whole:
            verdict.skipped = WHOLE_ONLY
            verdict.looked_at(looked.get(rule.id))
            continue
        try:
            with log.step("audit", "rule {}", rule.id):
                for found in _findings(source, rule, scope, settings, suppressions, names, veil):
                    verdict.count_finding(found)
                    spool.add_finding(found)
            if rule.id == ALTERED and integrity.altered:
                found = _altered(rule, integrity, scope, settings)
                verdict.count_finding(found)
                spool.add_finding(found)
            verdict.looked_at(
                population.count_own(source, rule, scope.values(), scope.inboxes) if rule.own else looked.get(rule.id)
            )
            log.detail("audit", "rule {} found {}, {} of them suppressed", rule.id, verdict.count + verdict.suppressed,
                       verdict.suppressed)  # fmt: skip
        except OccMediaError as problem:
            if not rule.own:
                raise
            verdict.skipped, verdict.failed = problem.what, True
    with log.step("audit", "entries counted"):
        people = population.count_population(source, scope.values(), scope.inboxes)
    return Audit(
        scope, source.head(), people, list(verdicts.values()), spool, integrity, covered=dict(suppressions.used)
    )


def read_settings(source: RuleSource) -> SettingsByInbox:
    """The settings history of a ledger, with what each change stated."""
    spans = [
        Setting(*(*row[:9], dict(zip(since.SETTINGS, row[9:], strict=True)))) for row in source.query(SETTINGS, {})
    ]
    return SettingsByInbox.from_rows(spans, read_stated(source))


def _findings(
    source: RuleSource,
    rule: AuditRule,
    scope: AuditScope,
    settings: SettingsByInbox,
    suppressions: Suppressions,
    names: frozenset[str],
    veil: Veil | None,
) -> Iterator[AuditFinding]:
    for row in source.judge(rule, {**scope.values(), **rule.bound()}):
        if not scope.holds(row):
            continue
        if rule.after is not None and (row["position"] in suppressions.used or row["suppressed_rule"] not in names):
            continue  # it covered something, or what it covers was not judged in this run
        check = CHECKS.get(rule.id)
        if check is not None and not check(row):
            continue
        found = finding(rule, row, settings)
        suppressions.cover(found)
        yield found if veil is None else _veiled(rule, settings, found, veil, row)


def _altered(rule: AuditRule, integrity: Integrity, scope: AuditScope, settings: SettingsByInbox) -> AuditFinding:
    """The finding of a verification that is not on record: the one of this audit. Nothing of the store covers it, or
    makes it milder: the store is what is in doubt."""
    problems = [{"table": each.table, "what": each.what, "seq": each.seq} for each in integrity.problems]
    row = {
        "subject": "this audit", "severity": Severity.ERROR.value, "time_ms": scope.now, "verified_by": "this audit",
        "verified_head": integrity.head, "verified_entries": integrity.entries,
        "checkpoint": None if integrity.checkpoint is None else int(integrity.checkpoint),
        "problems": safe.json(problems[:MOST_PROBLEMS]),
    }  # fmt: skip
    return finding(rule, row, settings)


def _veiled(
    rule: AuditRule, settings: SettingsByInbox, true: AuditFinding, veil: Veil, row: Mapping[str, Any]
) -> AuditFinding:
    """A finding with pseudonyms, which is covered by what covers the true one. Its fingerprint could be guessed."""
    span = {name: row[name] for name in ("setting_from_ms", "setting_about") if name in row}  # by these it is found
    found = finding(rule, {**veil.row(row), **span}, settings, veiled=True)
    found.message, found.group, found.example = map(veil.hours, (found.message, found.group, found.example))
    found.uncertain = true.uncertain
    found.fingerprint = veil.name("finding", true.fingerprint).partition("-")[2]
    own = veil.own(row)
    for name, value in found.evidence.items():
        if name == "setting_by":
            found.evidence[name] = veil.value(name, value)
        elif name == "setting_reason" and value is not None:
            found.evidence[name] = veil.text(str(value), own)
        elif name in ("setting_from", "setting_at") and value is not None:
            found.evidence[name] = veil.hours(str(value))
    if true.suppressed is not None:
        found.suppressed = {name: veil.text(value, own) if name == "reason" and isinstance(value, str)
                            else veil.value(name, value) for name, value in true.suppressed.items()}  # fmt: skip
    return found
