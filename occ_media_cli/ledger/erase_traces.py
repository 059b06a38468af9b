"""What an erasure does to the file itself, so that no byte of an erased value is left in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete
from occ_media_cli.store.connect import explained

if TYPE_CHECKING:
    import sqlite3


def prepare(connection: sqlite3.Connection) -> None:
    """See that erased values are overwritten in the file, and that none gets into a temporary one; outside a
    transaction."""
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA temp_store=MEMORY")


def clean(connection: sqlite3.Connection, path: Path) -> None:
    """Remove what is left of deleted values from the file and from its write-ahead log."""
    with explained(path):
        _truncate(connection, path)
        with _room_beside(path):
            connection.execute("PRAGMA temp_store=FILE")
            connection.execute("VACUUM")
        _truncate(connection, path)


@contextmanager
def _room_beside(path: Path) -> Iterator[None]:
    """Let SQLite rebuild the store in a nameless file beside it: in memory it would take as much as the store has.

    What stays of that file is on the disk of the store, which an erasure says that it cannot reach.
    """
    before = os.environ.get("SQLITE_TMPDIR")
    os.environ["SQLITE_TMPDIR"] = str(path.absolute().parent)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SQLITE_TMPDIR"]
        else:
            os.environ["SQLITE_TMPDIR"] = before


def _truncate(connection: sqlite3.Connection, path: Path) -> None:
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise Incomplete(
            "the values are erased, but another program reads the store, so that their traces are still in the file",
            file=str(path),
            hint="run the same command again when nothing else uses the store",
        )
