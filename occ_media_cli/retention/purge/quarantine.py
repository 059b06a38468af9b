"""The files that wait in quarantine, and how their moves are recorded.

`finish` is the end of its grace, `restore` its way back, `recover` mends an interrupted run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention import orphans, retention_rows, stored_entries
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.purge import refusals
from occ_media_cli.store import chain, who

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.places.storage import Content, Parts, Storage
    from occ_media_cli.retention.model import StoredEntry
    from occ_media_cli.retention.orphans import Orphan
    from occ_media_cli.retention.plan.saved import Plan
    from occ_media_cli.retention.purge.refusals import PurgeRefusal


@dataclass(frozen=True, slots=True)
class Item:
    """A file that a purge took: its plan, its name in quarantine, its entries, its state and the end of its grace.

    orphan: the file as its plan names it, where it has no entries.
    """

    plan: Plan
    name: str
    entries: tuple[int, ...]
    state: str
    due: int
    orphan: Orphan | None = None


def items(connection: sqlite3.Connection, storage: Storage, states: tuple[str, ...]) -> list[Item]:
    """The files in some states that were taken from this root, in the order in which they were taken."""
    found = []
    here = _Here(connection, storage)
    query = (
        "SELECT g.plan, g.name, group_concat(g.seq), g.state, coalesce(g.due, 0) FROM removal g"
        f" WHERE g.state IN ({', '.join('?' * len(states))}) GROUP BY g.plan, g.name, g.state, g.due"
        " ORDER BY min(g.event), g.name"
    )
    for number, name, entries, state, due in connection.execute(query, states).fetchall():
        plan = here.plan(number)
        if plan is not None:
            seqs = tuple(sorted(int(seq) for seq in entries.split(",")))
            found.append(Item(plan, name, seqs, state, due))
    for number in orphans.plans_of(connection):
        plan = here.plan(number)
        if plan is not None:
            found += [
                Item(plan, now.name, (), now.state, now.due, now.orphan)
                for now in orphans.states(connection, number)
                if now.state in states
            ]
    return found


class _Here:
    """Plans by number, those for another place left out."""

    def __init__(self, connection: sqlite3.Connection, storage: Storage) -> None:
        self._connection, self._storage = connection, storage
        self._known: dict[int, Plan | None] = {}

    def plan(self, number: int) -> Plan | None:
        """The plan, or None where it is for another place."""
        if number not in self._known:
            plan = saved.by_number(self._connection, number)
            self._known[number] = plan if same_root(plan, self._storage) else None
        return self._known[number]


def same_root(plan: Plan, storage: Storage) -> bool:
    """Whether a plan is for the place at hand, by what the place is and not by its name."""

    def identity(value: Mapping[str, object]) -> dict[str, object]:
        return {key: found for key, found in value.items() if key != "path" or value["kind"] != "folder"}

    return identity(plan.content["root"]) == identity(storage.value())


def elsewhere(connection: sqlite3.Connection, storage: Storage) -> int:
    """Files that wait in a quarantine of this name that is another volume now."""
    query = "SELECT plan, count(DISTINCT name) FROM removal WHERE state = 'quarantined' GROUP BY plan"
    waiting: dict[int, int] = dict(connection.execute(query).fetchall())
    for number in orphans.plans_of(connection):
        waiting[number] = sum(now.state == "quarantined" for now in orphans.states(connection, number))
    count = 0
    for number, files in waiting.items():
        plan = saved.by_number(connection, number)
        same_name = plan.content["root"]["path"] == storage.value()["path"]
        count += files if same_name and not same_root(plan, storage) else 0
    return count


def entries_of(connection: sqlite3.Connection, item: Item) -> list[StoredEntry]:
    """The entries of a file as they are now."""
    return list(stored_entries.entries(connection, f"r.seq IN ({', '.join('?' * len(item.entries))})", item.entries))


def contents(connection: sqlite3.Connection, item: Item) -> set[Content]:
    """The contents that a file may have by the ledger, or by the plan of an orphan."""
    if item.orphan is not None:
        return {item.orphan.content}
    found = entries_of(connection, item)
    return {(entry.sha256, entry.size) for entry in found if entry.sha256 is not None}  # type: ignore[misc]  # with a sha256 there is a size


def place_of(connection: sqlite3.Connection, item: Item) -> Parts | None:
    """Where a file was, or None where its path was erased."""
    if item.orphan is not None:
        return item.orphan.parts
    path = entries_of(connection, item)[0].path
    return parts(path) if path is not None else None


def describe_refusal(connection: sqlite3.Connection, item: Item, kept: Kept) -> PurgeRefusal:
    """A file that stays, and why."""
    if item.orphan is not None:
        return refusals.refuse_orphan(item.orphan, kept)
    return refusals.refuse_entries(item.entries, entries_of(connection, item)[0], kept)


@dataclass(slots=True)
class GraceOutcome:
    """The result of a run over the quarantine. waiting: files whose grace is not over; next_due: the first of them.

    elsewhere: files that wait on a volume that is not mounted here now. linked: removed files whose bytes other names
    of the file system still lead to.
    """

    removed: int = 0
    bytes: int = 0
    waiting: int = 0
    elsewhere: int = 0
    next_due: int | None = None
    put_back: int = 0
    linked: int = 0
    refused: list[PurgeRefusal] = field(default_factory=list)


# Steps of files, as events of the chain. Each is called inside the transaction of the caller.

_Files = tuple["Plan", bool, list[Item]]


def _by_plan(some: Sequence[Item]) -> list[_Files]:
    """The files of each plan, and whether they are orphans."""
    found: dict[int, _Files] = {}
    for item in some:
        found.setdefault(item.plan.number, (item.plan, item.orphan is not None, []))[2].append(item)
    return list(found.values())


def _body(plan: Plan, some: Sequence[Item], at: int, **more: object) -> dict[str, object]:
    files: list[dict[str, object]] = [
        {"name": item.name, "entries": list(item.entries)}
        if item.orphan is None
        else {"name": item.name, "orphan": item.orphan.seq}
        for item in some
    ]
    return {"number": plan.number, "plan": plan.plan, "at": at, "files": files, **more}


def verified_up_to(verified: VerifyResult | None) -> dict[str, object]:
    """For the record of a step: that the whole ledger was verified before it, and up to which head."""
    return {"verified": {"seq": verified.seq, "head": verified.head}} if verified is not None else {}


def record_going(connection: sqlite3.Connection, some: Sequence[Item], stamp: chain.Stamp) -> None:
    """Say that files are about to be unlinked, so that a run that dies before it says more loses nothing unrecorded."""
    _say(connection, "purge-unlink", some, stamp)


def record_spared(connection: sqlite3.Connection, some: Sequence[Item], stamp: chain.Stamp) -> None:
    """Record that files which were about to be unlinked stay in quarantine."""
    _say(connection, "purge-spared", some, stamp)


def _say(connection: sqlite3.Connection, kind: str, some: Sequence[Item], stamp: chain.Stamp) -> None:
    for plan, _, files in _by_plan(some):
        retention_rows.record(connection, chain.Event(kind, _body(plan, files, who.judged_at(stamp)), stamp.now), stamp)


def record_removed(
    connection: sqlite3.Connection,
    some: Sequence[Item],
    stamp: chain.Stamp,
    *,
    at: int | None = None,
    verified: VerifyResult | None = None,
) -> None:
    """Say that bytes are gone. at: since when, where an earlier run that did not come to say it unlinked them.
    verified: what the ledger was found to be before."""
    from occ_media_cli.ledger.removed import removed as corrected

    for plan, orphaned, files in _by_plan(some):
        when = who.judged_at(stamp) if at is None else at
        more = verified_up_to(verified) if at is None else {"recovered": True}
        body = _body(plan, files, when, **more)
        kind = "orphan-finish" if orphaned else "purge-finish"
        retention_rows.record(connection, chain.Event(kind, body, stamp.now), stamp)
        corrected(connection, [seq for item in files for seq in item.entries], when, plan.plan)


def record_restored(connection: sqlite3.Connection, item: Item, stamp: chain.Stamp, *, recovered: bool) -> None:
    """Say that a file is back at its place."""
    body = _body(item.plan, [item], who.judged_at(stamp), recovered=recovered)
    kind = "orphan-restore" if item.orphan is not None else "restore"
    retention_rows.record(connection, chain.Event(kind, body, stamp.now), stamp)
