"""Bringing a SQLite file to the schema of this program, in one transaction."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store import chain, schema
from occ_media_cli.store.connect import APPLICATION_ID, explained, roll_back, transaction

if TYPE_CHECKING:
    import sqlite3

LATEST = 13
"""The schema version of this program: the number of steps in `store.migrations`, which a test compares."""


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a store, 0 for an empty file; StoreInvalid for one of a newer program or of another one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version > LATEST:
        raise StoreInvalid(
            f"the store has schema version {version} and this program knows {LATEST}: a newer occ-media made it",
            file=str(path),
            hint="install a newer occ-media",
        )
    if application != APPLICATION_ID and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreInvalid(
            "a SQLite file of another program, not a store",
            file=str(path),
            hint="name another file",
            topic=("other-file",),
        )
    return version


def opened(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a file that was just opened, with its schema compared before any of its views or triggers runs.

    Both are read in one snapshot: another process may be migrating the store. 0 for an empty file; StoreInvalid for
    a store that this program did not make as it stands.
    """
    if connection.in_transaction:
        return _compared(connection, path)
    connection.execute("BEGIN")
    try:
        return _compared(connection, path)
    finally:
        roll_back(connection)


def _compared(connection: sqlite3.Connection, path: Path) -> int:
    version = schema_version(connection, path)
    if version:
        schema.require(connection, version, path)
    return version


def upgrade(connection: sqlite3.Connection, path: Path, stamp: chain.Stamp, *, upto: int = LATEST) -> bool:
    """Run the steps that are missing and return whether the store is new.

    The steps, their version number and, in a new store, the first event of the chain are one transaction.
    """
    with explained(path):
        if opened(connection, path) >= upto:
            return False
        connection.execute("PRAGMA journal_mode=WAL")
        with transaction(connection):
            version = opened(connection, path)  # another process may have migrated the store in the meantime
            if version >= upto:
                return False
            _run_steps(connection, version, upto)
            if version == 0:
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                _begin_chain(connection, stamp)
            connection.execute(f"PRAGMA user_version={upto}")
    return version == 0


def _run_steps(connection: sqlite3.Connection, version: int, upto: int) -> None:
    from occ_media_cli.store.migrations import STEPS
    from occ_media_cli.store.plain_sqlite_utils import database_of

    database = database_of(connection)
    for step in STEPS[version:upto]:
        step(database)


def _begin_chain(connection: sqlite3.Connection, stamp: chain.Stamp) -> None:
    secret = os.urandom(32)
    connection.execute("INSERT INTO store (id, secret, created) VALUES (1, ?, ?)", (secret, stamp.wall))
    body = {"secret_sha256": sha256(secret).hexdigest(), "created": stamp.wall}
    chain.append(connection, [chain.Event("store", body, stamp.now)], stamp)
