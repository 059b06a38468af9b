"""Which findings a store's suppressions cover. A suppressed finding is counted and shown as such, never dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from occ_media_cli.audit.finding import AuditFinding


@dataclass(frozen=True, slots=True)
class Suppression:
    """A row of the view `suppression`. None in inbox or entry means any."""

    position: int
    rule: str
    inbox: str | None
    entry: str | None
    reason: str | None
    owner: str | None
    expires: str | None
    expires_ms: int | None

    @property
    def whole(self) -> bool:
        """Whether it says why, who answers for it, and until when; one that does not covers nothing."""
        return bool(self.reason and self.owner and self.expires_ms is not None)

    def covers(self, finding: AuditFinding) -> bool:
        """Whether the finding is in its scope."""
        if self.rule != finding.rule or (self.inbox is not None and self.inbox != finding.inbox):
            return False
        return self.entry is None or (
            finding.entry is not None and self.entry in (finding.entry, f"{finding.source}:{finding.entry}")
        )


class Suppressions:
    """The suppressions in force at a moment, and how many findings each covered. Baseline findings count as covered
    too."""

    def __init__(self, rows: Sequence[Suppression], now: int, baseline: Mapping[str, str] | None = None) -> None:
        self._by_rule: dict[str, list[Suppression]] = {}
        for row in rows:
            if row.whole and row.expires_ms is not None and now < row.expires_ms:
                self._by_rule.setdefault(row.rule, []).append(row)
        self._baseline = baseline or {}
        self.used: Counter[int] = Counter()

    def cover(self, finding: AuditFinding) -> None:
        """Mark the finding where a suppression or the baseline covers it."""
        for row in self._by_rule.get(finding.rule, ()):
            if row.covers(finding):
                self.used[row.position] += 1
                finding.suppressed = {"by": "suppression", "reason": row.reason, "owner": row.owner,
                                      "expires": row.expires}  # fmt: skip
                return
        if finding.fingerprint in self._baseline:
            finding.suppressed = {"by": "baseline", "reason": "in the baseline"}


def rows_of(rows: Sequence[Sequence[Any]]) -> list[Suppression]:
    """Suppressions from rows of the view, in its order of columns."""
    return [Suppression(*row) for row in rows]
