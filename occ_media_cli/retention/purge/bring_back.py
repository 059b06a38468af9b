"""Bringing a file back from quarantine during its grace: the very bytes that the purge took, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import Incomplete, NotFound, Refused
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.retention import orphans, stored_entries
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.purge import quarantine, refusals
from occ_media_cli.retention.purge.quarantine import Item
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Content, Storage
    from occ_media_cli.retention.model import StoredEntry
    from occ_media_cli.retention.orphans import Orphan
    from occ_media_cli.retention.purge.refusals import PurgeRefusal


def restore_file(
    connection: sqlite3.Connection, storage: Storage, name: str, stamp: chain.Stamp
) -> tuple[Item, PurgeRefusal | None]:
    """Bring a file back during its grace: an entry's, or an orphan that is named by its number, `#SEQ`.

    What waits is put back only if it is what the purge took: anything else stays, and the refusal, which is on record
    then, says why. NotFound where it does not wait in quarantine.
    """
    orphan = orphans.find_orphan(connection, name)
    entry = stored_entries.find_stored_entry(connection, name) if orphan is None else None
    with transaction(connection):
        for item in quarantine.items(connection, storage, ("quarantined",)):
            if entry is not None and entry.seq in item.entries:
                break
            if orphan is not None and item.orphan is not None and item.orphan.seq == orphan[1].seq:
                break
        else:
            raise _no_orphan(connection, *orphan) if orphan is not None else _not_waiting(connection, storage, entry)
        what = f"entry '{name}'" if orphan is None else f"orphan {name}"
        place = quarantine.place_of(connection, item)
        if place is None:
            raise Refused(
                f"{what} has no path any more, so nobody knows where its file belongs; nothing was changed",
                hint=f"it waits as {item.name}; copy it from there by hand",
            )
        other = find_other_content(storage, item.name, {taken_content(connection, item)})
        if other is not None:
            refused = quarantine.describe_refusal(connection, item, other)
            refusals.record_refusal(connection, item.plan.number, refused, stamp)
            return item, refused
        kept = storage.put_back(item.name, place)
        if kept is not None:
            raise Incomplete(
                f"'{'/'.join(place)}' cannot be brought back: {kept.words}; nothing was changed",
                hint=f"it waits in quarantine as {item.name}",
            )
        quarantine.record_restored(connection, item, stamp, recovered=False)
    return item, None


_NOTHING_WRONG = ("locked", "vanished")
"""Reasons that do not speak against the file that waits: a lock only keeps it from going for good, and a file that is
gone cannot be moved."""


def find_other_content(storage: Storage, name: str, wanted: set[Content]) -> Kept | None:
    """Why the file that waits under a name must not be put back; None where it is the one that was taken.

    What cannot be read stays too: a rename would bring it back all the same.
    """
    found = storage.waits(name, wanted)
    if not isinstance(found, Kept) or found.code in _NOTHING_WRONG:
        return None
    return Kept("not-regular", f"{found.words}, where a file was taken") if found.code == "link" else found


def taken_content(connection: sqlite3.Connection, item: Item) -> Content:
    """The sha256 and size that a file had when the purge took it, from the chain: corrections of the ledger since
    change nothing of that."""
    row = connection.execute(
        "SELECT json_extract(f.value, '$.sha256'), json_extract(f.value, '$.size')"
        " FROM event e, json_each(e.body, '$.files') f WHERE e.kind IN ('purge', 'orphan-purge')"
        " AND json_extract(e.body, '$.number') = ? AND json_extract(f.value, '$.name') = ? ORDER BY e.seq DESC LIMIT 1",
        (item.plan.number, item.name),
    ).fetchone()
    return bytes.fromhex(row[0]), int(row[1])


_ENDED = {"removed": "removed for good", "restored": "brought back"}


def _not_waiting(connection: sqlite3.Connection, storage: Storage, entry: StoredEntry | None) -> NotFound | Refused:
    assert entry is not None  # noqa: S101  # for mypy: there is one where there is no orphan
    row = connection.execute("SELECT state, since, name FROM removal WHERE seq = ?", (entry.seq,)).fetchone()
    if row is not None and row[0] == "removed" and row[2] in set(storage.waiting()):
        return Refused(
            f"entry '{entry.label}' is on record as removed, and its bytes came back into the quarantine;"
            " nothing was changed",
            hint=f"copy it from the quarantine by hand: {row[2]}",
        )
    what = f"the file of entry '{entry.label}' is not in the quarantine of this root"
    if row is not None and row[0] == "removed":
        what = f"the file of entry '{entry.label}' was removed for good at {times.text(row[1])}"
    elif row is not None and row[0] == "restored":
        what = f"the file of entry '{entry.label}' was brought back at {times.text(row[1])}"
    return NotFound(what, topic=("entry-fate",))


def _no_orphan(connection: sqlite3.Connection, number: int, orphan: Orphan) -> NotFound:
    what = f"orphan {orphan.label} is not in the quarantine of this root"
    now = {state.orphan.seq: state for state in orphans.states(connection, number)}.get(orphan.seq)
    if now is not None and now.state in _ENDED:
        what = f"orphan {orphan.label} was {_ENDED[now.state]} at {times.text(now.since)}"
    plan = saved.by_number(connection, number).plan
    return NotFound(what, hint=f"the certificate of plan {plan} says what became of it", topic=("plan-fate", plan))
