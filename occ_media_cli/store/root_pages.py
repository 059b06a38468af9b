"""Whether each table and index of a store leads to pages of its own.

The directory of a SQLite file says at which page a table begins, and its text says what its columns are; nothing ties
one to the other. With two of these numbers exchanged, a text that is compared and found right describes rows of
another table. So each number must be a page of the file and nobody else's, and the rows at both ends of a table must
be rows of its columns: all tables are strict, which no statement can get around. An index must begin with a row that
its table has, and must have the rows at both ends of its table: one whose rows were taken out answers that nothing is
there. All of it looks at a few pages, whatever the size of the store; what else is in the pages is for `ledger verify`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

_COLUMNS = """
SELECT m.name, p.name, p.type, p."notnull" OR p.pk, p.pk FROM sqlite_master m, pragma_table_info(m.name) p
WHERE m.type = 'table' ORDER BY m.name, p.cid"""
_INDEXED = """
SELECT m.name, p.name FROM sqlite_master m, pragma_index_info(m.name) p
WHERE m.type = 'index' ORDER BY m.name, p.seqno"""

ELSEWHERE = "leads to pages that are not its own"

_EMPTIED = """
SELECT NOT EXISTS (SELECT 1 FROM event NOT INDEXED)
  OR NOT EXISTS (SELECT 1 FROM record NOT INDEXED)
    AND EXISTS (SELECT 1 FROM record_key UNION ALL SELECT 1 FROM recent_key)"""
"""Whether a table of the chain has no row though the store begins with an event and knows keys of records: a table
without rows fits any columns."""

ENDS = 128
"""Rows at each end of a table that its indexes must have."""

_KNOWN_OTHERWISE = {
    # Refused entries are counted by day, as corrections left them: what no correction refused was refused from the
    # start, and has a row.
    "record_refused": "(SELECT total(files) FROM day_total WHERE outcome <> 0)"
    " > (SELECT count(*) FROM amendment WHERE outcome <> 0)",
    "record_corrects": "EXISTS (SELECT 1 FROM amendment)",
}
"""Indexes of a few rows of a large table, which may all be far from its ends: what says that there is one."""

_WHERE = re.compile(r"\)\s*WHERE\s(.*)", re.DOTALL | re.IGNORECASE)
_SINGLE = "CHECK (id = 1)"

_Column = tuple[str, str, bool, bool]
"""Name, type, whether it must hold a value, whether it is part of the key."""

Directory = tuple[tuple[Any, ...], ...]
"""What `read_directory` says of a file."""

_REMEMBERED_AT_MOST = 4
_remembered: dict[tuple[Directory, frozenset[str]], OpeningQuestions] = {}


@value
class _TableQuestions:
    """What is asked of a table that has rows. kinds: of each column its type, and whether it must hold a value; ends:
    for the types of the first row and of the last; others: for a second row, where there is to be one of id 1 alone."""

    kinds: list[tuple[str, bool]]
    ends: tuple[str, str]
    others: str


@value
class OpeningQuestions:
    """What is asked of the rows of a store, as its directory alone decides: statements, none of which has a value.

    tables: those with rows are named by the answers to `filled`, in this order; each with the types that its columns
    may hold, and what asks its first and last row and whether a table of one row has another. indexes: those with rows
    are named by `used`; each with its table, what asks whether its first row leads elsewhere, and whether it lacks one.
    """

    tables: dict[str, _TableQuestions]
    filled: str
    chain: bool
    indexes: dict[str, tuple[str, str, str]]
    used: str


def read_directory(connection: sqlite3.Connection) -> Directory:
    """The directory of a file: kind, name, table, page and text of each object."""
    return tuple(connection.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master"))


def misled(
    connection: sqlite3.Connection, directory: Directory, ours: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """(kind, name, what is wrong) of each table, index, view or trigger that has no pages of its own where it should,
    or has some, and of each index that lacks rows of its table.

    directory: what `read_directory` says in the same snapshot. ours: the names of the program's own, whose rows are
    looked at too. sqlite3.DatabaseError where a page is of another kind.
    """
    (last,) = connection.execute("PRAGMA page_count").fetchone()
    seen: set[int] = set()
    for kind, name, _, page, text in directory:
        stored = kind in ("table", "index") and not str(text).upper().startswith("CREATE VIRTUAL")
        if stored and (type(page) is not int or not 1 < page <= last or page in seen):
            yield kind, name, ELSEWHERE
            return
        if not stored and page not in (0, None):
            yield kind, name, ELSEWHERE
            return
        seen.add(page)
    asked = _questions(connection, directory, frozenset(ours))
    filled = _with_rows(connection, asked.tables, asked.filled)
    for table in filled:
        if not _fits(connection, asked.tables[table]):
            yield "table", table, ELSEWHERE
    if asked.chain and connection.execute(_EMPTIED).fetchone()[0]:
        yield "table", "record", ELSEWHERE
    used = _with_rows(connection, asked.indexes, asked.used)
    for index, (table, leads_elsewhere, lacks) in asked.indexes.items():
        if table not in filled and index not in used and index not in _KNOWN_OTHERWISE:
            continue  # neither has a row, so neither lacks one of the other
        if connection.execute(leads_elsewhere).fetchone()[0]:
            yield "index", index, ELSEWHERE
        elif connection.execute(lacks).fetchone()[0]:
            yield "index", index, "lacks rows that its table has"


def _questions(connection: sqlite3.Connection, directory: Directory, ours: frozenset[str]) -> OpeningQuestions:
    """The questions for a directory. Those of the last few are remembered: a process that opens stores again and again
    finds the same one, and making the statements costs more than asking them."""
    key = directory, ours
    found = _remembered.get(key)
    if found is None:
        found = _make_questions(connection, directory, ours)
        while len(_remembered) >= _REMEMBERED_AT_MOST:
            _remembered.pop(next(iter(_remembered)), None)
        _remembered[key] = found
    return found


def _make_questions(connection: sqlite3.Connection, directory: Directory, ours: frozenset[str]) -> OpeningQuestions:
    columns: dict[str, list[_Column]] = {}
    for table, *column in connection.execute(_COLUMNS):
        columns.setdefault(table, []).append(tuple(column))
    covered: dict[str, list[str]] = {}
    for index, name in connection.execute(_INDEXED):
        covered.setdefault(index, []).append(name)
    tables = {
        name: _ask_table(name, columns[name], single=_SINGLE in str(text))
        for kind, name, _, _, text in directory
        if kind == "table" and name in ours
    }
    indexes: dict[str, tuple[str, str, str]] = {}
    rows: dict[str, tuple[str, str]] = {}
    for kind, index, table, _, sql in directory:
        if kind == "index" and index in ours:
            keys, text = [name for name, _, _, key in columns[table] if key], str(sql or "")
            indexes[index] = (
                table,
                _leads_elsewhere(index, table, covered[index], keys, text),
                _lacks(index, table, covered[index], keys, text),
            )
            # of an index: those of its condition, without which SQLite does not use it
            rows[index] = "1", f"{_quoted(table)} INDEXED BY {_quoted(index)} WHERE {_condition(text)}"
    filled = {table: (_kinds(columns[table]), f"{_quoted(table)} NOT INDEXED") for table in tables}
    return OpeningQuestions(tables, _which_have_rows(filled), "recent_key" in tables, indexes, _which_have_rows(rows))


def _ask_table(table: str, columns: list[_Column], *, single: bool) -> _TableQuestions:
    """The questions for a table. single: it is to have one row, of id 1."""
    kinds = ", ".join(f"typeof({_quoted(name)})" for name, _, _, _ in columns)
    keys = [_quoted(name) for name, _, _, key in columns if key]
    first, last = (
        f"SELECT {kinds} FROM {_quoted(table)} ORDER BY {', '.join(key + way for key in keys)} LIMIT 1"
        for way in ("", " DESC")
    )
    others = f"SELECT 1 FROM {_quoted(table)} WHERE id <> 1 LIMIT 1" if single else ""
    return _TableQuestions([(kind.lower(), bool(needed)) for _, kind, needed, _ in columns], (first, last), others)


def _which_have_rows(sources: dict[str, tuple[str, str]]) -> str:
    """What asks at once which tables or indexes have a row: most of a new store have none, and each further question
    takes as long as this one. Empty where there are none.

    sources: what to select and from what, by name. A table is asked for all its columns, because SQLite would ask one
    without row ids through any index that has the columns wanted, NOT INDEXED or not.
    """
    questions = (f"(SELECT {wanted} FROM {source} LIMIT 1) IS NOT NULL" for wanted, source in sources.values())
    return f"SELECT {', '.join(questions)}" if sources else ""


def _with_rows(connection: sqlite3.Connection, names: Collection[str], question: str) -> list[str]:
    if not question:
        return []
    (answers,) = connection.execute(question).fetchall()
    return [name for name, has in zip(names, answers, strict=True) if has]


def _kinds(columns: list[_Column]) -> str:
    """What all columns of a row hold, as one text."""
    return " || ".join(f"typeof({_quoted(name)})" for name, _, _, _ in columns)


def _fits(connection: sqlite3.Connection, table: _TableQuestions) -> bool:
    """Whether the first and the last row of a table are rows of its columns."""
    for question in table.ends:
        row = connection.execute(question).fetchone()
        for (kind, needed), found in zip(table.kinds, row or (), strict=False):
            if found != kind and (needed or found != "null"):
                return False
    return not table.others or connection.execute(table.others).fetchone() is None


def _leads_elsewhere(index: str, table: str, covered: list[str], keys: list[str], text: str) -> str:
    """Whether the first row of an index is not the row of its table that it leads to."""
    where = _condition(text)
    wanted = ", ".join(_quoted(name) for name in dict.fromkeys((*covered, *keys)))
    order = ", ".join(_quoted(name) for name in covered)
    same = " AND ".join(f"t.{_quoted(name)} IS i.{_quoted(name)}" for name in dict.fromkeys((*keys, *covered)))
    return (
        f"SELECT EXISTS (SELECT 1 FROM (SELECT {wanted} FROM {_quoted(table)} INDEXED BY {_quoted(index)} WHERE {where}"
        f" ORDER BY {order} LIMIT 1) i WHERE NOT EXISTS"
        f" (SELECT 1 FROM {_quoted(table)} t NOT INDEXED WHERE {same}))"
    )


def _lacks(index: str, table: str, covered: list[str], keys: list[str], text: str) -> str:
    """Whether a row at one of the ends of a table is not in its index, or the index is empty and should not be."""
    where, place = _condition(text), f"{_quoted(table)} {{}}INDEXED BY {_quoted(index)}".format
    ends = " UNION ALL ".join(
        f"SELECT * FROM (SELECT * FROM {_quoted(table)} NOT INDEXED"
        f" ORDER BY {', '.join(_quoted(key) + way for key in keys)} LIMIT {ENDS})"
        for way in ("", " DESC")
    )
    same = " AND ".join(f"i.{_quoted(name)} IS r.{_quoted(name)}" for name in dict.fromkeys((*covered, *keys)))
    lacks = (
        f"SELECT EXISTS (SELECT 1 FROM ({ends}) r WHERE ({where})"
        f" AND NOT EXISTS (SELECT 1 FROM {place('i ')} WHERE ({where}) AND {same}))"
    )
    if known := _KNOWN_OTHERWISE.get(index):
        lacks += f" OR NOT EXISTS (SELECT 1 FROM {place('')} WHERE {where}) AND {known}"
    return lacks


def _condition(text: str) -> str:
    """The condition of a partial index; that of any other holds always."""
    return match[1] if (match := _WHERE.search(text)) else "1"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
