"""Judging a ledger: every rule over a source, each finding with its setting and its suppression, counted.

What is decided here is pure; reading is the source's, and findings go to a spool that does not grow in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from occ_media_cli import log, times
from occ_media_cli.audit import population
from occ_media_cli.audit import rules as program_rules
from occ_media_cli.audit.engines.interface import Head, RuleSource
from occ_media_cli.audit.finding import AuditFinding, Setting, SettingsByInbox, finding
from occ_media_cli.audit.integrity import MOST_PROBLEMS, Integrity
from occ_media_cli.audit.pseudonyms.veil import Veil
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.audit.spool import Spool
from occ_media_cli.audit.suppress import Suppressions, rows_of
from occ_media_cli.errors import OccMediaError
from occ_media_cli.report import safe
from occ_media_cli.report.model import Window
from occ_media_cli.settings.messages import offers_other_way
from occ_media_cli.vocabulary import Severity

EARLIEST, LATEST = -(2**63), 2**63 - 1

EXAMPLES = 3
"""Findings of a rule that a page shows, at the worst severity present."""

PLACES = 3
"""Inboxes of a rule's findings that are named; of more, all but the first ones are counted."""

SETTINGS = """
SELECT inbox_id, inbox, version, valid_from_ms, valid_to_ms, nullif(actor, '') AS actor, reason, set_ms,
  uncertain_since_ms FROM setting"""
SUPPRESSIONS = """
SELECT position, rule, inbox, entry, reason, owner, expires, expires_ms FROM suppression ORDER BY position"""


class Outcome(StrEnum):
    """What came of a rule, in the words of pages. Only one that judged something has found nothing."""

    SKIPPED = "not judged"
    FOUND = "found something"
    SUPPRESSED = "all suppressed"
    EMPTY = "nothing to judge"
    NOTHING = "found nothing"


WHOLE_ONLY = "judged over the whole ledger only"
"""Why a rule that speaks of the others' findings is left out of an audit of a period."""

ALTERED = "ledger-altered"
"""The rule whose findings are verifications that failed."""

CHECKS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "message-without-alternative": lambda row: not offers_other_way(row["customers_read"]),
}
"""Rules whose SELECT gives candidates, and what decides on each: no portable SQL knows an address when it sees one."""


