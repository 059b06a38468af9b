"""Purging an approved plan: file by file into quarantine, each in a transaction of its own.

Inside one transaction, with the store's writing lock held so that no hold can be placed meanwhile: what the ledger
says now is asked again, the file is checked through its own descriptor, renamed into quarantine, and recorded. If the
process dies between the rename and the commit, the next run finds a file in quarantine that no record speaks of, and
puts it back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.retention import evaluate, guards, holds, projection, read
from occ_media_cli.retention.neighbours import Neighbours
from occ_media_cli.retention.planning import rules_in_force
from occ_media_cli.retention.refusals import Refusal, note, of
from occ_media_cli.retention.storage import Kept, Taken
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from occ_media_cli.retention.approval import Approval
    from occ_media_cli.retention.guards import Limit
    from occ_media_cli.retention.model import Entry, Rule
    from occ_media_cli.retention.orphan_purge import OrphanPurge
    from occ_media_cli.retention.plans import Plan
    from occ_media_cli.retention.storage import Parts, Storage

_Todo = TypeVar("_Todo")


@dataclass(slots=True)
class Outcome:
    """What a purge came to. due: when the grace of its files ends; earlier: files that a run before this one took."""

    due: int
    taken: int = 0
    bytes: int = 0
    earlier: int = 0
    restored: int = 0
    refused: list[Refusal] = field(default_factory=list)


def framed(
    run: Purge | OrphanPurge,
    todo: Sequence[_Todo],
    one: Callable[[_Todo], None],
    allowed: Limit,
    approvals: list[Approval],
    progress: Callable[[int], None] | None,
) -> None:
    """Take the files of a run one by one, between its begin and its end in the chain; without files nothing is said.

    progress: called after each file with its number, from 1.
    """
    if not todo:
        return
    values = {"grace": run.grace, "limit": str(allowed), "files": len(todo),
              "approved_by": [item.actor for item in approvals]}  # fmt: skip
    _frame(run, "purge-begin", values)
    for count, item in enumerate(todo, start=1):
        one(item)
        if progress is not None:
            progress(count)
    _frame(run, "purge-end", {"taken": run.outcome.taken, "refused": len(run.outcome.refused)})


def _frame(run: Purge | OrphanPurge, kind: str, values: Mapping[str, object]) -> None:
    """Frame a run in the chain, with the head that it found or leaves."""
    with transaction(run.connection):
        seq, state = chain.head(run.connection)
        body = {"number": run.plan.number, "plan": run.plan.plan, "head_seq": seq, "head": state.hex(), **values}
        projection.record(run.connection, chain.Event(kind, body, run.stamp.now), run.stamp)


class Purge:
    """One run over one plan."""

    def __init__(
        self, connection: sqlite3.Connection, storage: Storage, plan: Plan, stamp: chain.Stamp, *, grace: int
    ) -> None:
        self.connection, self.storage, self.plan, self.stamp = connection, storage, plan, stamp
        self.grace = grace
        self.outcome = Outcome(due=stamp.now + grace)
        self._version: int | None = plan.content["policy_version"]
        self._rules: tuple[Rule, ...] = ()
        self._taken = set[int]()

    def run(self, store: Path, allowed: Limit, progress: Callable[[int], None] | None = None) -> Outcome:
        """Purge what the plan removes and no run has taken yet. Refused, as a whole, where a guard says so."""
        approvals = guards.check(self.connection, self.storage, self.plan, store, allowed)
        self._rules, self._version = rules_in_force(self.connection)
        self._taken = self._taken_before()
        near = Neighbours(self.connection, self.plan.number)
        try:
            todo = [item for item in near.files() if not self._done(item[1])]
            todo += [(None, [seq]) for seq in self._without_path()]
            framed(self, todo, lambda item: self._one(near, *item), allowed, approvals, progress)
        finally:
            near.close()
        return self.outcome

    def _done(self, entries: list[int]) -> bool:
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

    def _one(self, near: Neighbours, place: Parts | None, entries: list[int]) -> None:
        name = f"{self.plan.plan}-{entries[0]}"
        taken: Taken | None = None
        try:
            with transaction(self.connection):
                near.catch_up()
                found = list(read.entries(self.connection, f"r.seq IN ({_marks(entries)})", entries))
                result = self._still(found) or self._alone(near, entries) or self._take(place, found, name)
                if isinstance(result, Taken):
                    taken = result
                    self.storage.settle()
                    self._quarantined(entries, result)
                else:
                    refusal = of(tuple(entries), found[0], result)
                    note(self.connection, self.plan.number, refusal, self.stamp)
                    self.outcome.refused.append(refusal)
        except BaseException:
            if taken is not None and not self._recorded(taken.name):
                self.storage.put_back(taken.name, cast("Parts", place))
            raise
        if taken is not None:
            self.outcome.taken += 1
            self.outcome.bytes += taken.content[1]

    def _take(self, place: Parts | None, found: list[Entry], name: str) -> Taken | Kept:
        if place is None:
            return Kept("unsafe-path", "its path names no file under the root")
        wanted = {(item.sha256, item.size) for item in found if item.sha256 is not None}
        return self.storage.take(place, wanted, name)  # type: ignore[arg-type]  # `_still` has seen sizes

    def _recorded(self, name: str) -> bool:
        row = self.connection.execute("SELECT 1 FROM removal WHERE name = ? AND state = 'quarantined'", (name,))
        return row.fetchone() is not None

    def _quarantined(self, entries: list[int], taken: Taken) -> None:
        digest, size = taken.content
        body = {
            "number": self.plan.number, "plan": self.plan.plan, "at": self.stamp.now, "due": self.outcome.due,
            "files": [{"entries": entries, "name": taken.name, "sha256": digest.hex(), "size": size}],
        }  # fmt: skip
        projection.record(self.connection, chain.Event("purge", body, self.stamp.now), self.stamp)

    def _still(self, found: list[Entry]) -> Kept | None:
        """Whether every entry may still go, by the holds, policies and facts of this moment."""
        self._fresh_rules()
        unreleased = holds.unreleased(self.connection)
        requested = bool(self.plan.content["scope"]["customer"])
        for entry in found:
            planned = self._planned(entry.seq)
            if entry.path is None:
                return Kept("erased", "its path was erased since the plan")
            decision = evaluate.evaluate(entry, self._rules, unreleased, self.stamp.now, requested=requested)
            if decision.action == "keep":
                reason = evaluate.first_reason(decision.reasons)
                return Kept(reason.code, reason.words)
            kind = (entry.inbox, entry.category, entry.direction)
            if kind != planned.kind or (entry.sha256, entry.size) != planned.content:
                return Kept("changed-entry", "the ledger says something else about it than at the plan")
        return None

    def _alone(self, near: Neighbours, entries: list[int]) -> Kept | None:
        """Whether no other entry, one that came since included, needs the file."""
        others = sorted(set(near.of(entries[0])) - set(entries))
        if others:
            where = f"r.seq IN ({_marks(others)}) AND {sql.STORED}"
            for other in read.entries(self.connection, where, others):
                return Kept("shared-path", f"entry #{other.seq} names the same file and is not in the plan")
        return None

    def _fresh_rules(self) -> None:
        version = self.connection.execute(
            "SELECT max(version) FROM config_version WHERE section = 'retention'"
        ).fetchone()[0]
        if version != self._version:
            guards.policies(self.connection, self.plan)
            self._rules, self._version = rules_in_force(self.connection)

    def _planned(self, seq: int) -> _Planned:
        number, digest, size = self.connection.execute(
            "SELECT basis, sha256, size FROM plan_file WHERE plan = ? AND seq = ?", (self.plan.number, seq)
        ).fetchone()
        known = self.plan.content["bases"][number]
        return _Planned((known["inbox"], known["category"], known["direction"]), (digest, size))


@dataclass(frozen=True, slots=True)
class _Planned:
    """What the plan knew of an entry: its kind, and what its file held."""

    kind: tuple[int, str | None, str]
    content: tuple[bytes | None, int | None]


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))
