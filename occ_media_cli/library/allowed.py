"""Whether a file may be sent: what the view `library_allowed` says at one moment, for one inbox or for any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3


class Allowed(NamedTuple):
    """Why a content may be sent. inbox: its number, None for every inbox. from_ms, to_ms: half-open."""

    name: str
    version: str
    path: str
    inbox: int | None
    from_ms: int
    to_ms: int


def allowed(connection: sqlite3.Connection, sha256: str, now: int, inbox: int | None = None) -> tuple[Allowed, ...]:
    """What allows a content at a moment, oldest proposal first; nothing where it may not be sent.

    inbox: the number of the inbox that would send it; None asks whether there is any that may.
    """
    rows = connection.execute(
        "SELECT name, version, path, inbox_id, from_ms, to_ms FROM library_allowed WHERE sha256 = ?1 AND from_ms <= ?2"
        " AND to_ms > ?2 AND (?3 IS NULL OR inbox_id IS NULL OR inbox_id = ?3) ORDER BY seq, place, inbox_id",
        (sha256, now, inbox),
    )
    return tuple(Allowed(*row) for row in rows)
