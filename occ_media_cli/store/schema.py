"""Whether tables, views, triggers and indexes of a store read as this program makes them.

A store is a file, and a file may come from an attacker. A view that leaves rows out makes a clean audit of a bad
ledger; a trigger can swallow a hold while it is placed. So every opening, to read or to change, compares the schema
before anything of it runs, and a write needs no second look at the row: no trigger but our own can be there.

Other tables and views may stand beside under names of their own, such as an analyst makes with sqlite-utils or
Datasette, with their own indexes and triggers, and the tables that SQLite keeps for ANALYZE. Refused are a trigger or
an index on a table of this program, which would act during a write or answer in its place, and a table under a name by
which this program calls a function of SQLite.

`schema_digests.py` holds what each schema version looks like; `python tools/schema.py` makes it from the migrations.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store import root_pages
from occ_media_cli.store.schema_digests import CHANGES
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.root_pages import Directory

_OF_SQLITE = ("sqlite_stat1", "sqlite_stat2", "sqlite_stat3", "sqlite_stat4", "sqlite_sequence")
"""Tables that SQLite makes by itself: figures of ANALYZE, and counters of AUTOINCREMENT in the tables of others."""

_FUNCTIONS = ("json_each", "json_tree", "dbstat", "generate_series", "pragma_")
"""Beginnings of names of functions of SQLite: a table of such a name would be asked in the place of the function."""


@value
class SchemaDifference:
    """One object that is not as this program makes it. table: what it belongs to; words: what is wrong with it."""

    kind: str
    name: str
    table: str
    words: str


def digest_of_object(kind: str, name: str, table: str, sql: str | None) -> str:
    """The part of a row of sqlite_master that is compared: `view` and a hash.

    The quotes around a view's name are the choice of the sqlite-utils that made the store, so they do not count.
    """
    text = sql or ""
    if kind == "view":
        for quoted in (f'CREATE VIEW "{name}" AS', f"CREATE VIEW [{name}] AS"):
            if text.startswith(quoted):
                text = f"CREATE VIEW {name} AS{text[len(quoted) :]}"
    found = sha256("\0".join((name, table, text)).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return f"{kind} {found}"


def expected(version: int) -> dict[str, str]:
    """The objects of a schema version by name, each with its digest."""
    found: dict[str, str | None] = {}
    for number in range(1, version + 1):
        found.update(CHANGES[number])
    return {name: digest for name, digest in found.items() if digest is not None}


def differences(directory: Directory, version: int) -> tuple[SchemaDifference, ...]:
    """Everything about the schema of an open file that is not as this program makes that version.

    directory: the file's, of `root_pages.read_directory`. What was found of the last few is remembered.
    """
    return _differences(tuple((kind, name, table, sql) for kind, name, table, _, sql in directory), version)


@lru_cache(maxsize=4)
def _differences(objects: tuple[tuple[Any, ...], ...], version: int) -> tuple[SchemaDifference, ...]:
    ours = expected(version)
    seen: set[str] = set()
    found: list[SchemaDifference] = []
    for kind, name, table, sql in objects:
        key = str(name).lower()  # SQLite finds names in any case of letters
        if key in seen:
            found.append(SchemaDifference(kind, name, table, "is there twice"))
        elif key in ours:
            if ours[key] != digest_of_object(kind, name, table, sql):
                found.append(SchemaDifference(kind, name, table, "was changed"))
        elif not _may_stay(kind, key, str(table).lower(), ours):
            found.append(SchemaDifference(kind, name, table, "was added"))
        seen.add(key)
    missing = sorted(ours.keys() - seen)
    found.extend(SchemaDifference(ours[name].partition(" ")[0], name, name, "is missing") for name in missing)
    return tuple(found)


def _may_stay(kind: str, name: str, table: str, ours: dict[str, str]) -> bool:
    if name in _OF_SQLITE:
        return kind == "table"
    if kind not in ("table", "view", "index", "trigger") or name.startswith(_FUNCTIONS):
        return False
    if name.startswith("sqlite_") and kind != "index":
        return False
    return kind in ("table", "view") or table not in ours


def require(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """StoreInvalid where the schema of a file is not that of its version, with the first object that differs, or where
    one leads to other pages than its own or lacks rows."""
    directory = root_pages.read_directory(connection)
    for found in differences(directory, version):
        added = found.words == "was added"
        raise StoreInvalid(
            f"{found.kind} {found.name} {found.words}, so that nothing in this store can be believed; nothing was read",
            file=str(path),
            hint=f"find out who added it, then: DROP {found.kind.upper()} {found.name}"
            if added
            else "find out who changed it; keep a copy of the file, then restore a backup",
            topic=() if added else ("changed-schema",),
        )
    for kind, name, words in root_pages.misled(connection, directory, expected(version)):
        raise StoreInvalid(
            f"{kind} {name} {words}, so that nothing in this store can be believed",
            file=str(path),
            hint="find out who changed it; keep a copy of the file, then restore a backup",
            topic=("changed-schema",),
        )
