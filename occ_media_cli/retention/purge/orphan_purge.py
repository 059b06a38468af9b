"""Purging an approved plan of orphans: the questions about a file that no entry names, before a purge may take it.

Holds, rules and claims are asked again, and it must be the very file that was planned (sha256, size, mtime).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.places.safe_open import Kept
from occ_media_cli.places.storage import Taken
from occ_media_cli.retention import holds, orphans
from occ_media_cli.retention.claims import Claims
from occ_media_cli.retention.purge import guards
from occ_media_cli.retention.purge.refusals import PurgeRefusal, refuse_orphan
from occ_media_cli.retention.purge.run import PurgeOutcome, PurgeRun, take_all
from occ_media_cli.retention.stored_rules import rules_in_force

if TYPE_CHECKING:
    from collections.abc import Callable

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.places.storage import Parts
    from occ_media_cli.retention.orphans import Orphan


class OrphanPurge(PurgeRun):
    """One run over one plan of orphans."""

    def run(self, store: Path, allowed: RemovalLimit, progress: Callable[[int], None] | None = None) -> PurgeOutcome:
        """Purge what no run has taken yet. Refused, as a whole, where a guard says so."""
        approvals = guards.check_purge(self.connection, self.storage, self.plan, store, allowed)
        todo = self._todo()
        claims = Claims(self.connection)
        try:
            claims.places((item.seq, item.parts) for item in todo)
            claims.contents((item.seq, item.sha256) for item in todo)
            take_all(self, todo, lambda orphan: _File(self, claims, orphan), allowed, approvals, progress)
        finally:
            claims.close()
        return self.outcome

    def _todo(self) -> list[Orphan]:
        """A plan takes a file once, and one that was restored since needs a plan of its own."""
        taken = {now.orphan.seq: now.state for now in orphans.states(self.connection, self.plan.number)}
        self.outcome.restored = sum(state == "restored" for state in taken.values())
        self.outcome.earlier = len(taken) - self.outcome.restored
        return [item for item in orphans.listed(self.connection, self.plan.number) if item.seq not in taken]


@dataclass(frozen=True, slots=True)
class _File:
    """An orphan of a plan."""

    run: OrphanPurge
    claims: Claims
    orphan: Orphan

    @property
    def place(self) -> Parts | None:
        """Where it was when it was planned."""
        return self.orphan.parts

    def find_reason_to_keep(self) -> Kept | None:
        """Whether a hold or a rule may be about it, or an entry claims it by now."""
        self.claims.catch_up()
        rules, _ = rules_in_force(self.run.connection)
        unreleased = holds.unreleased(self.run.connection)
        age = orphans.age_of(self.run.plan)
        claimed = self.claims.find_claim(self.orphan.seq)
        return claimed or orphans.find_reason_to_keep(self.orphan.mtime, rules, unreleased, self.run.now, age)

    def move_to_quarantine(self) -> Taken | Kept:
        """Take it if it is still what the plan read: the same sha256, size and time of change."""
        if self.orphan.parts is None:
            return Kept("erased", "its path was erased since the plan")
        name = f"{self.run.plan.plan}-{self.orphan.seq}"
        return self.run.storage.take(self.orphan.parts, {self.orphan.content}, name, mtime=self.orphan.mtime)

    def record_taken(self, taken: Taken) -> None:
        """Record it by its number."""
        self.run.record_taken("orphan-purge", {"orphan": self.orphan.seq}, taken)

    def is_recorded(self, taken: Taken) -> bool:
        """Whether the chain says that a purge of this plan took it."""
        states = orphans.states(self.run.connection, self.run.plan.number)
        return any(now.orphan.seq == self.orphan.seq and now.name == taken.name for now in states)

    def describe_refusal(self, kept: Kept) -> PurgeRefusal:
        """The refusal, by the number of the orphan."""
        return refuse_orphan(self.orphan, kept)
