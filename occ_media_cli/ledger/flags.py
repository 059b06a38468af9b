"""Marking an entry, so that audits list it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.find import find_entry
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3


def flag_entry(connection: sqlite3.Connection, entry: str, reason: str, stamp: chain.Stamp) -> int:
    """Mark an entry for a reason, on record for good, and return its number.

    entry: an id, SOURCE:ID or #SEQ. UsageError for an empty reason, NotFound for an unknown entry.
    """
    check_reason(reason)
    with transaction(connection):
        seq = find_entry(connection, entry)
        chain.append(connection, [chain.Event("flag", {"entry": seq}, stamp.now, reason)], stamp)
    return seq


def check_reason(reason: str) -> None:
    """UsageError for a reason that says nothing."""
    if not reason.strip():
        raise UsageError("the reason is empty", hint="say why it is marked", topic=("flag-reason",))
