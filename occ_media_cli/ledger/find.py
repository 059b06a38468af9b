"""Finding one entry by what people type: its id, or SOURCE:ID where two sources have the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.ledger.append.keys import SEQ
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.store import record

if TYPE_CHECKING:
    import sqlite3


def find(connection: sqlite3.Connection, name: str) -> int:
    """The sequence number of an entry. It is found by its key, so an erased entry is found by its id too."""
    secret = bytes(connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0])
    candidates = [(source, name) for source in SOURCES]
    source, colon, identity = name.partition(":")
    if colon and source in SOURCES:
        candidates.append((source, identity))
    found = {}
    for source, identity in candidates:
        key = record.key_of(record.key_prefix(secret, record.FILE, source), identity)
        row = connection.execute(f"SELECT seq FROM record WHERE seq IN {SEQ} AND kind = 0", (key,)).fetchone()
        if row is not None:
            found[f"{source}:{identity}"] = int(row[0])
    if not found:
        raise NotFound(f"no entry '{name}'", hint="occ-media ledger list shows entries and their ids")
    if len(found) > 1:
        raise UsageError(f"entry '{name}' is there from {len(found)} sources", hint=f"name one: {', '.join(found)}")
    return next(iter(found.values()))
