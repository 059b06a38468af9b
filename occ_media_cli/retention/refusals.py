"""Files that a purge keeps although its plan removes them, on record once for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.retention import projection
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Entry
    from occ_media_cli.retention.storage import Kept


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was kept: its entries, source, name and path of the first, and why."""

    entries: tuple[int, ...]
    source: str
    entry: str
    path: str | None
    code: str
    words: str


def of(entries: tuple[int, ...], first: Entry, kept: Kept) -> Refusal:
    """The refusal of a file, given the first of its entries."""
    return Refusal(entries, first.source, first.name, first.path, kept.code, kept.words)


def note(connection: sqlite3.Connection, plan: int, refusal: Refusal, stamp: chain.Stamp) -> None:
    """Record a refusal inside the caller's transaction, unless the newest one of that file says the same."""
    before = connection.execute(
        "SELECT code, words FROM removal_refused WHERE plan = ? AND seq = ? ORDER BY event DESC LIMIT 1",
        (plan, refusal.entries[0]),
    ).fetchone()
    if before == (refusal.code, refusal.words):
        return
    body = {"number": plan, "entries": list(refusal.entries), "code": refusal.code, "words": refusal.words}
    projection.record(connection, chain.Event("purge-refused", body, stamp.now), stamp)
