"""The hash chain: every event and record of a store, in one sequence that cannot be edited unnoticed.

    commitment = sha256(salt ‖ canonical JSON of the personal values)      nothing where there are none
    state      = sha256(previous state ‖ commitment ‖ canonical JSON of the public values)
                 in which a commitment of its own stands for each text that people wrote freely (`store.free_texts`)
    link       = the first 16 bytes of the state, kept in the row; the head keeps the whole state

An edit, a deletion, an insertion, a swap and a changed date all show, with the first bad row. A cut tail, or a ledger
rewritten from some point on, shows only against a checkpoint that is kept elsewhere: the chain has no secret.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store import canonical, free_texts
from occ_media_cli.values import value
from occ_media_cli.vocabulary import NAMING_EVENTS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

ZERO = bytes(32)
"""The state before the first event."""

NOBODY = ""
"""The actor of an event whose maker is not known, such as a document edited by hand. No actor may have this name."""

LINK_BYTES = 16


@value
class Stamp:
    """The person, the place and the moment of an action, for the record.

    now: the valid time in milliseconds, which a user may choose; wall: the machine's clock; program: name and version.
    read: when this process read that clock, in seconds of one that only goes forward; None where it did not.
    """

    now: int
    wall: int
    actor: str
    os_user: str
    host: str
    program: str
    read: float | None = None


@value
class Event:
    """An event to append. `personal` holds values that an erasure may remove later.

    actor: who did it, where that is not the one who records it; NOBODY where that is not known.
    """

    kind: str
    body: Mapping[str, object]
    ms: int
    reason: str | None = None
    personal: Mapping[str, object] | None = None
    actor: str | None = None


def advance(state: bytes, commitment: bytes, public: Sequence[object]) -> bytes:
    """The chain's next state."""
    return sha256(state + commitment + canonical.encode(public)).digest()


def actor_of(event: Event, stamp: Stamp) -> str:
    """The actor whom the record names for an event."""
    return stamp.actor if event.actor is None else event.actor


def event_public(seq: int, event: Event, stamp: Stamp, said: Sequence[object], document: bytes | None) -> list[object]:
    """The public values of an event, in the order that the hash covers. said: reason and body as the chain covers
    them."""
    reason, body = said
    return [
        "event", seq, event.kind, event.ms, stamp.wall, actor_of(event, stamp), stamp.os_user, stamp.host,
        stamp.program, reason, document.hex() if document is not None else None, body,
    ]  # fmt: skip


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """The newest sequence number and the chain's state."""
    row = connection.execute("SELECT seq, state FROM head WHERE id = 1").fetchone()
    return (int(row[0]), bytes(row[1])) if row else (0, ZERO)


def link_at(connection: sqlite3.Connection, seq: int) -> bytes | None:
    """What the chain keeps of its state after an event or a record; None where it has none of that number."""
    row = connection.execute(
        "SELECT link FROM event WHERE seq = :seq UNION ALL SELECT link FROM record WHERE seq = :seq", {"seq": seq}
    ).fetchone()
    return None if row is None else bytes(row[0])


def append(
    connection: sqlite3.Connection, events: Sequence[Event], stamp: Stamp, *, document: bytes | None = None
) -> list[int]:
    """Append events inside the caller's transaction and return their sequence numbers.

    document: sha256 of the TOML document that the last of the events leaves behind.

    No trigger can take an event away again: the schema was compared when the store was opened (`store.schema`). Whether
    the row is there costs nothing to ask, so it is asked all the same.
    """
    import sqlite3

    seq, state = head(connection)
    numbers = []
    for position, event in enumerate(events, start=1):
        seq += 1
        left = document if position == len(events) else None
        body = canonical.text(event.body)
        salt = commitment = None
        if event.personal is not None:
            salt = os.urandom(canonical.SALT_BYTES)
            commitment = canonical.commit_to(salt, event.personal)
        free, *said = free_texts.promise(event.kind, event.reason, body)
        state = advance(state, commitment or b"", event_public(seq, event, stamp, said, left))
        try:
            done = connection.execute(
                "INSERT INTO event (seq, kind, ms, wall, actor, os_user, host, program, reason, document, body,"
                " personal, salt, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    seq,
                    event.kind,
                    event.ms,
                    stamp.wall,
                    actor_of(event, stamp),
                    stamp.os_user,
                    stamp.host,
                    stamp.program,
                    event.reason,
                    left,
                    body,
                    canonical.text(event.personal) if event.personal is not None else None,
                    salt,
                    state[:LINK_BYTES],
                ),
            )
        except sqlite3.IntegrityError as problem:
            raise StoreInvalid(
                f"its chain does not go on behind entry {seq - 1}: {problem}; nothing was changed",
                topic=("verify-where",),
            ) from problem
        if done.rowcount != 1:
            raise StoreInvalid(
                f"the store did not keep entry {seq}; nothing was changed",
                topic=("verify-what",),
            )
        if free:  # the first event of a store that is made at an older version has none, and no table for them
            free_texts.keep(connection, seq, free)
        numbers.append(seq)
    if naming := [(event.kind, event.body, event.personal) for event in events if event.kind in NAMING_EVENTS]:
        from occ_media_cli.store import persons  # few changes name people, and it takes a while to load

        persons.note_events(connection, naming)
    save_head(connection, seq, state)
    return numbers


def save_head(connection: sqlite3.Connection, seq: int, state: bytes) -> None:
    """Move the head, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO head (id, seq, state) VALUES (1, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state",
        (seq, state),
    )
