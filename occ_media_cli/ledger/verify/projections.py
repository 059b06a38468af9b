"""Everything outside the chain, made again from it and compared: totals, amendments, settings, the schema.

What an erasure took is in `erasure_check`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.settings import setting_rows
from occ_media_cli.store import chain, migrate, persons
from occ_media_cli.store import schema as compared
from occ_media_cli.store.connect import bytes_in_memory, opened_copy
from occ_media_cli.store.root_pages import read_directory

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.chain_check import Pass

Apply = Callable[["sqlite3.Connection", str, Mapping[str, Any], int], None]


@dataclass(frozen=True, slots=True)
class Projection:
    """Tables that hold nothing but what events of some kinds say, and the function that makes their rows."""

    kinds: tuple[str, ...]
    tables: tuple[str, ...]
    apply: Apply


SETTINGS = Projection(setting_rows.KINDS, ("inbox_state", "setting_version", "config_version"), setting_rows.apply)

COVERED = frozenset({
    "store", "head", "event", "record", "record_key", "recent_key", "key_mark", "word", "intent", "erased", "amendment",
    "file_type", "free_text", "total_mark", *totals.DIMENSIONS, *SETTINGS.tables, persons.TABLE,
})  # fmt: skip
"""The tables whose every cell a verification recomputes by itself. `intent` is empty, or holds a change that is still
open. Rooms above the ledger hand in a Projection for theirs."""

_FOLDED = """
SELECT corrects, seq, outcome, nullif(reason, 0), nullif(detected, 0), size, sha256, md5, deleted
FROM record WHERE kind = 1 AND corrects IS NOT NULL ORDER BY corrects, seq"""


def fresh() -> sqlite3.Connection:
    """An empty store as this program makes it, in a file of its own that no other process sees: projections may be
    large."""
    return opened_copy(_pristine(), "")


@cache
def _pristine() -> bytes:
    import sqlite3

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate.upgrade(connection, Path(":memory:"), chain.Stamp(0, 0, "", "", "", ""))
        return bytes_in_memory(connection)


def schema(connection: sqlite3.Connection, own: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """Tables, views, indexes and triggers must read as this program makes them; see `store.schema` for what others
    may add."""
    for found in compared.differences(read_directory(connection), migrate.LATEST):
        yield LedgerProblem(found.table, f"{found.kind} {found.name} {found.words}")
    for pragma in ("user_version", "application_id"):
        if connection.execute(f"PRAGMA {pragma}").fetchone() != own.execute(f"PRAGMA {pragma}").fetchone():
            yield LedgerProblem("sqlite_master", f"{pragma} was changed")


def indexes(connection: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """Every index has exactly the rows of its table, and every row is one that its table allows.

    SQLite compares both itself: a query through an index that lacks rows answers wrongly though every table is right.
    Its own checks of pages, types and CHECK conditions are in it. Tables of others are theirs.
    """
    for table in sorted(name for name, kept in compared.expected(migrate.LATEST).items() if kept.startswith("table ")):
        for (found,) in connection.execute(f'PRAGMA integrity_check("{table}")'):
            if found != "ok":
                yield LedgerProblem(table, f"is damaged: {found.strip()}")
                break


def constants(connection: sqlite3.Connection, own: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """The product's table of types, which no event makes."""
    query = "SELECT key, type, category, limit_mb, send, receive FROM file_type ORDER BY key"
    names = ("key", "type", "category", "limit_mb", "send", "receive")
    yield from _compare("file_type", names, 1, own.execute(query), connection.execute(query))


def head(connection: sqlite3.Connection, done: Pass) -> Iterator[LedgerProblem]:
    """The head, the secret and the day of making."""
    rows = connection.execute("SELECT id, seq, state FROM head").fetchall()
    if rows != [(1, done.seq, done.state)]:
        if len(rows) == 1 and rows[0][1] > done.seq:
            yield LedgerProblem(
                "head", "is ahead of the chain: the tail is missing, or the head was changed", done.seq + 1
            )
        else:
            yield LedgerProblem("head", "was changed", done.seq)
    store = connection.execute("SELECT id, secret, created FROM store").fetchall()
    stored = [(1, sha256(bytes(secret)).hexdigest(), created) for _, secret, created in store]
    if stored != [(1, done.opening.get("secret_sha256"), done.opening.get("created"))] or [r[0] for r in store] != [1]:
        yield LedgerProblem("store", "was changed", 1)


def keys(connection: sqlite3.Connection, done: Pass) -> Iterator[LedgerProblem]:
    """The two tables that find a record by its key hold each record once, on its side of the mark, and nothing else."""
    marks = connection.execute("SELECT id, seq FROM key_mark").fetchall()
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM record_key").fetchone()
    if marks != [(1, newest)]:
        yield LedgerProblem("key_mark", "is not the newest record in record_key")
        return
    pairs = done.keys
    both = "SELECT key, seq FROM record_key UNION ALL SELECT key, seq FROM recent_key"
    (behind,) = connection.execute("SELECT coalesce(min(seq) > ?, 1) FROM recent_key", (newest,)).fetchone()
    if pairs is None or (behind and pairs.fingerprint(connection.execute(both)) == pairs.records):
        return
    for table, side in (("record_key", "<="), ("recent_key", ">")):
        yield from _compare(
            table, ("key", "seq"), 1,
            connection.execute(f"SELECT key, seq FROM record WHERE seq {side} ? ORDER BY key", (newest,)),
            connection.execute(f"SELECT key, seq FROM {table} ORDER BY key"),
        )  # fmt: skip


