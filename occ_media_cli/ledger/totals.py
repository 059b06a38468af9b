"""The totals that entries keep up to date in their own transaction, and how they are made again from the entries.

Reports and statistics read these and not millions of entries. What is small is counted with each commit. Senders and
contents, of which there may be as many as entries, are counted by SQL, many entries at once: they lag behind a little,
`total_mark` says how far, and who reads them counts the rest. A correction moves its entry from what it was to what it
became.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.columns import Prepared

DAY = 86_400_000

STORED, BLOCKED, FAILED, DELETED = range(4)
"""What became of a file: the codes of an outcome, and one more for delivered files whose bytes have gone since."""

MOST = 60_000
"""How many cells are counted in memory before they are written."""

DIMENSIONS = {
    "day_total": ("day", "direction", "ext", "outcome"),
    "inbox_total": ("inbox", "direction", "ext", "detected", "state", "day"),
    "sender_total": ("direction", "sender"),
    "content_total": ("content",),
    "day_span": ("day",),
}
"""The tables, and what one of their rows is about, in the order of the key."""

VALUES = {
    "day_total": ("files", "bytes"),
    "inbox_total": ("files", "bytes", "without_hash", "bytes_without_hash"),
    "sender_total": ("files", "bytes", "first", "last", "low", "high"),
    "content_total": ("files", "bytes"),
    "day_span": ("first", "last"),
}
"""What a row of a table says about it."""

_JOINED = {"first": "min", "low": "min", "last": "max", "high": "max"}
"""How two values of these columns become one; all others are added."""

_DAY = f"(r.ms - ((r.ms % {DAY} + {DAY}) % {DAY})) / {DAY}"

_COUNTED = {
    "day_total": (
        _DAY + ", r.direction, r.ext, {outcome}, count(*), sum(coalesce({size}, 0))",
        "",
    ),
    "inbox_total": (
        "r.inbox, r.direction, r.ext, {detected}, CASE WHEN {outcome} = 0 AND {deleted} IS NOT NULL THEN 3"
        " ELSE {outcome} END, "
        + _DAY
        + ", count(*), sum(coalesce({size}, 0)), sum({sha256} IS NULL OR {size} IS NULL),"
        " sum(CASE WHEN {sha256} IS NULL THEN coalesce({size}, 0) ELSE 0 END)",
        "",
    ),
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

_CHANGEABLE = ("outcome", "detected", "size", "sha256", "deleted")


def _query(table: str, tables: str, values: dict[str, str], where: str) -> str:
    columns, condition = (text.format(**values) for text in _COUNTED[table])
    keys = ", ".join(str(place + 1) for place in range(len(DIMENSIONS[table])))
    return f"SELECT {columns} FROM {tables} WHERE r.kind = 0{where}{condition} GROUP BY {keys}"


LATE = ("sender_total", "content_total")
"""The tables that count entries up to `total_mark` only."""

RECOMPUTED = {
    table: _query(
        table,
        "record r LEFT JOIN amendment a ON a.seq = r.seq",
        {name: f"coalesce(a.{name}, r.{name})" for name in _CHANGEABLE},
        " AND r.seq <= (SELECT seq FROM total_mark)" if table in LATE else "",
    )
    for table in DIMENSIONS
}
"""What each table of totals must hold, as a query over the entries as they stand."""


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


_PLAIN = {name: f"r.{name}" for name in _CHANGEABLE}
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
_ONE = {
    table: _upsert(table, f"VALUES ({', '.join('?' * (len(DIMENSIONS[table]) + len(VALUES[table])))})")
    for table in DIMENSIONS
}
_FORGET = {
    table: f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in DIMENSIONS[table])} AND files = 0"
    for table in ("day_total", "inbox_total", "content_total")
}


class Cells:
    """New entries, counted and not written yet: by day, inbox, direction, state, extension and detected type."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, ...], list[int]] = {}
        self._days: dict[int, list[int]] = {}

    @property
    def full(self) -> bool:
        """Whether it is time to write: a hostile ledger has a cell for each entry."""
        return len(self._cells) > MOST

    def add(self, made: Prepared, inboxes: list[int], extensions: list[int], detected: list[int], first: int) -> None:
        """Add rows that were counted together, with the codes of what they name. first: where the first one stands."""
        cells = self._cells
        for day, inbox, direction, state, ext, kind, files, size, without, bare in made.cells:
            place = (day, inboxes[inbox], direction, state, extensions[ext], detected[kind])
            total = cells.get(place)
            if total is None:
                cells[place] = [files, size, without, bare]
            else:
                total[0] += files
                total[1] += size
                total[2] += without
                total[3] += bare
        for day, low, high in made.days:
            self._days.setdefault(day, [first + low, 0])[1] = first + high

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write what was counted. Rows go in the order of a table's key: a page is touched once."""
        by_day: dict[tuple[int, ...], list[int]] = {}
        by_inbox: dict[tuple[int, ...], list[int]] = {}
        for (day, inbox, direction, state, ext, detected), total in self._cells.items():
            by_inbox[inbox, direction, ext, detected, state, day] = total
            sums = by_day.setdefault((day, direction, ext, STORED if state == DELETED else state), [0, 0])
            sums[0] += total[0]
            sums[1] += total[1]
        for table, totals in (("inbox_total", by_inbox), ("day_total", by_day)):
            connection.executemany(_ONE[table], ((*key, *totals[key]) for key in sorted(totals)))
        connection.executemany(_ONE["day_span"], ((day, *self._days[day]) for day in sorted(self._days)))
        self._cells.clear()
        self._days.clear()


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
"""The rows of NEW_SENDERS for two places, where somebody has them."""


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

    Entries that are not counted yet must not be corrected: whoever corrects one catches up first. lag: leave so many
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
        connection.executemany(_ONE["sender_total"], rows)
    connection.execute("UPDATE total_mark SET seq = ?", (places[1],))


