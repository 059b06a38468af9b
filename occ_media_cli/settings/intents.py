"""What a change keeps beside the chain until its document is in place, what puts it on record, and what is on record of
those that were interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings import setting_rows
from occ_media_cli.store import chain
from occ_media_cli.store.documents import EndedChange
from occ_media_cli.values import as_dict

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

FINISHED, REFUSED = "change-finish", "change-refuse"
"""The events that say what became of an interrupted change. One that is finished has its events right before."""


def body_of(events: Sequence[chain.Event], stamp: chain.Stamp) -> dict[str, Any]:
    """What an intent keeps of a change."""
    made = {name: item for name, item in as_dict(stamp).items() if name != "read"}
    return {"stamp": made, "events": [as_dict(event) for event in events]}


def record(
    connection: sqlite3.Connection, events: Sequence[chain.Event], stamp: chain.Stamp, document: bytes | None
) -> list[int]:
    """Put the events of a change on record, inside the caller's transaction; returns their numbers.

    document: the digest of the document that they leave behind.
    """
    numbers = chain.append(connection, events, stamp, document=document)
    for seq, event in zip(numbers, events, strict=True):
        setting_rows.apply(connection, event.kind, event.body, seq)
    return numbers


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing is on record yet, but that the change which was to make the store never happened."""
    if chain.head(connection)[0] <= 1:
        return True
    other = "SELECT 1 FROM event WHERE seq > 1 AND kind <> ? UNION ALL SELECT 1 FROM record LIMIT 1"
    return connection.execute(other, (REFUSED,)).fetchone() is None


def find_ended(connection: sqlite3.Connection) -> tuple[EndedChange, ...]:
    """Every interrupted change that a later command ended, in the order of the chain."""
    said = ", ".join(
        f"json_extract(body, '$.{name}')" for name in ("first", "actor", "os_user", "wall", "why", "would")
    )
    rows = connection.execute(
        f"SELECT seq, actor, wall, {said}, reason FROM event WHERE kind IN (?, ?) ORDER BY seq", (FINISHED, REFUSED)
    )
    return tuple(EndedChange(*row) for row in rows)
