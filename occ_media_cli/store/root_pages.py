"""Whether each table and index of a store leads to pages of its own.

The directory of a SQLite file says at which page a table begins, and its text says what its columns are; nothing ties
one to the other. With two of these numbers exchanged, a text that is compared and found right describes rows of
another table. So each number must be a page of the file and nobody else's, and the rows at both ends of a table must
be rows of its columns: all tables are strict, which no statement can get around. An index must begin with a row that
its table has. All of it looks at a few pages, whatever the size of the store; what else is in the pages is for
`ledger verify`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

_PLACES = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master"
_COLUMNS = """
SELECT m.name, p.name, p.type, p."notnull" OR p.pk, p.pk FROM sqlite_master m, pragma_table_info(m.name) p
WHERE m.type = 'table' ORDER BY m.name, p.cid"""
_INDEXED = """
SELECT m.name, p.name FROM sqlite_master m, pragma_index_info(m.name) p
WHERE m.type = 'index' ORDER BY m.name, p.seqno"""

_EMPTIED = """
SELECT NOT EXISTS (SELECT 1 FROM event)
  OR NOT EXISTS (SELECT 1 FROM record) AND EXISTS (SELECT 1 FROM record_key UNION ALL SELECT 1 FROM recent_key)"""
"""Whether a table of the chain has no row though the store begins with an event and knows keys of records: a table
without rows fits any columns."""

_WHERE = re.compile(r"\)\s*WHERE\s(.*)", re.DOTALL | re.IGNORECASE)
_SINGLE = "CHECK (id = 1)"

_Column = tuple[str, str, bool, bool]
"""Name, type, whether it must hold a value, whether it is part of the key."""


def misled(connection: sqlite3.Connection, ours: Collection[str]) -> Iterator[tuple[str, str]]:
    """(kind, name) of each table, index, view or trigger that has no pages of its own where it should, or has some.

    ours: the names of the program's own, whose rows are looked at too. sqlite3.DatabaseError where a page is of another
    kind.
    """
    (last,) = connection.execute("PRAGMA page_count").fetchone()
    seen: set[int] = set()
    tables: dict[str, str] = {}
    indexes: dict[str, tuple[str, str]] = {}
    for kind, name, table, page, text in connection.execute(_PLACES):
        stored = kind in ("table", "index") and not str(text).upper().startswith("CREATE VIRTUAL")
        if stored and (type(page) is not int or not 1 < page <= last or page in seen):
            yield kind, name
            return
        if not stored and page not in (0, None):
            yield kind, name
            return
        seen.add(page)
        if name in ours and kind == "table":
            tables[name] = str(text)
        elif name in ours and kind == "index":
            indexes[name] = table, str(text or "")
    columns: dict[str, list[_Column]] = {}
    for table, *column in connection.execute(_COLUMNS):
        columns.setdefault(table, []).append(tuple(column))
    for table, text in tables.items():
        if not _fits(connection, table, columns[table], single=_SINGLE in text):
            yield "table", table
    if "recent_key" in tables and connection.execute(_EMPTIED).fetchone()[0]:
        yield "table", "record"
    covered: dict[str, list[str]] = {}
    for index, name in connection.execute(_INDEXED):
        covered.setdefault(index, []).append(name)
    for index, (table, text) in indexes.items():
        keys = [name for name, _, _, key in columns[table] if key]
        if connection.execute(_leads_elsewhere(index, table, covered[index], keys, text)).fetchone()[0]:
            yield "index", index


def _fits(connection: sqlite3.Connection, table: str, columns: list[_Column], *, single: bool) -> bool:
    """Whether the first and the last row of a table are rows of its columns. single: there is one row, of id 1."""
    kinds = ", ".join(f"typeof({_quoted(name)})" for name, _, _, _ in columns)
    keys = [_quoted(name) for name, _, _, key in columns if key]
    for way in ("", " DESC"):
        order = ", ".join(key + way for key in keys)
        row = connection.execute(f"SELECT {kinds} FROM {_quoted(table)} ORDER BY {order} LIMIT 1").fetchone()
        for (_, kind, needed, _), found in zip(columns, row or (), strict=False):
            if found != kind.lower() and (needed or found != "null"):
                return False
    return not single or connection.execute(f"SELECT 1 FROM {_quoted(table)} WHERE id <> 1 LIMIT 1").fetchone() is None


def _leads_elsewhere(index: str, table: str, covered: list[str], keys: list[str], text: str) -> str:
    """Whether the first row of an index is not the row of its table that it leads to."""
    where = match[1] if (match := _WHERE.search(text)) else "1"
    wanted = ", ".join(_quoted(name) for name in dict.fromkeys((*covered, *keys)))
    order = ", ".join(_quoted(name) for name in covered)
    same = " AND ".join(f"t.{_quoted(name)} IS i.{_quoted(name)}" for name in dict.fromkeys((*keys, *covered)))
    return (
        f"SELECT EXISTS (SELECT 1 FROM (SELECT {wanted} FROM {_quoted(table)} INDEXED BY {_quoted(index)} WHERE {where}"
        f" ORDER BY {order} LIMIT 1) i WHERE NOT EXISTS"
        f" (SELECT 1 FROM {_quoted(table)} t NOT INDEXED WHERE {same}))"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
