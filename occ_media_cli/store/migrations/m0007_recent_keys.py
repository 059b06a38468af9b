"""Schema version 7: new keys wait in a small table, because a large one has a page written for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE recent_key (        -- like record_key, for the records behind key_mark
  key INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;

CREATE TABLE key_mark (          -- one row: the newest record whose key is in record_key
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL           -- 0 for none
) STRICT;
INSERT INTO key_mark SELECT 1, coalesce(max(seq), 0) FROM record;
"""


def migrate(database: Database) -> None:
    """What is there stays where it is."""
    for statement in statements(TABLES):
        database.execute(statement)
