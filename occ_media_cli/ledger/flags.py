"""Marking an entry, so that audits list it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.find import find_entry
from occ_media_cli.settings import past
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3


def flag_entry(
    connection: sqlite3.Connection, entry: str, reason: str, stamp: chain.Stamp, *, backdate: str | None = None
) -> int:
    """Mark an entry for a reason, on record for good, and return its number.

    entry: an id, SOURCE:ID or #SEQ. UsageError for an empty reason, NotFound for an unknown entry,
    Refused before its newest flag without a reason for that (backdate).
    """
    check_reason(reason)
    with transaction(connection):
        seq = find_entry(connection, entry)
        which = "SELECT seq FROM event WHERE kind = 'flag' AND json_extract(body, '$.entry') = ?"
        past.refuse_events_past(connection, f"the flag of {entry} was", (which, (seq,)), stamp, backdate)
        body = {"entry": seq, **past.recorded(backdate)}
        chain.append(connection, [chain.Event("flag", body, stamp.now, reason)], stamp)
    return seq


def check_reason(reason: str) -> None:
    """UsageError for a reason that says nothing."""
    refuse_unfit(reason, hint="say why it is marked", topic=("flag-reason",))
