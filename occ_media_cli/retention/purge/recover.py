"""Bringing quarantine and ledger together after a run that was interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention import orphans, stored_entries
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.purge import quarantine
from occ_media_cli.retention.purge.bring_back import find_other_content
from occ_media_cli.retention.purge.quarantine import GraceOutcome, Item
from occ_media_cli.retention.purge.refusals import record_refusal
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Parts, Storage
    from occ_media_cli.store import chain


def recover(connection: sqlite3.Connection, storage: Storage, stamp: chain.Stamp) -> GraceOutcome:
    """Put right what an interrupted run left; a file in doubt goes back to its place.

    - A record whose file is at its old place: a restore ended before its commit, so it is recorded now.
    - A record whose file is nowhere, and which was about to be unlinked: that was done, so it is recorded now, with
      the moment at which it was to happen. Where the file still waits, it is no longer about to be unlinked.
    - A file in quarantine that no record speaks of: a purge ended before its commit, so it is put back.
    """
    outcome = GraceOutcome()
    with transaction(connection):
        names = set(storage.waiting())
        here = quarantine.items(connection, storage, ("quarantined",))
        going = _going(connection, {item.plan.number for item in here})
        for item in here:
            if item.name not in names:
                _missing(connection, storage, item, going.get(item.name), stamp, outcome)
        quarantine.record_spared(
            connection, [item for item in here if item.name in going and item.name in names], stamp
        )
        expected = {item.name for item in (*here, *quarantine.items(connection, storage, ("removed",)))}
        for name in sorted(names - expected):
            for item, place in _unrecorded(connection, storage, name):
                wanted = quarantine.contents(connection, item)
                kept = find_other_content(storage, name, wanted) or storage.put_back(name, place)
                if kept is None:
                    outcome.put_back += 1
                    continue
                words = f"left in quarantine as {name} by an interrupted run, and not put back: {kept.words}"
                refusal = quarantine.describe_refusal(connection, item, Kept("stranded", words))
                record_refusal(connection, item.plan.number, refusal, stamp)
                outcome.refused.append(refusal)
    return outcome


_GOING = """
SELECT json_extract(f.value, '$.name'), json_extract(e.body, '$.at') FROM event e, json_each(e.body, '$.files') f
WHERE e.kind = 'purge-unlink' AND json_extract(e.body, '$.number') = :plan AND e.seq > (
  SELECT coalesce(max(x.seq), 0) FROM event x WHERE x.kind IN ('purge-finish', 'orphan-finish', 'purge-spared')
    AND json_extract(x.body, '$.number') = :plan)"""


def _going(connection: sqlite3.Connection, numbers: set[int]) -> dict[str, int]:
    """The names in quarantine that a run was about to unlink when it ended, and when that was."""
    found: dict[str, int] = {}
    for number in sorted(numbers):
        found.update(connection.execute(_GOING, {"plan": number}).fetchall())
    return found


def _missing(
    connection: sqlite3.Connection,
    storage: Storage,
    item: Item,
    at: int | None,
    stamp: chain.Stamp,
    outcome: GraceOutcome,
) -> None:
    """A file that should wait and does not: it is back, or it went; else the run that follows says that it vanished."""
    place = quarantine.place_of(connection, item)
    wanted = quarantine.contents(connection, item)
    if place is not None and storage.content(place) in wanted:
        quarantine.record_restored(connection, item, stamp, recovered=True)
    elif at is not None:
        quarantine.record_removed(connection, [item], stamp, at=at)
        outcome.removed += 1
        outcome.bytes += max(size for _, size in wanted)


def _unrecorded(connection: sqlite3.Connection, storage: Storage, name: str) -> Iterator[tuple[Item, Parts]]:
    """A file that `purge` named and no record speaks of, as if it had been taken, and its old place; nothing for any
    other name."""
    plan_name, _, seq = name.partition("-")
    row = connection.execute("SELECT number FROM plan_state WHERE plan = ?", (plan_name,)).fetchone()
    if row is None or not (seq.isascii() and seq.isdigit()):
        return
    plan = saved.by_number(connection, row[0])
    if not quarantine.same_root(plan, storage):
        return
    if orphans.are_planned(plan):
        found = orphans.find_orphan(connection, f"#{seq}")
        if found is not None and found[0] == plan.number and found[1].parts is not None:
            yield Item(plan, name, (), "quarantined", 0, found[1]), found[1].parts
        return
    for entry in stored_entries.entries(connection, "r.seq = ?", [int(seq)]):
        place = parts(entry.path) if entry.path is not None else None
        if place is not None:
            yield Item(plan, name, (entry.seq,), "quarantined", 0), place
