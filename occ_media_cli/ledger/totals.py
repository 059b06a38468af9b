"""The totals that entries keep up to date in their own transaction, and how they are made again from the entries.

Reports and statistics read these and not millions of entries. Totals with few rows, such as those by day, are counted
with each commit. Senders and contents, of which there may be as many as entries, are counted by SQL, many entries at
once: they lag behind a little, `total_mark` says how far, and a reader of them counts the rest. A correction takes its
entry from one row of a total to another, such as from stored to deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger import entries_sql
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

DAY = 86_400_000

STORED, BLOCKED, FAILED, DELETED = range(4)
"""The states of a file in the totals: the codes of an outcome, and one more for delivered files whose bytes have gone.
"""

DIMENSIONS = {
    "day_total": ("day", "direction", "ext", "outcome"),
    "inbox_total": ("inbox", "direction", "ext", "detected", "state", "day"),
    "block_total": ("inbox", "direction", "ext", "detected", "state", "block"),
    "sender_total": ("direction", "sender"),
    "content_total": ("content",),
    "day_span": ("day",),
}
"""The tables, and what one of their rows is about, in the order of the key."""

VALUES = {
    "day_total": ("files", "bytes"),
    "inbox_total": ("files", "bytes", "without_hash", "bytes_without_hash"),
    "block_total": ("files", "bytes", "without_hash", "bytes_without_hash"),
    "sender_total": ("files", "bytes", "first", "last", "low", "high"),
    "content_total": ("files", "bytes"),
    "day_span": ("first", "last"),
}
"""The counts of a row, by table of totals."""

_JOINED = {"first": "min", "low": "min", "last": "max", "high": "max"}
"""How two values of these columns become one; all others are added."""

_DAY = f"(r.ms - ((r.ms % {DAY} + {DAY}) % {DAY})) / {DAY}"

BLOCK = 6
"""A block is 2 ** BLOCK days: long stretches of time are summed by blocks, and only their ends by days."""

_INBOX = (
    "r.inbox, r.direction, r.ext, {detected}, CASE WHEN {outcome} = 0 AND {deleted} IS NOT NULL THEN 3"
    " ELSE {outcome} END, {day}, count(*), sum(coalesce({size}, 0)), sum({sha256} IS NULL OR {size} IS NULL),"
    " sum(CASE WHEN {sha256} IS NULL THEN coalesce({size}, 0) ELSE 0 END)"
)

_COUNTED = {
    "day_total": (
        _DAY + ", r.direction, r.ext, {outcome}, count(*), sum(coalesce({size}, 0))",
        "",
    ),
    "inbox_total": (_INBOX.replace("{day}", _DAY), ""),
    "block_total": (_INBOX.replace("{day}", f"({_DAY}) >> {BLOCK}"), ""),
    "sender_total": (
        "r.direction, coalesce(CASE r.direction WHEN 0 THEN (SELECT text FROM word WHERE code = r.agent)"
        " ELSE r.customer END, ''), sum({outcome} = 0), sum(CASE {outcome} WHEN 0 THEN coalesce({size}, 0) ELSE 0 END),"
        " min(r.ms), max(r.ms), min(r.inbox), max(r.inbox)",
        "",
    ),
    "content_total": (
        "substr({sha256}, 1, 8), count(*), sum(coalesce({size}, 0))",
        " AND {outcome} = 0 AND {deleted} IS NULL AND {sha256} IS NOT NULL",
    ),
    "day_span": (_DAY + ", min(r.seq), max(r.seq)", ""),
}
"""For each table the columns of a query over entries, with the values that corrections can change, and a condition."""


def _query(table: str, tables: str, values: Mapping[str, str], where: str) -> str:
    columns, condition = (text.format(**values) for text in _COUNTED[table])
    keys = ", ".join(str(place + 1) for place in range(len(DIMENSIONS[table])))
    return f"SELECT {columns} FROM {tables} WHERE r.kind = 0{where}{condition} GROUP BY {keys}"


LATE = ("sender_total", "content_total")
"""The tables that count entries up to `total_mark` only."""

RECOMPUTED = {
    table: _query(
        table,
        entries_sql.FROM,
        entries_sql.COLUMNS,
        " AND r.seq <= (SELECT seq FROM total_mark)" if table in LATE else "",
    )
    for table in DIMENSIONS
}
"""The rows that each table of totals must have, as a query over the entries as they stand."""

SUMMED = {
    "block_total": (
        "inbox_total",
        f"SELECT inbox, direction, ext, detected, state, day >> {BLOCK}, sum(files), sum(bytes), sum(without_hash),"
        " sum(bytes_without_hash) FROM inbox_total GROUP BY 1, 2, 3, 4, 5, 6",
    )
}
"""The same as a query over another table, for tables that follow from one that is known to be right."""


def _upsert(table: str, source: str) -> str:
    keys, values = DIMENSIONS[table], VALUES[table]
    changes = ", ".join(
        f"{name} = {_JOINED[name]}({name}, excluded.{name})"
        if name in _JOINED
        else f"{name} = {name} + excluded.{name}"
        for name in values
    )
    return (
        f"INSERT INTO {table} ({', '.join((*keys, *values))}) {source}"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    )


_PLAIN = {name: f"r.{name}" for name in entries_sql.COLUMNS}
_NEW_CONTENTS = _upsert("content_total", _query("content_total", "record r", _PLAIN, " AND r.seq > ?1 AND r.seq <= ?2"))

_SENT = """sum(r.outcome = 0) AS files, sum(CASE r.outcome WHEN 0 THEN coalesce(r.size, 0) ELSE 0 END) AS bytes,
  min(r.ms) AS first, max(r.ms) AS last, min(r.inbox) AS low, max(r.inbox) AS high
