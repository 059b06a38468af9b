"""What waits in quarantine: the end of its grace, its way back, and what an interrupted run left there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import Incomplete, NotFound, Refused
from occ_media_cli.retention import evaluate, holds, plans, projection, read
from occ_media_cli.retention.place import parts
from occ_media_cli.retention.planning import rules_in_force
from occ_media_cli.retention.refusals import Refusal, note, of
from occ_media_cli.retention.storage import Content, Kept
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Entry
    from occ_media_cli.retention.plans import Plan
    from occ_media_cli.retention.storage import Parts, Storage

BATCH = 50
"""Files that are recorded as removed in one transaction, and then dropped."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file that a purge took: its plan, its name in quarantine, its entries, its state and the end of its grace."""

    plan: Plan
    name: str
    entries: tuple[int, ...]
    state: str
    due: int


def items(connection: sqlite3.Connection, storage: Storage, states: tuple[str, ...]) -> list[Item]:
    """The files in some states that were taken from this root, in the order in which they were taken."""
    found = []
    known: dict[int, Plan | None] = {}
    query = (
        "SELECT g.plan, g.name, group_concat(g.seq), g.state, g.due FROM removal g"
        f" WHERE g.state IN ({', '.join('?' * len(states))}) GROUP BY g.plan, g.name, g.state, g.due"
        " ORDER BY min(g.event), g.name"
    )
    for number, name, entries, state, due in connection.execute(query, states).fetchall():
        if number not in known:
            plan = plans.by_number(connection, number)
            known[number] = plan if _same_root(plan, storage) else None
        plan_here = known[number]
        if plan_here is not None:
            seqs = tuple(sorted(int(seq) for seq in entries.split(",")))
            found.append(Item(plan_here, name, seqs, state, due or 0))
    return found


def _same_root(plan: Plan, storage: Storage) -> bool:
    """Whether a plan is for the place at hand, by what the place is and not by its name."""

    def identity(value: Mapping[str, object]) -> dict[str, object]:
        return {key: found for key, found in value.items() if key != "path" or value["kind"] != "folder"}

    return identity(plan.content["root"]) == identity(storage.value())


def elsewhere(connection: sqlite3.Connection, storage: Storage) -> int:
    """Files that wait in a quarantine of this name that is another volume now."""
    count = 0
    query = "SELECT plan, count(DISTINCT name) FROM removal WHERE state = 'quarantined' GROUP BY plan"
    for number, files in connection.execute(query).fetchall():
        plan = plans.by_number(connection, number)
        same_name = plan.content["root"]["path"] == storage.value()["path"]
        count += files if same_name and not _same_root(plan, storage) else 0
    return count


def wanted(connection: sqlite3.Connection, item: Item) -> tuple[list[Entry], set[Content]]:
    """The entries of a file as they are now, and what the ledger says it may hold."""
    found = list(read.entries(connection, f"r.seq IN ({', '.join('?' * len(item.entries))})", item.entries))
    return found, {(entry.sha256, entry.size) for entry in found if entry.sha256 is not None}  # type: ignore[misc]  # with a sha256 there is a size


@dataclass(slots=True)
class Outcome:
    """What a run over the quarantine came to. waiting: files whose grace is not over; next_due: the first of them.

    elsewhere: files that wait on a volume that is not mounted here now.
    """

    removed: int = 0
    bytes: int = 0
    waiting: int = 0
    elsewhere: int = 0
    next_due: int | None = None
    put_back: int = 0
    refused: list[Refusal] = field(default_factory=list)


