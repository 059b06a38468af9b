"""Whether a file may be sent: what the view `library_allowed` says at one moment, for one inbox or for any."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.errors import Incomplete
from occ_media_cli.library.recorded import RecordedLibrary
from occ_media_cli.media.travel import digest_of
from occ_media_cli.places.safe_open import Kept, open_named
from occ_media_cli.settings import read

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from occ_media_cli.store.open import Store


class Allowed(NamedTuple):
    """Why a content may be sent. inbox: its number, None for every inbox. from_ms, to_ms: half-open."""

    name: str
    version: str
    path: str
    inbox: int | None
    from_ms: int
    to_ms: int


def allowed_without_tags(connection: sqlite3.Connection, sha256: str, now: int, inbox: int) -> bool:
    """Whether a content may be sent by an inbox without regard to its tags: approved for every inbox, or for it by its
    number."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM library_allowed a WHERE a.sha256 = ?1 AND +a.from_ms <= ?2 AND +a.to_ms > ?2"
        " AND (a.inbox_id IS NULL OR (a.inbox_id = ?3 AND EXISTS (SELECT 1 FROM library_scope s WHERE s.event = a.seq"
        " AND s.inbox = ?3))))",
        (sha256, now, inbox),
    ).fetchone()
    return bool(found[0])


def allowed(connection: sqlite3.Connection, sha256: str, now: int, inbox: int | None = None) -> tuple[Allowed, ...]:
    """What allows a content at a moment, oldest proposal first; nothing where it may not be sent.

    inbox: the number of the inbox that would send it; None asks whether there is any that may.
    """
    # The signs keep the times out of the plan: without them the whole view is made for each file that is asked about.
    rows = connection.execute(
        "SELECT name, version, path, inbox_id, from_ms, to_ms FROM library_allowed WHERE sha256 = ?1 AND +from_ms <= ?2"
        " AND +to_ms > ?2 AND (?3 IS NULL OR inbox_id IS NULL OR inbox_id = ?3) ORDER BY seq, place, inbox_id",
        (sha256, now, inbox),
    )
    return tuple(Allowed(*row) for row in rows)


def sendable(
    connection: sqlite3.Connection, now: int, inboxes: Sequence[int] = (), sha256: str | None = None
) -> dict[tuple[int, int], bool]:
    """The files that any inbox may send at a moment, by proposal and place, and whether all of the asked ones may.

    sha256: those with this content alone.
    """
    only, values = ("", ()) if sha256 is None else (" AND sha256 = ?", (sha256,))
    rows = connection.execute(
        f"SELECT seq, place, inbox_id FROM library_allowed WHERE +from_ms <= ? AND +to_ms > ?{only}",
        (now, now, *values),
    )
    by: dict[tuple[int, int], set[int | None]] = {}
    for seq, place, inbox in rows:
        by.setdefault((seq, place), set()).add(inbox)
    return {where: None in those or those.issuperset(inboxes) for where, those in by.items()}


def allowed_file(store: Store, file: str | os.PathLike[str], now: int, inbox: str | None = None) -> tuple[Allowed, ...]:
    """What allows a file at a moment. NotFound for an unknown inbox, Incomplete for a file that cannot be read,
    StoreInvalid where what the store has of it is not what was recorded."""
    if store.connection is None:
        return ()
    number = None if inbox is None else read.inbox_number(store.connection, inbox, str(store.location.path))
    opened = open_named(os.fsencode(file))
    if isinstance(opened, Kept):
        raise Incomplete(opened.words, file=os.fspath(file), hint="name a readable regular file")
    try:
        digest = digest_of(opened.fd)
    finally:
        os.close(opened.fd)
    RecordedLibrary(store.connection).refuse_altered(digest)
    return allowed(store.connection, digest, now, number)