FROM record r WHERE r.kind = 0 AND r.seq > ?1 AND r.seq <= ?2 AND r.direction"""
NEW_SENDERS = f"""
SELECT 1, coalesce(r.customer, ''), {_SENT} = 1 GROUP BY r.customer
UNION ALL SELECT 0, coalesce((SELECT text FROM word WHERE code = s.agent), ''), files, bytes, first, last, low, high
FROM (SELECT r.agent, {_SENT} = 0 GROUP BY r.agent) s WHERE true"""
"""The rows of `sender_total` for entries behind one place of the chain and up to another, none of them corrected.
Agents are few and known by a code: grouped apart from customers they cost a quarter."""
ONE = {
    table: _upsert(table, f"VALUES ({', '.join('?' * (len(DIMENSIONS[table]) + len(VALUES[table])))})")
    for table in DIMENSIONS
}
"""Adding one row to each table."""
_FORGET = {
    table: f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in DIMENSIONS[table])} AND files = 0"
    for table in ("day_total", "inbox_total", "block_total", "content_total")
}


class Uncountable(MalformedInput):
    """Sizes that add up to more than a total can hold."""


@contextmanager
def countable() -> Iterator[None]:
    """Refuse sizes that add up to more than SQLite's whole numbers hold: no ledger of real files comes near."""
    import sqlite3

    try:
        yield
    except (sqlite3.IntegrityError, OverflowError) as problem:
        raise Uncountable(
            "the sizes of the entries add up to more than 8 EiB; the rows since the last commit are not recorded",
            hint="look at the sizes that the source states",
        ) from problem


LAG = 50
"""Senders and contents may lag behind by this part of the ledger: adding to a large table touches a page for each row,
and a reader counts a fiftieth of the entries in no time."""


Senders = Callable[[tuple[int, int]], "Iterable[tuple[object, ...]] | None"]
"""The rows of NEW_SENDERS for two places; None where they were not prepared."""


def uncounted(connection: sqlite3.Connection, *, lag: int = 0) -> tuple[int, int] | None:
    """The newest entry that senders and contents count, and the newest that there is.

    None where these are the same, or where it is no more than `lag` places from one to the end of the chain.
    """
    (mark,) = connection.execute("SELECT seq FROM total_mark").fetchone()
    if lag and chain.head(connection)[0] - mark <= lag:
        return None
    (last,) = connection.execute("SELECT max(seq) FROM record WHERE kind = 0 AND seq > ?", (mark,)).fetchone()
    return None if last is None else (mark, last)


def catch_up(connection: sqlite3.Connection, *, lag: int = 0, senders: Senders = lambda _: None) -> None:
    """Count the senders and contents of all entries, inside the caller's transaction.

    Entries that are not counted yet must not be corrected: a correction of one catches up first. lag: leave so many
    places of the chain uncounted.
    """
    places = uncounted(connection, lag=lag)
    if places is None:
        return
    connection.execute(_NEW_CONTENTS, places)
    rows = senders(places)
    if rows is None:
        connection.execute(_upsert("sender_total", NEW_SENDERS), places)
    else:
        connection.executemany(ONE["sender_total"], rows)
    connection.execute("UPDATE total_mark SET seq = ?", (places[1],))


REST = "r.kind = 0 AND r.seq > (SELECT seq FROM total_mark)"
"""The entries r that senders and contents do not count yet. None of them was corrected."""


@dataclass(frozen=True, slots=True)
class CountedState:
    """The parts of an entry that totals count by and a correction can change. detected: its code, 0 for none."""

    outcome: int
    detected: int
    size: int | None
    sha256: bytes | None
    deleted: int | None

    @property
    def code(self) -> int:
        """The outcome of the file as a number of the totals."""
        return DELETED if self.outcome == STORED and self.deleted is not None else self.outcome


def move(
    connection: sqlite3.Connection,
    place: tuple[int, int, int, int],
    sender: str | None,
    before: CountedState,
    after: CountedState,
) -> None:
    """Count an entry that was counted as one thing as another. place: its milliseconds, inbox, direction, extension."""
    if after == before:
        return
    ms, inbox, direction, ext = place
    kind = inbox, direction, ext
    for sign, now in ((-1, before), (1, after)):
        size = sign * (now.size or 0)
        without = sign * (now.sha256 is None or now.size is None), 0 if now.sha256 else size
        moved: list[tuple[str, tuple[object, ...], tuple[int, ...]]] = [
            ("day_total", (ms // DAY, direction, ext, now.outcome), (sign, size)),
            ("inbox_total", (*kind, now.detected, now.code, ms // DAY), (sign, size, *without)),
            ("block_total", (*kind, now.detected, now.code, ms // DAY >> BLOCK), (sign, size, *without)),
        ]
        if now.outcome == STORED:
            moved.append(("sender_total", (direction, sender or ""), (sign, size, ms, ms, inbox, inbox)))
        if now.code == STORED and now.sha256 is not None:
            moved.append(("content_total", (bytes(now.sha256[:8]),), (sign, size)))
        for table, key, values in moved:
            connection.execute(ONE[table], (*key, *values))
            if sign < 0 and table in _FORGET:
                connection.execute(_FORGET[table], key)


def forget_sender(connection: sqlite3.Connection, customer: str) -> None:
    """Take a customer's name from the count of senders, and keep the files in it: they have no sender then. Agents are
    never erased."""
    values = ", ".join(VALUES["sender_total"])
    connection.execute(
        _upsert("sender_total", f"SELECT direction, '', {values} FROM sender_total WHERE direction = 1 AND sender = ?"),
        (customer,),
    )
    connection.execute("DELETE FROM sender_total WHERE direction = 1 AND sender = ?", (customer,))
