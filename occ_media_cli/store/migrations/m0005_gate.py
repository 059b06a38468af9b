"""Schema version 5: the gate finds what it told a customer lately without reading the whole ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(database: Database) -> None:
    """An index over decisions with a message only; entries of files pay nothing for it."""
    database.execute("CREATE INDEX record_told ON record (ms) WHERE kind = 2 AND message IS NOT NULL")
