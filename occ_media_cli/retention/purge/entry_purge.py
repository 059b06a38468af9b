"""Purging an approved plan of files that entries name.

A file goes only when every entry that names it may go, by the holds, rules and facts of the moment at which it is
taken.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.library.allowed import allowed
from occ_media_cli.library.library_names import is_erased
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.places.storage import Taken
from occ_media_cli.retention import evaluate, holds, stored_entries, stored_rules
from occ_media_cli.retention.purge import guards
from occ_media_cli.retention.purge.neighbours import Neighbours
from occ_media_cli.retention.purge.refusals import PurgeRefusal, refuse_entries
from occ_media_cli.retention.purge.run import PurgeOutcome, PurgeRun, take_all

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.places.storage import Parts, Storage
    from occ_media_cli.retention.model import RetentionRule, StoredEntry
    from occ_media_cli.retention.plan.saved import Plan
    from occ_media_cli.store import chain


class Purge(PurgeRun):
    """One run over one plan."""

    def __init__(
        self, connection: sqlite3.Connection, storage: Storage, plan: Plan, stamp: chain.Stamp, *, grace: int
    ) -> None:
        super().__init__(connection, storage, plan, stamp, grace=grace)
        self.rules: tuple[RetentionRule, ...] = ()
        self._version: int | None = plan.content["policy_version"]
        self._taken = set[int]()

    def run(self, store: Path, allowed: RemovalLimit, progress: Callable[[int], None] | None = None) -> PurgeOutcome:
        """Purge what the plan removes and no run has taken yet. Refused, as a whole, where a guard says so."""
        approvals = guards.check_purge(self.connection, self.storage, self.plan, store, allowed)
        self.rules, self._version = stored_rules.rules_in_force(self.connection)
        self._taken = self._taken_before()
        near = Neighbours(self.connection, self.plan.number)
        try:
            todo = [item for item in near.files() if not self._is_done(item[1])]
            todo += [(None, [seq]) for seq in self._without_path()]
            take_all(self, todo, lambda item: _File(self, near, *item), allowed, approvals, progress)
        finally:
            near.close()
        return self.outcome

    def _is_done(self, entries: list[int]) -> bool:
        """Whether a run of this plan took the file before: a plan takes a file once, and one that was restored since
        needs a plan of its own, whatever other plans did with it."""
        if entries[0] not in self._taken:
            return False
        (state,) = self.connection.execute("SELECT state FROM removal WHERE seq = ?", (entries[0],)).fetchone()
        if state == "restored":
            self.outcome.restored += 1
        else:
            self.outcome.earlier += 1
        return True

    def _taken_before(self) -> set[int]:
        """Every entry whose file a run of this plan ever took, from the chain itself."""
        rows = self.connection.execute(
            "SELECT body FROM event WHERE kind = 'purge' AND json_extract(body, '$.number') = ?", (self.plan.number,)
        )
        return {seq for (body,) in rows for item in json.loads(body)["files"] for seq in item["entries"]}

    def _without_path(self) -> list[int]:
        rows = self.connection.execute(
            "SELECT f.seq FROM plan_file f JOIN record r ON r.seq = f.seq WHERE f.plan = ? AND f.action = 1"
            " AND r.path IS NULL",
            (self.plan.number,),
        )
        return [int(seq) for (seq,) in rows if seq not in self._taken]

    def refresh_rules(self) -> None:
        """Take newer rules; Refused, for all that is left, where one that decided the plan has changed."""
        if stored_rules.newest_version(self.connection) != self._version:
            guards.check_policies(self.connection, self.plan)
            self.rules, self._version = stored_rules.rules_in_force(self.connection)


@dataclass(slots=True)
class _File:
    """A file that entries of a plan name. found: these entries as they are, once they were asked."""

    run: Purge
    near: Neighbours
    place: Parts | None
    entries: list[int]
    found: list[StoredEntry] = field(default_factory=list)

    def find_reason_to_keep(self) -> Kept | None:
        """Whether an entry must keep the file, or one that is not in the plan, or that came since, needs it."""
        self.near.catch_up()
        self.found = list(
            stored_entries.entries(self.run.connection, f"r.seq IN ({_marks(self.entries)})", self.entries)
        )
        return self._ask_entries() or self._ask_others() or self._ask_library()

    def move_to_quarantine(self) -> Taken | Kept:
        """Take it if it is what an entry says; the entries were asked before, so their sizes are known."""
        if self.place is None:
            return Kept("unsafe-path", "its path names no file under the root")
        wanted = {(item.sha256, item.size) for item in self.found if item.sha256 is not None and item.size is not None}
        return self.run.storage.take(self.place, wanted, f"{self.run.plan.plan}-{self.entries[0]}")

    def record_taken(self, taken: Taken) -> None:
        """Record it under all of its entries."""
        self.run.record_taken("purge", {"entries": self.entries}, taken)

    def is_recorded(self, taken: Taken) -> bool:
        """Whether the chain says that it waits."""
        query = "SELECT 1 FROM removal WHERE name = ? AND state = 'quarantined'"
        return self.run.connection.execute(query, (taken.name,)).fetchone() is not None

    def describe_refusal(self, kept: Kept) -> PurgeRefusal:
        """The refusal, with the first entry's names."""
        return refuse_entries(tuple(self.entries), self.found[0], kept)

    def _ask_entries(self) -> Kept | None:
        self.run.refresh_rules()
        unreleased = holds.unreleased(self.run.connection)
        requested = bool(self.run.plan.content["scope"]["customer"])
        for entry in self.found:
            if entry.path is None:
                return Kept("erased", "its path was erased since the plan")
            decision = evaluate.evaluate(entry, self.run.rules, unreleased, self.run.now, requested=requested)
            if decision.action == "keep":
                reason = evaluate.first_reason(decision.reasons)
                return Kept(reason.code, reason.words)
            if self._has_changed(entry):
                return Kept("changed-entry", "the ledger says something else about it than at the plan")
        return None

    def _has_changed(self, entry: StoredEntry) -> bool:
        """Whether the ledger says something else of its kind or content than the plan was made from."""
        number, digest, size = self.run.connection.execute(
            "SELECT basis, sha256, size FROM plan_file WHERE plan = ? AND seq = ?", (self.run.plan.number, entry.seq)
        ).fetchone()
        known = self.run.plan.content["bases"][number]
        kind = (known["inbox"], known["category"], known["direction"])
        return (entry.inbox, entry.category, entry.direction, entry.sha256, entry.size) != (*kind, digest, size)

    def _ask_others(self) -> Kept | None:
        others = sorted(set(self.near.entries_at(self.entries[0])) - set(self.entries))
        if others:
            where = f"r.seq IN ({_marks(others)}) AND {sql.STORED}"
            for other in stored_entries.entries(self.run.connection, where, others):
                return Kept("shared-path", f"entry #{other.seq} names the same file and is not in the plan")
        return None

    def _ask_library(self) -> Kept | None:
        """Whether it is where the library has a file from that may be sent now or later: agents take it from there.

        Where an erasure took the place, nobody knows which of its copies that is: each of them stays.
        """
        if self.place is None:
            return None
        own = os.path.realpath(os.path.join(str(self.run.plan.content["root"]["path"]), *self.place))  # noqa: PTH118 - a text on record
        for digest in {entry.sha256 for entry in self.found if entry.sha256 is not None}:
            moment = min(self.run.now, self.run.stamp.wall)
            for found in allowed(self.run.connection, digest.hex(), moment, later=True):
                what = f"the library has it as {found.name} {found.version}"
                if is_erased(found.path):
                    return Kept("approved-file", f"{what}, and the place from which was erased")
                if os.path.realpath(found.path) == own:
                    return Kept("approved-file", f"{what}, from there")
        return None


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))
