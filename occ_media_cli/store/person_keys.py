"""Keys of ids of people, which stay on record where an erasure takes the ids: without the store's secret they tell
nothing, and with it whether an id that comes again is one of somebody who is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from occ_media_cli.store.customer_ids import bare_form
from occ_media_cli.store.record import key_of

if TYPE_CHECKING:
    import sqlite3


def keyed(connection: sqlite3.Connection) -> Callable[[str], str]:
    """What makes the key of an id, the same one for every way to write it, in 16 hex digits."""
    (secret,) = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()
    prefix = bytes(secret) + b"person\0"
    return lambda text: f"{key_of(prefix, bare_form(text)) % 2**64:016x}"
