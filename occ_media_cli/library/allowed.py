"""Whether a file may be sent: what the view `library_allowed` says at one moment, for one inbox or for any."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.errors import Incomplete
from occ_media_cli.library.asked_inboxes import asked_inboxes
from occ_media_cli.library.recorded import RecordedLibrary
from occ_media_cli.media.travel import digest_of
from occ_media_cli.places.safe_open import Kept, open_named

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


class Sendable(NamedTuple):
    """Whether all of the inboxes that ask may send a file. content: by whatever approvals of its bytes, and that lets
    it pass; itself: by its own approval alone, so that it is the one to name."""

    content: bool
    itself: bool


_BY_TAG = """a.inbox_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM library_scope s
  WHERE s.event = a.seq AND s.inbox = a.inbox_id)"""
"""SQL for whether a row of `library_allowed` a is there by a tag of its inbox alone."""


def allowed(
    connection: sqlite3.Connection, sha256: str, now: int, inbox: int | None = None,
    unrecorded: frozenset[int] = frozenset(), *, later: bool = False,
) -> tuple[Allowed, ...]:  # fmt: skip
    """What allows a content at a moment, oldest proposal first; nothing where it may not be sent.

    inbox: the number of the inbox that would send it; None asks whether there is any that may. unrecorded: inboxes
    that may send nothing by their tags. later: what will allow it after the moment, too.
    """
    # The signs keep the times out of the plan: without them the whole view is made for each file that is asked about.
    rows = connection.execute(
        f"SELECT a.name, a.version, a.path, a.inbox_id, a.from_ms, a.to_ms, {_BY_TAG} FROM library_allowed a"
        " WHERE a.sha256 = ?1 AND (+a.from_ms <= ?2 OR ?4) AND +a.to_ms > ?2"
        " AND (?3 IS NULL OR a.inbox_id IS NULL OR a.inbox_id = ?3) ORDER BY a.seq, a.place, a.inbox_id",
        (sha256, now, inbox, later),
    )
    return tuple(Allowed(*row) for *row, by_tag in rows if not (by_tag and row[3] in unrecorded))


def sendable(
    connection: sqlite3.Connection, now: int, inboxes: Sequence[int] = (), sha256: str | None = None,
    unrecorded: frozenset[int] = frozenset(),
) -> dict[tuple[int, int], Sendable]:  # fmt: skip
    """The files that any inbox may send at a moment, by proposal and place, and whether all of the asked ones may.

    sha256: those with this content alone. unrecorded: inboxes that may send nothing by their tags.
    """
    only, values = ("", ()) if sha256 is None else (" AND a.sha256 = ?", (sha256,))
    rows = connection.execute(
        f"SELECT a.seq, a.place, a.inbox_id, a.sha256, {_BY_TAG} FROM library_allowed a"
        f" WHERE +a.from_ms <= ? AND +a.to_ms > ?{only}",
        (now, now, *values),
    )
    places: dict[tuple[int, int], str] = {}
    by: dict[str | tuple[int, int], set[int | None]] = {}
    for seq, place, inbox, content, by_tag in rows:
        if by_tag and inbox in unrecorded:
            continue
        places[seq, place] = content
        by.setdefault(content, set()).add(inbox)
        by.setdefault((seq, place), set()).add(inbox)
    may = {which: None in reached or reached.issuperset(inboxes) for which, reached in by.items()}
    return {where: Sendable(may[content], may[where]) for where, content in places.items()}


def inboxes_of(
    connection: sqlite3.Connection, now: int, sha256: str, unrecorded: frozenset[int] = frozenset()
) -> tuple[str, ...]:
    """The names of the inboxes that may send a content now, of those that are there. unrecorded: inboxes that may send
    nothing by their tags."""
    numbers = {each.inbox for each in allowed(connection, sha256, now, None, unrecorded)}
    rows = connection.execute("SELECT id, name FROM inbox_state WHERE removed IS NULL ORDER BY name")
    return tuple(str(name) for number, name in rows if number in numbers or None in numbers)


def allowed_file(store: Store, file: str | os.PathLike[str], now: int, inbox: str | None = None) -> tuple[Allowed, ...]:
    """What allows a file at a moment. NotFound for an unknown inbox, Incomplete for a file that cannot be read,
    StoreInvalid where what the store has of it is not what was recorded."""
    if store.connection is None:
        return ()
    asked = asked_inboxes(store, () if inbox is None else (inbox,), now)
    opened = open_named(os.fsencode(file))
    if isinstance(opened, Kept):
        raise Incomplete(opened.words, file=os.fspath(file), hint="name a readable regular file")
    try:
        digest = digest_of(opened.fd)
    finally:
        os.close(opened.fd)
    RecordedLibrary(store.connection).refuse_altered(digest)
    return allowed(store.connection, digest, now, asked.numbers[0] if inbox is not None else None, asked.unrecorded)
