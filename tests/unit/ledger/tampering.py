"""Changing a ledger behind the program's back, on a copy in memory, and seeing what a verification says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import VerifyResult, verify_ledger
from occ_media_cli.retention import retention_rows as retention

PROJECTIONS = [Projection(retention.KINDS, retention.TABLES, retention.apply)]

Change = Callable[[sqlite3.Connection, Random], "int | None"]
"""Makes one change and returns the first entry that is bad because of it, or None where any may be named."""


def image(connection: sqlite3.Connection) -> bytes:
    """A store as bytes that can be opened in memory."""
    data = bytearray(connection.serialize())
    data[18:20] = b"\1\1"  # a database in memory has no write-ahead log
    return bytes(data)


def tampered(data: bytes, change: Callable[[sqlite3.Connection], Any]) -> tuple[VerifyResult, Any]:
    """Verify a copy after a change that goes past the triggers, which are put back before."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(data)
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        answer = change(connection)
        for _, sql in triggers:
            connection.execute(sql)
        return verify_ledger(connection, projections=PROJECTIONS), answer
    finally:
        connection.close()


def records(connection: sqlite3.Connection) -> list[int]:
    return [seq for (seq,) in connection.execute("SELECT seq FROM record ORDER BY seq")]


def edit(connection: sqlite3.Connection, rng: Random) -> int | None:
    """Another value in any column of any record, other than its place."""
    seq = rng.choice(records(connection))
    columns = [(name, kind) for _, name, kind, *_ in connection.execute("PRAGMA table_info(record)") if name != "seq"]
    while True:
        column, kind = rng.choice(columns)
        [old] = connection.execute(f"SELECT {column} FROM record WHERE seq = ?", (seq,)).fetchone()
        try:
            connection.execute(f"UPDATE record SET {column} = ? WHERE seq = ?", (another(old, kind, rng), seq))
        except sqlite3.IntegrityError:
            continue
        return seq


def another(value: Any, kind: str, rng: Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + rng.choice((-1, 1, 1000))
    if isinstance(value, str):
        return value[:-1] if value and rng.random() < 0.5 else value + "x"
    if isinstance(value, bytes):
        place = rng.randrange(len(value)) if value else 0
        return value[:place] + bytes([(value[place] if value else 0) ^ 1 << rng.randrange(8)]) + value[place + 1 :]
    return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x"}[kind]


def delete(connection: sqlite3.Connection, rng: Random) -> int | None:
    seq = rng.choice(records(connection)[:-1])
    connection.execute("DELETE FROM record WHERE seq = ?", (seq,))
    return seq


def redate(connection: sqlite3.Connection, rng: Random) -> int | None:
    seq = rng.choice(records(connection))
    connection.execute("UPDATE record SET ms = ms + ? WHERE seq = ?", (rng.choice((-1, 1, 86_400_000)), seq))
    return seq


def swap(connection: sqlite3.Connection, rng: Random) -> int | None:
    one, two = sorted(rng.sample(records(connection), 2))
    for old, new in ((one, -1), (two, one), (-1, two)):
        connection.execute("UPDATE record SET seq = ? WHERE seq = ?", (new, old))
    return one


def insert(connection: sqlite3.Connection, rng: Random) -> int | None:
    after = rng.choice(records(connection))
    for table in ("record", "event"):
        for (seq,) in connection.execute(
            f"SELECT seq FROM {table} WHERE seq > ? ORDER BY seq DESC", (after,)
        ).fetchall():
            connection.execute(f"UPDATE {table} SET seq = seq + 1 WHERE seq = ?", (seq,))
    names = ", ".join(
        name for _, name, *_ in connection.execute("PRAGMA table_info(record)") if name not in ("seq", "key")
    )
    connection.execute(
        f"INSERT INTO record (seq, key, {names}) SELECT seq + 1, key + 1, {names} FROM record WHERE seq = ?", (after,)
    )
    return after + 1


def any_cell(connection: sqlite3.Connection, rng: Random) -> int | None:
    """One cell of any table outside the chain's own records."""
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if name not in ("record", "intent") and not name.startswith("sqlite_")
    ]
    while True:
        table = rng.choice(tables)
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [name for _, name, _, _, _, key in columns if key]
        _, column, kind, *_ = rng.choice(columns)
        rows = connection.execute(f"SELECT {', '.join(keys)}, {column} FROM {table}").fetchall()
        if not rows:
            continue
        *place, old = rng.choice(rows)
        where = " AND ".join(f"{key} IS ?" for key in keys)
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (another(old, kind, rng), *place))
        except sqlite3.IntegrityError:
            continue
        return None


CHANGES: dict[str, Change] = {
    "edit": edit, "delete": delete, "insert": insert, "swap": swap, "re-date": redate, "any other cell": any_cell,
}  # fmt: skip


def named_right(result: VerifyResult, first: int | None) -> bool:
    """Whether a result names the first bad entry, or a place at all where any may be named."""
    if result.intact:
        return False
    return first is None or result.problems[0].seq == first


def image_without(data: bytes, index: str, condition: str) -> bytes:
    """A store whose index has only the rows of its table for which a condition holds, and reads as before."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(data)
        [sql] = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        other = f"{sql} {'AND' if ' WHERE ' in sql else 'WHERE'} ({condition})"
        other_way = _with_index(image(connection), index, other)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(other_way)
        connection.execute(f"REINDEX {index}")
        return _with_index(image(connection), index, sql)


def _with_index(data: bytes, index: str, sql: str) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(data)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, index))
        return image(connection)
