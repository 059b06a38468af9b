"""The part of a ledger that an audit or a report is about: a period, and inboxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from occ_media_cli import times
from occ_media_cli.audit.rule import Value
from occ_media_cli.report.time_window import Window

EVER_BEFORE, FOREVER = -(2**63), 2**63 - 1
"""What a rule is told where a period has no beginning or no end: the least and the greatest number of SQL."""


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
            "since_ms": EVER_BEFORE if self.since is None else self.since,
            "until_ms": FOREVER if self.until is None else self.until,
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
