"""Files that a purge keeps although its plan removes them, on record once for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.retention import retention_rows
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.safe_open import Kept
    from occ_media_cli.retention.model import StoredEntry
    from occ_media_cli.retention.orphans import Orphan


@dataclass(frozen=True, slots=True)
class PurgeRefusal:
    """A file that was kept: its entries, source, name and path of the first, and why. orphan: the event that names it,
    where no entry does; its source is empty then."""

    entries: tuple[int, ...]
    source: str
    entry: str
    path: str | None
    code: str
    words: str
    orphan: int | None = None


def refuse_entries(entries: tuple[int, ...], first: StoredEntry, kept: Kept) -> PurgeRefusal:
    """The refusal of a file, given the first of its entries."""
    return PurgeRefusal(entries, first.source, first.name, first.path, kept.code, kept.words)


def refuse_orphan(orphan: Orphan, kept: Kept) -> PurgeRefusal:
    """The refusal of an orphan."""
    return PurgeRefusal((), "", orphan.label, orphan.path, kept.code, kept.words, orphan.seq)


def record_refusal(connection: sqlite3.Connection, plan: int, refusal: PurgeRefusal, stamp: chain.Stamp) -> None:
    """Record a refusal inside the caller's transaction, unless the newest one of that file says the same."""
    kind = "purge-refused" if refusal.orphan is None else "orphan-refused"
    if _newest_refusal(connection, plan, refusal) == (refusal.code, refusal.words):
        return
    body: dict[str, object] = {"number": plan, "code": refusal.code, "words": refusal.words}
    if refusal.orphan is None:
        body["entries"] = list(refusal.entries)
    else:
        body["orphan"] = refusal.orphan
    retention_rows.record(connection, chain.Event(kind, body, stamp.now), stamp)


def _newest_refusal(connection: sqlite3.Connection, plan: int, refusal: PurgeRefusal) -> tuple[str, str] | None:
    if refusal.orphan is None:
        query = "SELECT code, words FROM removal_refused WHERE plan = ? AND seq = ? ORDER BY event DESC LIMIT 1"
        values = (plan, refusal.entries[0])
    else:
        query = (
            "SELECT json_extract(body, '$.code'), json_extract(body, '$.words') FROM event"
            " WHERE kind = 'orphan-refused' AND json_extract(body, '$.number') = ?"
            " AND json_extract(body, '$.orphan') = ? ORDER BY seq DESC LIMIT 1"
        )
        values = (plan, refusal.orphan)
    row: tuple[str, str] | None = connection.execute(query, values).fetchone()
    return row