REST = "r.kind = 0 AND r.seq > (SELECT seq FROM total_mark)"
"""The entries r that senders and contents do not count yet. None of them was corrected."""


@dataclass(frozen=True, slots=True)
class State:
    """What corrections can change of an entry, as far as totals go. detected: its code, 0 for none."""

    outcome: int
    detected: int
    size: int | None
    sha256: bytes | None
    deleted: int | None

    @property
    def code(self) -> int:
        """What became of the file."""
        return DELETED if self.outcome == STORED and self.deleted is not None else self.outcome


def move(
    connection: sqlite3.Connection, place: tuple[int, int, int, int], sender: str | None, before: State, after: State
) -> None:
    """Count an entry that was counted as one thing as another. place: its milliseconds, inbox, direction, extension."""
    if after == before:
        return
    ms, inbox, direction, ext = place
    for sign, now in ((-1, before), (1, after)):
        size = sign * (now.size or 0)
        without = sign * (now.sha256 is None or now.size is None), 0 if now.sha256 else size
        moved: list[tuple[str, tuple[object, ...], tuple[int, ...]]] = [
            ("day_total", (ms // DAY, direction, ext, now.outcome), (sign, size)),
            ("inbox_total", (inbox, direction, ext, now.detected, now.code, ms // DAY), (sign, size, *without)),
        ]
        if now.outcome == STORED:
            moved.append(("sender_total", (direction, sender or ""), (sign, size, ms, ms, inbox, inbox)))
        if now.code == STORED and now.sha256 is not None:
            moved.append(("content_total", (bytes(now.sha256[:8]),), (sign, size)))
        for table, key, values in moved:
            connection.execute(_ONE[table], (*key, *values))
            if sign < 0 and table in _FORGET:
                connection.execute(_FORGET[table], key)


def forget_sender(connection: sqlite3.Connection, customer: str) -> None:
    """Count what a customer sent in as sent by nobody. Only customers are erased, agents never."""
    values = ", ".join(VALUES["sender_total"])
    connection.execute(
        _upsert("sender_total", f"SELECT direction, '', {values} FROM sender_total WHERE direction = 1 AND sender = ?"),
        (customer,),
    )
    connection.execute("DELETE FROM sender_total WHERE direction = 1 AND sender = ?", (customer,))
