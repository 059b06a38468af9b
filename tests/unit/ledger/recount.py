"""Totals for ledgers that a test writes by SQL, past the appender that keeps them."""

from __future__ import annotations

import sqlite3

from occ_media_cli.ledger.totals import DIMENSIONS, RECOMPUTED, VALUES


def recount(connection: sqlite3.Connection) -> None:
    """Count everything, as a verification expects it."""
    connection.execute("UPDATE total_mark SET seq = (SELECT coalesce(max(seq), 0) FROM record WHERE kind = 0)")
    for table, query in RECOMPUTED.items():
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} ({', '.join((*DIMENSIONS[table], *VALUES[table]))}) {query}")
