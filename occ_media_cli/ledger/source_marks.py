"""How far a source that grows was read, on record in the chain, so that the next run reads only what is new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

KIND = "source-mark"


def last(connection: sqlite3.Connection, source: str, place: str) -> int:
    """The number up to which a place was read, 0 where it never was."""
    row = connection.execute(
        "SELECT json_extract(body, '$.number') FROM event WHERE kind = ? AND json_extract(body, '$.source') = ?"
        " AND json_extract(body, '$.place') = ? ORDER BY seq DESC LIMIT 1",
        (KIND, source, place),
    ).fetchone()
    return int(row[0]) if row else 0


def event(source: str, place: str, number: int, now: int) -> chain.Event:
    """The event that says how far a place was read."""
    return chain.Event(KIND, json.loads(json.dumps({"source": source, "place": place, "number": number})), now)
