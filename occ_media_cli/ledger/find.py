"""Finding one entry by the name that a person types: its id, SOURCE:ID where two sources have the same id, or #SEQ.

`#SEQ` is the place in the chain, which is all that is left of an erased entry's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.ledger.append.keys import SEQ
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.store import record
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    import sqlite3

NUMBERED = re.compile(r"#[0-9]{1,18}", re.ASCII)
"""How an entry is named by its place in the chain."""


def find_entry(connection: sqlite3.Connection, name: str) -> int:
    """The sequence number of an entry. It is found by its key, so an erased entry is found by its id too.

    An id that reads like `#5` comes first where a source has it. NotFound, or UsageError where several sources do.
    """
    secret = bytes(connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0])
    candidates = [(source, name) for source in SOURCES]
    source, colon, identity = name.partition(":")
    if colon and source in SOURCES:
        candidates.append((source, identity))
    found = {}
    for source, identity in candidates:
        key = record.key_of(record.key_prefix(secret, FILE, source), identity)
        row = connection.execute(f"SELECT seq FROM record WHERE seq IN {SEQ} AND kind = 0", (key,)).fetchone()
        if row is not None:
            found[f"{source}:{identity}"] = int(row[0])
    if not found and NUMBERED.fullmatch(name):
        row = connection.execute("SELECT seq FROM record WHERE seq = ? AND kind = 0", (int(name[1:]),)).fetchone()
        if row is not None:
            return int(row[0])
    if not found:
        raise NotFound(f"no entry '{name}'", topic=("entries",))
    if len(found) > 1:
        raise UsageError(f"entry '{name}' is there from {len(found)} sources", hint=f"name one: {', '.join(found)}")
    return next(iter(found.values()))


def newest_record(connection: sqlite3.Connection) -> int | None:
    """The sequence number of the newest record, or None where there is none."""
    newest: int | None = connection.execute("SELECT max(seq) FROM record").fetchone()[0]
    return newest


def describe_record(connection: sqlite3.Connection, seq: int) -> tuple[str | None, int, str | None] | None:
    """Id, time in milliseconds and inbox of a record, or None where there is none of this number.

    In an altered store they may be of any type, and reading them may fail with an error of SQLite.
    """
    found: tuple[str | None, int, str | None] | None = connection.execute(
        "SELECT r.id, r.ms, i.name FROM record r LEFT JOIN inbox_state i ON i.id = r.inbox WHERE r.seq = ?", (seq,)
    ).fetchone()
    return found
