"""The end of the grace: a file that has waited long enough goes for good, unless a hold or a rule keeps it by now.

Whether the grace is over, and every age, is judged by the earlier of the two clocks (`who.judged_at`).

Bytes and record cannot change in one step, so there are three, and the store's writing lock is held in the last two:

1. Each file is looked at and hashed. Nothing is locked: other runs are kept out by the lock of the root.
2. Holds and policies are asked, and what is about to be unlinked is recorded (`purge-unlink`).
3. Holds and policies are asked again, the files are unlinked, and the removal is recorded.

A hold cannot be placed during 3, so it comes before, and keeps the file, or after, when the file is on record as
removed. A run that dies during 3 leaves files that are gone and on record as about to go: `recover` records their
removal.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention import evaluate, holds, orphans, stored_entries
from occ_media_cli.retention.claims import Claims
from occ_media_cli.retention.purge import quarantine
from occ_media_cli.retention.purge.recover import recover
from occ_media_cli.retention.purge.refusals import record_refusal
from occ_media_cli.retention.stored_rules import rules_in_force
from occ_media_cli.store import who
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.places.storage import Storage
    from occ_media_cli.retention.model import Hold, RetentionRule
    from occ_media_cli.retention.purge.quarantine import GraceOutcome, Item
    from occ_media_cli.store import chain

BATCH = 20
"""Files that are unlinked in one transaction: other writers wait that long."""


def has_work(connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp, store: Path) -> bool:
    """Whether `finish` would unlink a file or put something right: a grace is over, or what waits is not what is on
    record as waiting. Refused where it would refuse as a whole."""
    found = _look(connection, storage, stamp, store)
    return bool(found.due) or {item.name for item in found.waiting} != set(storage.waiting())


def finish(
    connection: sqlite3.Connection,
    storage: Storage,
    stamp: chain.Stamp,
    store: Path,
    verified: VerifyResult | None = None,
) -> GraceOutcome:
    """Remove for good what has waited for its grace, unless a hold or a policy keeps it by now.

    verified: what a verification of the whole ledger found before, which goes on record with what is removed.
    """
    outcome = recover(connection, storage, stamp)
    found = _look(connection, storage, stamp, store)
    due, back = found.due, found.back
    outcome.waiting, outcome.elsewhere = len(found.waiting), found.elsewhere
    outcome.next_due = min((item.due for item in found.waiting), default=None)
    claims = Claims(connection)
    try:
        known = [item.orphan for item in (*due, *back) if item.orphan is not None]
        claims.places((orphan.seq, orphan.parts) for orphan in known)
        claims.contents((orphan.seq, orphan.sha256) for orphan in known)
        run = _Run(connection, storage, stamp, outcome, claims, verified)
        for some in (due, back):
            for start in range(0, len(some), BATCH):
                run.unlink(some[start : start + BATCH])
    finally:
        claims.close()
    return outcome


@dataclass(frozen=True, slots=True)
class _Quarantine:
    """What was taken from a root: whose grace is over, who waits still, who came back after the removal. elsewhere:
    how many files wait on another volume that had this name."""

    due: list[Item]
    waiting: list[Item]
    back: list[Item]
    elsewhere: int


def _look(connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp, store: Path) -> _Quarantine:
    """What waits at a root; Refused where that is not the root that it was taken from, or none to remove from."""
    now = who.judged_at(stamp)
    here = quarantine.items(connection, storage, ("quarantined",))
    due, waiting = [item for item in here if item.due <= now], [item for item in here if item.due > now]
    back = _came_back(connection, storage)
    elsewhere = quarantine.elsewhere(connection, storage)
    if elsewhere and not here and not back:
        raise Refused(
            f"the root {storage.value()['path']} is not the one that {elsewhere:,} files were taken from"
            " (another device or inode); nothing was removed",
            hint="is its volume mounted?",
        )
    if due or back:
        why = storage.refuses((due or back)[0].plan.content["root"], store)
        if why is not None:
            raise Refused(f"the root is refused: {why}; nothing was removed", hint="name the folder of the purge")
    return _Quarantine(due, waiting, back, elsewhere)


def _came_back(connection: sqlite3.Connection, storage: Storage) -> list[Item]:
    """Files that are on record as removed and wait all the same: a snapshot of the disk, or a person, brought them
    back."""
    names = set(storage.waiting())
    return [item for item in quarantine.items(connection, storage, ("removed",)) if item.name in names]


def _on_record(some: list[Item]) -> list[Item]:
    """The items that are on record as waiting. A file that came back is on record as removed, and stays so."""
    return [item for item in some if item.state == "quarantined"]


class _Run:
    """One run over what is due."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        storage: Storage,
        stamp: chain.Stamp,
        outcome: GraceOutcome,
        claims: Claims,
        verified: VerifyResult | None,
    ) -> None:
        self.connection, self.storage, self.stamp, self.outcome = connection, storage, stamp, outcome
        self.claims, self.now, self.verified = claims, who.judged_at(stamp), verified
        self._rules: tuple[RetentionRule, ...] = ()
        self._holds: tuple[Hold, ...] = ()

    def unlink(self, some: list[Item]) -> None:
        """The three steps for some files."""
        sizes: dict[str, int] = {}
        looked: list[tuple[Item, Kept | None]] = []
        for item in some:
            found = self.storage.waits(item.name, quarantine.contents(self.connection, item))
            if isinstance(found, Kept):
                looked.append((item, found))
            else:
                looked.append((item, None))
                sizes[item.name] = found[1]
        with transaction(self.connection):
            self._ask()
            going = [item for item, kept in looked if not self._stays(item, self._kept(item) or kept)]
            quarantine.record_going(self.connection, _on_record(going), self.stamp)
        if not going:
            return
        with transaction(self.connection):
            self._ask()
            links = {item.name: self.storage.other_links(item.name) for item in going}
            gone = [item for item in going if not self._stays(item, self._kept(item) or self.storage.drop(item.name))]
            self.storage.settle()
            quarantine.record_removed(self.connection, _on_record(gone), self.stamp, verified=self.verified)
            quarantine.record_spared(
                self.connection, _on_record([item for item in going if item not in gone]), self.stamp
            )
        self.outcome.removed += len(gone)
        self.outcome.bytes += sum(sizes[item.name] for item in gone)
        self.outcome.linked += sum(links[item.name] > 0 for item in gone)

    def _ask(self) -> None:
        """The rules, holds and claims of this moment, which stay as they are until the transaction ends."""
        self._rules, _ = rules_in_force(self.connection)
        self._holds = holds.unreleased(self.connection)
        self.claims.catch_up()

    def _stays(self, item: Item, kept: Kept | None) -> bool:
        """Whether something keeps a file, which is noted then."""
        if kept is not None:
            refusal = quarantine.describe_refusal(
                self.connection, item, Kept(kept.code, f"{kept.words} (in quarantine)")
            )
            record_refusal(self.connection, item.plan.number, refusal, self.stamp)
            self.outcome.refused.append(refusal)
        return kept is not None

    def _kept(self, item: Item) -> Kept | None:
        """The reason that keeps a file by now: a hold, a policy, or for an orphan an entry that claims it."""
        if item.orphan is not None:
            age = orphans.age_of(item.plan)
            return self.claims.find_claim(item.orphan.seq) or orphans.find_reason_to_keep(
                item.orphan.mtime, self._rules, self._holds, self.now, age
            )
        requested = bool(item.plan.content["scope"]["customer"])
        for entry in quarantine.entries_of(self.connection, item):
            alive = stored_entries.without_removal(entry)
            decision = evaluate.evaluate(alive, self._rules, self._holds, self.now, requested=requested)
            if decision.action == "keep":
                reason = evaluate.first_reason(decision.reasons)
                return Kept(reason.code, reason.words)
        return None
