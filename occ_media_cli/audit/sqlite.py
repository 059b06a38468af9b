"""The SQLite engine of the audit: a store's own file, with its small views copied into memory for the run.

An as-of join asks the settings history once for each entry; read through its view, each answer would parse JSON. The
copies carry the same names, so every rule's text runs unmodified, and a document that was edited by hand and not yet
recorded is laid over them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.rule import Rule, Value
from occ_media_cli.audit.source import Head
from occ_media_cli.errors import MalformedInput
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store

COPIED = ("config", "inbox", "setting", "setting_channel", "setting_tag", "policy", "agent", "agent_inbox",
          "suppression", "file_type")  # fmt: skip
"""Views that are small and joined often, in the order in which one needs another."""

_KEYS = {
    "setting": ("inbox_id", "valid_from_ms"),
    "setting_channel": ("inbox_id", "version"),
    "setting_tag": ("inbox_id", "version"),
    "agent_inbox": ("inbox", "agent"),
    "inbox": ("id",),
    "file_type": ("key",),
}


class SqliteSource:
    """A store that is open to read. Use `prepared`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def head(self) -> Head:
        """Where the chain stands."""
        seq, state = chain.head(self.connection)
        return Head(state.hex(), seq, _verified(self.connection))

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a SELECT of this program."""
        chosen = tuned or text
        used = {name: values[name] for name in sql.parameters(chosen)}
        return self.connection.execute(chosen, used)

    def judge(self, rule: Rule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule's SELECT; a user's own rule runs behind a guard."""
        if rule.own:
            from occ_media_cli.audit.own import guarded

            yield from guarded(self.connection, rule, values)
            return
        yield from rows(self.connection, rule.tuned or rule.sql, values)


def rows(connection: sqlite3.Connection, text: str, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    """The rows of a rule's text by column, in the order of findings."""
    used = {name: values[name] for name in sql.parameters(text)}
    cursor = connection.execute(f"SELECT * FROM (\n{text}\n) AS finding LIMIT 0", used)
    names = [str(column[0]) for column in cursor.description]
    for row in connection.execute(sql.ordered(text, names), used):
        yield dict(zip(names, row, strict=True))


def _verified(connection: sqlite3.Connection) -> str | None:
    """The head that the newest successful `ledger verify` proved, where one has run."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'verification'").fetchone():
        return None
    row = connection.execute(
        "SELECT head FROM verification WHERE subject = 'ledger' AND result = 'intact' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row and row[0] is not None else None


@contextmanager
def prepared(store: Store, now: int) -> Iterator[SqliteSource]:
    """The source of an open store: one snapshot for the whole run, with the small views copied."""
    connection = store.connection if store.connection is not None else _empty()
    connection.execute("PRAGMA query_only=OFF")  # temporary tables are this run's own; the file is not touched
    connection.execute("BEGIN")
    try:
        _copy(connection)
        from occ_media_cli.audit import pending

        pending.overlay(store, connection, now)
        for name, columns in _KEYS.items():
            connection.execute(f"CREATE INDEX temp.{name}_key ON {name} ({', '.join(columns)})")
        connection.execute("PRAGMA query_only=ON")
        yield SqliteSource(connection)
    finally:
        connection.execute("ROLLBACK")
        if store.connection is None:
            connection.close()


def _empty() -> sqlite3.Connection:
    """A ledger in memory for a store that has none yet: nothing was shared, and its document still counts."""
    import sqlite3

    from sqlite_utils import Database

    from occ_media_cli.store.migrations import STEPS

    connection = sqlite3.connect(":memory:", isolation_level=None)
    database = Database(connection)
    for step in STEPS:
        step(database)
    return connection


def _copy(connection: sqlite3.Connection) -> None:
    for name in COPIED:
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM main.{name}")


def view_body(connection: sqlite3.Connection, name: str) -> str:
    """The SELECT of a view, to be run over the copies of what it reads."""
    row = connection.execute("SELECT sql FROM main.sqlite_master WHERE type = 'view' AND name = ?", (name,)).fetchone()
    if row is None:
        raise MalformedInput(f"the store has no view '{name}'", hint="occ-media store init brings it up to date")
    return str(row[0]).partition(" AS ")[2] or str(row[0]).partition(" AS\n")[2]


def known(source: SqliteSource, inboxes: Sequence[str], file: str) -> None:
    """NotFound, with the nearest name, where one of the inboxes never was in the store."""
    from occ_media_cli.settings.names import no_inbox

    names = [str(row[0]) for row in source.query("SELECT name FROM inbox", {})]
    for name in inboxes:
        if name not in names:
            raise no_inbox(name, names, file)
