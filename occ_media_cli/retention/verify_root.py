"""Verifying a root on a connection that only reads: a person who may read a store may ask whether its files
are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError
from occ_media_cli.places.opened import open_place
from occ_media_cli.retention import root_result, verify
from occ_media_cli.store.connect import roll_back

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.root_result import RootResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


def verify_root(connection: sqlite3.Connection, root: str) -> RootResult:
    """Compare the files under a root with the ledger; nothing of the store is written."""
    connection.execute("PRAGMA query_only=OFF")  # temporary tables count as writing
    connection.execute("BEGIN")
    try:
        with open_place(root, locked=False) as storage:
            return verify.verify_removals(connection, storage)
    finally:
        roll_back(connection)
        connection.execute("PRAGMA query_only=ON")


def record_result(connection: sqlite3.Connection, result: RootResult, root: str, stamp: Stamp) -> None:
    """Put what was found on record."""
    with open_place(root, locked=False) as storage:
        root_result.record_verification(connection, result, storage, stamp)


def record_when_writable(location: Location, result: RootResult, root: str, stamp: Stamp) -> bool:
    """Put what was found on record; False where the store cannot be written, which is verified all the same."""
    import sqlite3
    from contextlib import suppress

    from occ_media_cli.store.open import changing

    with suppress(OccMediaError, sqlite3.Error), changing(location, stamp) as store:
        record_result(store.ledger, result, root, stamp)
        return True
    return False
