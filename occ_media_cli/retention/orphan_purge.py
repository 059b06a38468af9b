"""Purging an approved plan of orphans: the same steps as any purge, with what is asked of a file that nobody knows.

Inside one transaction, with the store's writing lock held so that neither a hold nor an entry can come meanwhile:
holds, rules and claims are asked again, the file is checked through its own descriptor to be the very one that was
planned (sha256, size, mtime), renamed into quarantine, and recorded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from occ_media_cli.places.open import Kept
from occ_media_cli.places.storage import Taken
from occ_media_cli.retention import guards, holds, orphans, projection
from occ_media_cli.retention.claims import Claims
from occ_media_cli.retention.planning import rules_in_force
from occ_media_cli.retention.purge import Outcome, framed
from occ_media_cli.retention.refusals import note, of_orphan
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from occ_media_cli.places.storage import Parts, Storage
    from occ_media_cli.retention.guards import Limit
    from occ_media_cli.retention.orphans import Orphan
    from occ_media_cli.retention.plans import Plan


class OrphanPurge:
    """One run over one plan of orphans."""

    def __init__(
        self, connection: sqlite3.Connection, storage: Storage, plan: Plan, stamp: chain.Stamp, *, grace: int
    ) -> None:
        self.connection, self.storage, self.plan, self.stamp = connection, storage, plan, stamp
        self.grace = grace
        self.outcome = Outcome(due=stamp.now + grace)

    def run(self, store: Path, allowed: Limit, progress: Callable[[int], None] | None = None) -> Outcome:
        """Purge what no run has taken yet. Refused, as a whole, where a guard says so."""
        approvals = guards.check(self.connection, self.storage, self.plan, store, allowed)
        todo = self._todo()
        claims = Claims(self.connection)
        try:
            claims.places((item.seq, item.parts) for item in todo)
            claims.contents((item.seq, item.sha256) for item in todo)
            framed(self, todo, lambda orphan: self._one(claims, orphan), allowed, approvals, progress)
        finally:
            claims.close()
        return self.outcome

    def _todo(self) -> list[Orphan]:
        """A plan takes a file once, and one that was restored since needs a plan of its own."""
        taken = {now.orphan.seq: now.state for now in orphans.states(self.connection, self.plan.number)}
        self.outcome.restored = sum(state == "restored" for state in taken.values())
        self.outcome.earlier = len(taken) - self.outcome.restored
        return [item for item in orphans.listed(self.connection, self.plan.number) if item.seq not in taken]

    def _one(self, claims: Claims, orphan: Orphan) -> None:
        taken: Taken | None = None
        try:
            with transaction(self.connection):
                claims.catch_up()
                result = self._still(claims, orphan) or self._take(orphan)
                if isinstance(result, Taken):
                    taken = result
                    self.storage.settle()
                    self._quarantined(orphan, result)
                else:
                    refusal = of_orphan(orphan, result)
                    note(self.connection, self.plan.number, refusal, self.stamp)
                    self.outcome.refused.append(refusal)
        except BaseException:
            if taken is not None and not self._recorded(orphan):
                self.storage.put_back(taken.name, cast("Parts", orphan.parts))
            raise
        if taken is not None:
            self.outcome.taken += 1
            self.outcome.bytes += taken.content[1]

    def _still(self, claims: Claims, orphan: Orphan) -> Kept | None:
        """Whether an orphan may still go, by the holds, rules and entries of this moment."""
        rules, _ = rules_in_force(self.connection)
        unreleased = holds.unreleased(self.connection)
        age = orphans.age_of(self.plan)
        return claims.of(orphan.seq) or orphans.kept(orphan.mtime, rules, unreleased, self.stamp.now, age)

    def _take(self, orphan: Orphan) -> Taken | Kept:
        if orphan.parts is None:
            return Kept("erased", "its path was erased since the plan")
        name = f"{self.plan.plan}-{orphan.seq}"
        return self.storage.take(orphan.parts, {orphan.content}, name, mtime=orphan.mtime)

    def _quarantined(self, orphan: Orphan, taken: Taken) -> None:
        digest, size = taken.content
        body = {
            "number": self.plan.number, "plan": self.plan.plan, "at": self.stamp.now, "due": self.outcome.due,
            "files": [{"orphan": orphan.seq, "name": taken.name, "sha256": digest.hex(), "size": size}],
        }  # fmt: skip
        projection.record(self.connection, chain.Event("orphan-purge", body, self.stamp.now), self.stamp)

    def _recorded(self, orphan: Orphan) -> bool:
        return any(now.orphan.seq == orphan.seq for now in orphans.states(self.connection, self.plan.number))
