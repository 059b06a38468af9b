"""What came of one rule: its findings counted by severity, how much it had to judge, and the outcome in one word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from occ_media_cli.audit import population
from occ_media_cli.audit.finding import AuditFinding
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.vocabulary import Severity

EXAMPLES = 3
"""Findings of a rule that a page shows, at the worst severity present."""

PLACES = 3
"""Inboxes of a rule's findings that are named; of more, all but the first ones are counted."""


class Outcome(StrEnum):
    """What came of a rule, in the words of pages. Only one that judged something has found nothing."""

    SKIPPED = "not judged"
    FOUND = "found something"
    SUPPRESSED = "all suppressed"
    EMPTY = "nothing to judge"
    NOTHING = "found nothing"


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
        places = [f"{name if name is not None else 'no inbox'} {number:,}" for name, number in ranked]
        if len(places) > PLACES:
            places[PLACES - 1 :] = [f"{len(places) - PLACES + 1:,} more inboxes"]
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

    def looked_at(self, looked: population.JudgedCount | None) -> None:
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