@dataclass(frozen=True, slots=True)
class AuditScope:
    """The part of a ledger that an audit judges. since, until: milliseconds, half-open, None for the whole ledger.
    inboxes: none = all. zone: in which the period was asked for."""

    now: int
    since: int | None = None
    until: int | None = None
    inboxes: tuple[str, ...] = ()
    zone: str = times.ZONE

    @property
    def window(self) -> Window:
        """The period as every form of a report names it."""
        return Window(times.optional_text(self.since), times.optional_text(self.until), self.zone, self.inboxes)

    @property
    def whole(self) -> bool:
        """Whether it is the whole ledger."""
        return self.since is None and self.until is None and not self.inboxes

    def values(self) -> dict[str, Value]:
        """The parameters that every rule may use."""
        return {
            "since_ms": EARLIEST if self.since is None else self.since,
            "until_ms": LATEST if self.until is None else self.until,
            "now_ms": self.now,
        }

    def holds(self, row: Mapping[str, object]) -> bool:
        """Whether a row lies in the scope; the window only counts for entries."""
        if self.inboxes and row.get("inbox") not in self.inboxes:
            return False
        moment = row.get("time_ms")
        if row.get("seq") is None or not isinstance(moment, int):
            return True
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(slots=True)
class VerdictRow:
    """The findings of one rule at one severity that are not suppressed: a row of a page, where rows add up.

    inboxes: how many of them are in which inbox. examples: the first ones.
    """

    rule: AuditRule
    severity: Severity
    count: int = 0
    inboxes: Counter[str | None] = field(default_factory=Counter)
    examples: list[AuditFinding] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The inboxes of its findings, the most first."""
        ranked = sorted(self.inboxes.items(), key=lambda pair: (-pair[1], pair[0] or ""))
        places = [f"{name if name is not None else '-'} {number:,}" for name, number in ranked]
        if len(places) > PLACES:
            places[PLACES - 1 :] = [f"{len(places) - PLACES + 1} more"]
        return ", ".join(places)

    def count_finding(self, found: AuditFinding) -> None:
        """Count a finding of this severity, and keep the first ones."""
        self.count += 1
        self.inboxes[found.inbox] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(found)


@dataclass(slots=True)
class Verdict:
    """The outcome of one rule: its findings at each severity.

    judged: how much it had to judge, not_judged: how much it could not for want of something; None where a rule of a
    user's does not say. skipped: why it was not judged. failed: it could not be judged, so the audit is incomplete.
    """

    rule: AuditRule
    rows: dict[Severity, VerdictRow] = field(default_factory=dict)
    suppressed: int = 0
    judged: int | None = None
    not_judged: int | None = None
    skipped: str | None = None
    failed: bool = False

    @property
    def count(self) -> int:
        """Findings that are not suppressed."""
        return sum(row.count for row in self.rows.values())

    @property
    def worst(self) -> Severity:
        """The worst severity of its findings that are not suppressed, else the rule's own."""
        return max(self.rows, key=lambda severity: severity.rank, default=self.rule.severity)

    @property
    def counts(self) -> dict[str, int | None]:
        """What every form of an audit counts of a rule: its findings by severity, the worst first, what is suppressed
        of them, and how much it had to judge."""
        by_severity = {severity.value: self.count_at(severity) for severity in reversed(Severity)}
        return {**by_severity, "suppressed": self.suppressed, "judged": self.judged, "not_judged": self.not_judged}

    def looked_at(self, looked: population.Looked | None) -> None:
        """Take how much it had to judge; a rule that was not judged has judged none of it."""
        if looked is not None:
            whole = looked.judged + looked.not_judged
            self.judged, self.not_judged = (looked.judged, looked.not_judged) if self.skipped is None else (0, whole)

    @property
    def empty(self) -> str | None:
        """Why it says nothing that it found nothing; None where it had something to judge, or does not say."""
        if self.judged != 0 or self.skipped is not None or self.count or self.suppressed:
            return None
        lacks = self.rule.population.lacks if self.rule.population is not None else ""
        return f"nothing judged: {self.not_judged:,} without {lacks}" if self.not_judged else Outcome.EMPTY.value

    def count_at(self, severity: Severity) -> int:
        """Findings of a severity that are not suppressed."""
        row = self.rows.get(severity)
        return row.count if row is not None else 0

    def count_finding(self, found: AuditFinding) -> None:
        """Count a finding at its severity, which may be another than the rule's own."""
        if found.suppressed is not None:
            self.suppressed += 1
            return
        row = self.rows.get(found.severity)
        if row is None:
            row = self.rows[found.severity] = VerdictRow(self.rule, found.severity)
        row.count_finding(found)


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

    def empty(self, verdict: Verdict) -> str | None:
        """Why it says nothing that a rule found nothing; None where it says something.

        A verification that the audit makes itself is on no record, and is one all the same.
        """
        return None if verdict.rule.id == ALTERED and self.integrity.verified else verdict.empty

    def outcome(self, verdict: Verdict) -> Outcome:
        """What came of a rule."""
        if verdict.skipped is not None:
            return Outcome.SKIPPED
        if verdict.count:
            return Outcome.FOUND
        if verdict.suppressed:
            return Outcome.SUPPRESSED
        return Outcome.NOTHING if self.empty(verdict) is None else Outcome.EMPTY

    def result(self, verdict: Verdict) -> str:
        """The same in words, with why it was not judged."""
        found = self.outcome(verdict)
        if found is Outcome.SKIPPED:
            return f"{found}: {verdict.skipped}"
        return self.empty(verdict) or found.value

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
    settings = SettingsByInbox.from_rows([Setting(*row) for row in source.query(SETTINGS, {})])
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
        yield found if veil is None else _veiled(found, finding(rule, veil.row(row), settings, veiled=True), veil, row)


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


def _veiled(true: AuditFinding, found: AuditFinding, veil: Veil, row: Mapping[str, Any]) -> AuditFinding:
    """A finding with pseudonyms, which is covered by what covers the true one. Its fingerprint could be guessed."""
    found.uncertain = true.uncertain
    found.fingerprint = veil.name("finding", true.fingerprint).partition("-")[2]
    own = veil.own(row)
    for name, value in found.evidence.items():
        if name == "setting_by":
            found.evidence[name] = veil.value(name, value)
        elif name == "setting_reason" and value is not None:
            found.evidence[name] = veil.text(str(value), own)
    if true.suppressed is not None:
        found.suppressed = {name: veil.text(value, own) if name == "reason" and isinstance(value, str)
                            else veil.value(name, value) for name, value in true.suppressed.items()}  # fmt: skip
    return found