def finish(connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp, store: Path) -> Outcome:
    """Remove for good what has waited for its grace, unless a hold or a policy keeps it by now."""
    outcome = recover(connection, storage, stamp)
    due: list[Item] = []
    for item in items(connection, storage, ("quarantined",)):
        if item.due <= stamp.now:
            due.append(item)
        else:
            outcome.waiting += 1
            outcome.next_due = min(item.due, outcome.next_due or item.due)
    leftovers = _leftovers(connection, storage)
    outcome.elsewhere = elsewhere(connection, storage)
    if outcome.elsewhere and not due and not leftovers and not outcome.waiting:
        raise Refused(
            f"the root {storage.value()['path']} is not the one that {outcome.elsewhere:,} files were taken from"
            " (another device or inode); nothing was removed",
            hint="is its volume mounted?",
        )
    if due or leftovers:
        why = storage.refuses((due or leftovers)[0].plan.content["root"], store)
        if why is not None:
            raise Refused(f"the root is refused: {why}; nothing was removed", hint="name the folder of the purge")
    _drop(connection, storage, leftovers, stamp, outcome)
    for start in range(0, len(due), BATCH):
        with transaction(connection):
            going = [item for item in due[start : start + BATCH] if _goes(connection, storage, item, stamp, outcome)]
            _record(connection, storage, going, stamp)
        _drop(connection, storage, going, stamp, outcome)
    return outcome


def _leftovers(connection: sqlite3.Connection, storage: Storage) -> list[Item]:
    """What is on record as removed and waits all the same: a run ended between its commit and the last unlink."""
    names = set(storage.waiting())
    return [item for item in items(connection, storage, ("removed",)) if item.name in names]


def _goes(connection: sqlite3.Connection, storage: Storage, item: Item, stamp: chain.Stamp, outcome: Outcome) -> bool:
    """Whether a file may go for good: nothing keeps it, and it is what it was."""
    found, contents = wanted(connection, item)
    kept = _kept_by_now(connection, item, found, stamp) if found else None
    if kept is None:
        result = storage.waits(item.name, contents)
        kept = result if isinstance(result, Kept) else None
    if kept is not None:
        refusal = of(item.entries, found[0], Kept(kept.code, f"{kept.words} (in quarantine)"))
        note(connection, item.plan.number, refusal, stamp)
        outcome.refused.append(refusal)
    return kept is None


def _kept_by_now(connection: sqlite3.Connection, item: Item, found: list[Entry], stamp: chain.Stamp) -> Kept | None:
    rules, _ = rules_in_force(connection)
    unreleased = holds.unreleased(connection)
    requested = bool(item.plan.content["scope"]["customer"])
    for entry in found:
        alive = read.without_removal(entry)
        decision = evaluate.evaluate(alive, rules, unreleased, stamp.now, requested=requested)
        if decision.action == "keep":
            reason = evaluate.first_reason(decision.reasons)
            return Kept(reason.code, reason.words)
    return None


def _record(connection: sqlite3.Connection, storage: Storage, going: list[Item], stamp: chain.Stamp) -> None:
    """Say in the chain that the bytes are gone, before they are: nothing is ever both lost and unrecorded."""
    from occ_media_cli.ledger.removed import removed

    by_plan: dict[int, list[Item]] = {}
    for item in going:
        by_plan.setdefault(item.plan.number, []).append(item)
    for number, some in by_plan.items():
        files = [{"entries": list(item.entries), "name": item.name} for item in some]
        body = {"number": number, "plan": some[0].plan.plan, "at": stamp.now, "files": files}
        projection.record(connection, chain.Event("purge-finish", body, stamp.now), stamp)
        removed(connection, [seq for item in some for seq in item.entries], stamp.now, some[0].plan.plan)


def _drop(
    connection: sqlite3.Connection, storage: Storage, going: list[Item], stamp: chain.Stamp, outcome: Outcome
) -> None:
    """Unlink what is on record as removed; a hold that came in between still keeps it."""
    for item in going:
        with transaction(connection):
            found, contents = wanted(connection, item)
            kept = _kept_by_now(connection, item, found, stamp)
            result = storage.waits(item.name, contents)
            kept = kept or (result if isinstance(result, Kept) else None) or storage.drop(item.name)
            if kept is not None:
                refusal = of(item.entries, found[0], kept)
                note(connection, item.plan.number, refusal, stamp)
                outcome.refused.append(refusal)
        if kept is None:
            outcome.removed += 1
            outcome.bytes += result[1] if not isinstance(result, Kept) else 0
    if going:
        storage.settle()


