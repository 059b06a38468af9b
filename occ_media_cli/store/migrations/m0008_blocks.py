"""Schema version 8: totals by inbox and 64 days, beside those by inbox and day, for reports over long times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE block_total (       -- as inbox_total, by blocks of days
  inbox INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  ext INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  state INTEGER NOT NULL,        -- as in inbox_total
  block INTEGER NOT NULL,        -- 64 days: those of a block have day >> 6 alike
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  without_hash INTEGER NOT NULL,
  bytes_without_hash INTEGER NOT NULL,
  PRIMARY KEY (inbox, direction, ext, detected, state, block)
) STRICT, WITHOUT ROWID;
INSERT INTO block_total
SELECT inbox, direction, ext, detected, state, day >> 6, sum(files), sum(bytes), sum(without_hash),
  sum(bytes_without_hash)
FROM inbox_total GROUP BY 1, 2, 3, 4, 5, 6;
"""


def migrate(database: Database) -> None:
    """Add the table and count what is there."""
    for statement in statements(TABLES):
        database.execute(statement)