def words(done: Pass) -> Iterator[LedgerProblem]:
    """Words that no record has: a record never loses one, so that only another program can have put them there."""
    if done.words is not None:
        for code, _ in done.words.unused():
            yield LedgerProblem("word", "is used by no entry", where=f"code {code}")


def amendments(connection: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """The sum of the corrections of each record, folded again in their order."""
    names = ("seq", "last", "outcome", "reason", "detected", "size", "sha256", "md5", "deleted")
    stored = connection.execute(f"SELECT {', '.join(names)} FROM amendment ORDER BY seq")
    yield from _compare("amendment", names, 1, _fold(connection), stored)


def _fold(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    folded: list[Any] | None = None
    for corrects, seq, *values in connection.execute(_FOLDED):
        if folded is not None and folded[0] == corrects:
            folded = [
                corrects, seq,
                *(old if new is None else new for old, new in zip(folded[2:], values, strict=True)),
            ]  # fmt: skip
        else:
            if folded is not None:
                yield tuple(folded)
            folded = [corrects, seq, *values]
    if folded is not None:
        yield tuple(folded)


def spellings(connection: sqlite3.Connection, own: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """Whose each id is, made again from the customers of records and holds and from the aliases."""
    persons.make_again(connection, own)
    query = f"SELECT spelling, person FROM {persons.TABLE} ORDER BY spelling"
    yield from _compare(persons.TABLE, ("spelling", "person"), 1, own.execute(query), connection.execute(query))


def sums(connection: sqlite3.Connection) -> Iterator[LedgerProblem]:
    """The totals, counted again."""
    marks = connection.execute(
        "SELECT m.id, m.seq, r.kind FROM total_mark m LEFT JOIN record r ON r.seq = m.seq"
    ).fetchall()
    if [row for row in marks if row[1:] != (0, None) and row[2] != 0] or [row[0] for row in marks] != [1]:
        yield LedgerProblem("total_mark", "is not the place of an entry")
    right = set()
    for table, entries in totals.RECOMPUTED.items():
        base, summed = totals.SUMMED.get(table, ("", ""))
        query = summed if base in right else entries
        keys = totals.DIMENSIONS[table]
        names = (*keys, *totals.VALUES[table])
        if _same(connection, table, names, query):
            right.add(table)
            continue
        again = connection.execute(f"{query} ORDER BY {', '.join(str(n + 1) for n in range(len(keys)))}")
        stored = connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(keys)}")
        yield from _compare(table, names, len(keys), again, stored)


def _same(connection: sqlite3.Connection, table: str, names: tuple[str, ...], query: str) -> bool:
    """Whether a table holds exactly the rows of a query, told without handing a row over."""
    equal = " AND ".join(f"t.{name} = c.{name}" for name in names)
    expected, found = connection.execute(
        f"WITH c ({', '.join(names)}) AS MATERIALIZED ({query})"
        f" SELECT count(*), count(t.{names[0]}) FROM c LEFT JOIN {table} t ON {equal}"
    ).fetchone()
    (stored,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return bool(expected == found == stored)


def projected(connection: sqlite3.Connection, own: sqlite3.Connection, made: Projection) -> Iterator[LedgerProblem]:
    """The tables of a projection, made again from the bodies of their events."""
    marks = ", ".join("?" * len(made.kinds))
    for seq, kind, body in connection.execute(
        f"SELECT seq, kind, body FROM event WHERE kind IN ({marks}) ORDER BY seq", made.kinds
    ):
        made.apply(own, kind, json.loads(body), seq)
    for table in made.tables:
        columns = own.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY pk = 0, pk, cid", (table,)).fetchall()
        names = tuple(name for name, _ in columns)
        keys = sum(key > 0 for _, key in columns)
        query = f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(names[:keys])}"
        yield from _compare(table, names, keys, own.execute(query), connection.execute(query))


def _compare(
    table: str, names: tuple[str, ...], keys: int, expected: Iterator[Any], stored: Iterator[Any]
) -> Iterator[LedgerProblem]:
    """The first difference between two runs of rows that are in the order of their keys."""
    for right, found in zip_longest(expected, stored):
        if right == found:
            continue
        if found is None or (right is not None and right[:keys] < found[:keys]):
            yield LedgerProblem(table, "a row is missing", **_place(names, keys, right))
        elif right is None or right[:keys] > found[:keys]:
            yield LedgerProblem(table, "a row was added", **_place(names, keys, found))
        else:
            column = next(name for name, a, b in zip(names, right, found, strict=True) if a != b)
            yield LedgerProblem(table, "was changed", column=column, **_place(names, keys, right))
        return


def _place(names: tuple[str, ...], keys: int, row: tuple[Any, ...]) -> dict[str, Any]:
    place: dict[str, Any] = {"where": ", ".join(f"{name} {row[n]}" for n, name in enumerate(names[:keys]))}
    if names[0] == "seq":
        place["seq"] = row[0]
    elif "event" in names:
        place["seq"] = row[names.index("event")]
    return place