def restore(connection: sqlite3.Connection, storage: Storage, name: str, stamp: chain.Stamp) -> Item:
    """Bring a file back during its grace. NotFound where it does not wait in quarantine."""
    entry = read.find(connection, name)
    with transaction(connection):
        for item in items(connection, storage, ("quarantined",)):
            if entry.seq in item.entries:
                break
        else:
            raise _not_waiting(connection, storage, entry)
        place = parts(entry.path) if entry.path is not None else None
        if place is None:
            raise Refused(
                f"entry '{name}' has no path any more, so nobody knows where its file belongs; nothing was changed",
                hint=f"it waits as {item.name}; copy it from there by hand",
            )
        kept = storage.put_back(item.name, place)
        if kept is not None:
            raise Incomplete(
                f"'{entry.path}' cannot be brought back: {kept.words}; nothing was changed",
                hint=f"it waits in quarantine as {item.name}",
            )
        _restored(connection, item, stamp, recovered=False)
    return item


def _restored(connection: sqlite3.Connection, item: Item, stamp: chain.Stamp, *, recovered: bool) -> None:
    body = {
        "number": item.plan.number, "plan": item.plan.plan, "at": stamp.now, "recovered": recovered,
        "files": [{"entries": list(item.entries), "name": item.name}],
    }  # fmt: skip
    projection.record(connection, chain.Event("restore", body, stamp.now), stamp)


def _not_waiting(connection: sqlite3.Connection, storage: Storage, entry: Entry) -> NotFound | Refused:
    row = connection.execute("SELECT state, since, name FROM removal WHERE seq = ?", (entry.seq,)).fetchone()
    if row is not None and row[0] == "removed" and row[2] in set(storage.waiting()):
        return Refused(
            f"entry '{entry.label}' is on record as removed, and its bytes are still there: a hold came, or a run"
            " ended, in between; nothing was changed",
            hint=f"copy it from the quarantine by hand: {row[2]}",
        )
    what = f"the file of entry '{entry.label}' is not in the quarantine of this root"
    if row is not None and row[0] == "removed":
        what = f"the file of entry '{entry.label}' was removed for good at {times.text(row[1])}"
    elif row is not None and row[0] == "restored":
        what = f"the file of entry '{entry.label}' was brought back at {times.text(row[1])}"
    return NotFound(what, hint="occ-media retention explain ENTRY says what became of it")


def recover(connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp) -> Outcome:
    """Bring quarantine and ledger together after a run that was interrupted; whatever is in doubt goes back.

    A file in quarantine that no record speaks of: the run ended before its commit, so it is put back. A record whose
    file is at its old place: a restore ended before its commit, so it is recorded now.
    """
    outcome = Outcome()
    with transaction(connection):
        names = set(storage.waiting())
        here = items(connection, storage, ("quarantined",))
        for item in here:
            if item.name not in names:
                found, contents = wanted(connection, item)
                place = parts(found[0].path) if found and found[0].path is not None else None
                if place is not None and storage.content(place) in contents:
                    _restored(connection, item, stamp, recovered=True)
        expected = {item.name for item in here} | {item.name for item in items(connection, storage, ("removed",))}
        for name in sorted(names - expected):
            for plan, entry, place in _unrecorded(connection, storage, name):
                kept = storage.put_back(name, place)
                if kept is None:
                    outcome.put_back += 1
                    continue
                words = f"left in quarantine as {name} by an interrupted run, and {kept.words} at its place"
                refusal = of((entry.seq,), entry, Kept("stranded", words))
                note(connection, plan.number, refusal, stamp)
                outcome.refused.append(refusal)
    return outcome


def _unrecorded(connection: sqlite3.Connection, storage: Storage, name: str) -> Iterator[tuple[Plan, Entry, Parts]]:
    """The plan, the first entry and the old place of a file that `purge` named; nothing for any other name."""
    plan_name, dash, seq = name.partition("-")
    row = connection.execute("SELECT number FROM plan_state WHERE plan = ?", (plan_name,)).fetchone()
    if row is None or not dash or not (seq.isascii() and seq.isdigit()):
        return
    plan = plans.by_number(connection, row[0])
    if not _same_root(plan, storage):
        return
    for entry in read.entries(connection, "r.seq = ?", [int(seq)]):
        place = parts(entry.path) if entry.path is not None else None
        if place is not None:
            yield plan, entry, place
