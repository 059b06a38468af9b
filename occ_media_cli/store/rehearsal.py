"""A command that only says what it would do: it changes a store that nothing is kept of.

Whatever such a command asks for is done, checked and read again in one transaction of the real store, which is never
committed; a store that is missing is made in memory. So it says what the command would say, and ends as that would.
"""

from __future__ import annotations

import sqlite3  # noqa: TID253 - only a command that rehearses loads this file
from typing import Any

_OUTSIDE = ("VACUUM", "PRAGMA synchronous", "PRAGMA journal_mode", "PRAGMA wal_checkpoint", "PRAGMA temp_store")
"""What SQLite refuses inside of a transaction, and what would change nothing that is kept."""

_FILES = "PRAGMA database_list"


class Rehearsal:
    """The store of one such command, for as long as that runs, however often it is opened."""

    def __init__(self) -> None:
        self._connection: Rehearsed | None = None

    @property
    def connection(self) -> sqlite3.Connection | None:
        """The connection in which everything happens, once something has been opened to change it."""
        return self._connection

    def begin(self, connection: sqlite3.Connection) -> None:
        """Take the connection in which everything happens, of the class `Rehearsed`, and the writer's lock."""
        assert isinstance(connection, Rehearsed)  # noqa: S101  # only that one can
        connection.begin()
        self._connection = connection

    def end(self) -> None:
        """Forget everything."""
        if self._connection is not None:
            self._connection.forget()


class Rehearsed(sqlite3.Connection):
    """A connection inside of one transaction that is never committed; those of its users are parts of that."""

    _inside = False

    def begin(self) -> None:
        """Take the writer's lock, so that nothing else changes meanwhile."""
        super().execute("BEGIN IMMEDIATE")

    @property
    def in_transaction(self) -> bool:
        """Whether one of its users is in a transaction."""
        return self._inside

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """The same, with another meaning for what begins and ends transactions, and for what cannot stand in one."""
        if sql.startswith("BEGIN"):
            self._inside = True
            return super().execute("SAVEPOINT rehearsed")
        if sql == "COMMIT":
            self._inside = False
            return super().execute("RELEASE rehearsed")
        if sql == "ROLLBACK":
            self._inside = False
            super().execute("ROLLBACK TO rehearsed")
            return super().execute("RELEASE rehearsed")
        if sql.startswith(_OUTSIDE):
            return super().execute("SELECT 0, 0, 0")
        if sql.startswith(_FILES):  # no other connection can see what is in this one
            return super().execute("SELECT 0, 'main', ''")
        return super().execute(sql, parameters)

    def close(self) -> None:
        """Stay open: the command may open the store again."""

    def forget(self) -> None:
        """End without a trace."""
        super().close()
