"""Schema version 6: keys in a table of their own, and totals for what reports ask of a ledger of millions.

An id's key is random, and an index over random values has every page touched by a few thousand new rows. A table of
its own takes them sorted, once for each commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.migrations.m0001_store import PERSONAL, PUBLIC, append_only
from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

RECORD = """
CREATE TABLE record_next (       -- one row a shared, refused or decided file, and one a correction
  seq INTEGER PRIMARY KEY,       -- its place in the chain, shared with event
  key INTEGER NOT NULL,          -- 8 bytes of sha256(secret, kind, source, id); record_key finds it
  kind INTEGER NOT NULL,         -- 0 file, 1 correction, 2 decision
  source INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  inbox INTEGER NOT NULL REFERENCES inbox_state (id),
  direction INTEGER NOT NULL,    -- 0 send, 1 receive
  outcome INTEGER,               -- 0 delivered, 1 blocked, 2 failed; NULL in a correction that leaves it
  channel INTEGER NOT NULL DEFAULT 0,
  agent INTEGER NOT NULL DEFAULT 0,
  declared INTEGER NOT NULL DEFAULT 0,
  detected INTEGER NOT NULL DEFAULT 0,
  ext INTEGER NOT NULL DEFAULT 0,
  reason INTEGER NOT NULL DEFAULT 0,
  size INTEGER,
  sha256 BLOB,
  md5 BLOB,
  deleted INTEGER,               -- when the bytes went
  corrects INTEGER,              -- seq of the record that a correction or decision is about
  id TEXT,                       -- from here to salt: personal, inside the commitment, erasable
  customer TEXT,
  conversation TEXT,
  name TEXT,
  path TEXT,
  message TEXT,
  salt BLOB,
  link BLOB NOT NULL
) STRICT;
INSERT INTO record_next SELECT * FROM record ORDER BY seq;

CREATE TABLE record_key (        -- finds a repeat, also after an erasure
  key INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO record_key SELECT key, seq FROM record ORDER BY key;

DROP TABLE record;
ALTER TABLE record_next RENAME TO record;
CREATE INDEX record_corrects ON record (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX record_told ON record (ms) WHERE kind = 2 AND message IS NOT NULL;
CREATE INDEX record_refused ON record (inbox, direction, ms, outcome, ext, detected, reason, size, customer, message)
  WHERE kind = 0 AND outcome <> 0;
"""

_DAY = "((r.ms - ((r.ms % 86400000 + 86400000) % 86400000)) / 86400000)"
_ENTRIES = "FROM record r LEFT JOIN amendment a ON a.seq = r.seq"

TOTALS = f"""
CREATE TABLE inbox_total (       -- everything shared or refused, in the transaction of the entries
  inbox INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  ext INTEGER NOT NULL,
  detected INTEGER NOT NULL,
  state INTEGER NOT NULL,        -- 0 stored, 1 blocked, 2 failed, 3 delivered and its bytes since deleted
  day INTEGER NOT NULL,          -- days since 1970-01-01, UTC
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,        -- an unknown size counts as 0
  without_hash INTEGER NOT NULL, -- files whose content or size is unknown, and their bytes
  bytes_without_hash INTEGER NOT NULL,
  PRIMARY KEY (inbox, direction, ext, detected, state, day)
) STRICT, WITHOUT ROWID;
INSERT INTO inbox_total
SELECT r.inbox, r.direction, r.ext, coalesce(a.detected, r.detected),
  CASE WHEN coalesce(a.outcome, r.outcome) = 0 AND coalesce(a.deleted, r.deleted) IS NOT NULL THEN 3
    ELSE coalesce(a.outcome, r.outcome) END, {_DAY}, count(*), sum(coalesce(a.size, r.size, 0)),
  sum(coalesce(a.sha256, r.sha256) IS NULL OR coalesce(a.size, r.size) IS NULL),
  sum(CASE WHEN coalesce(a.sha256, r.sha256) IS NULL THEN coalesce(a.size, r.size, 0) ELSE 0 END)
{_ENTRIES} WHERE r.kind = 0 GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TABLE sender_total (      -- agents who sent and customers who sent in
  direction INTEGER NOT NULL,
  sender TEXT NOT NULL,          -- empty: nobody was named, or the name was erased
  files INTEGER NOT NULL,        -- delivered
  bytes INTEGER NOT NULL,
  first INTEGER NOT NULL,        -- of all attempts, refused ones included: milliseconds
  last INTEGER NOT NULL,
  low INTEGER NOT NULL,          -- the inboxes of all attempts: equal where it was one
  high INTEGER NOT NULL,
  PRIMARY KEY (direction, sender)
) STRICT, WITHOUT ROWID;
INSERT INTO sender_total
SELECT r.direction, coalesce(CASE r.direction WHEN 0 THEN w.text ELSE r.customer END, '') AS sender,
  sum(coalesce(a.outcome, r.outcome) = 0),
  sum(CASE coalesce(a.outcome, r.outcome) WHEN 0 THEN coalesce(a.size, r.size, 0) ELSE 0 END),
  min(r.ms), max(r.ms), min(r.inbox), max(r.inbox)
{_ENTRIES} LEFT JOIN word w ON w.code = r.agent WHERE r.kind = 0 GROUP BY 1, 2;

CREATE TABLE content_total (     -- stored files by content: more than one is a copy
  content BLOB PRIMARY KEY,      -- the first 8 bytes of the sha256
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO content_total
SELECT substr(coalesce(a.sha256, r.sha256), 1, 8) AS content, count(*), sum(coalesce(a.size, r.size, 0))
{_ENTRIES} WHERE r.kind = 0 AND coalesce(a.outcome, r.outcome) = 0 AND coalesce(a.deleted, r.deleted) IS NULL
  AND coalesce(a.sha256, r.sha256) IS NOT NULL GROUP BY 1;
CREATE INDEX content_copied ON content_total (files, bytes) WHERE files > 1;

CREATE TABLE total_mark (        -- one row: the newest entry that sender_total and content_total count
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL           -- 0 for none; entries behind it are counted when the ingest that brings them ends
) STRICT;
INSERT INTO total_mark SELECT 1, coalesce(max(seq), 0) FROM record WHERE kind = 0;

CREATE TABLE day_span (          -- where in the chain the entries of a day stand
  day INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,        -- seq
  last INTEGER NOT NULL
) STRICT;
INSERT INTO day_span SELECT {_DAY} AS day, min(r.seq), max(r.seq) FROM record r WHERE r.kind = 0 GROUP BY 1;

DROP VIEW stored_by_day;
DROP TABLE stored_total;
"""

_DATE = "strftime('%Y-%m-%d', d.day * 86400, 'unixepoch')"
_WAY = "CASE d.direction WHEN 0 THEN 'send' ELSE 'receive' END"

VIEWS = {
    # What is still stored, by the day on which it was shared. category: of the detected type, as in `entry`.
    "stored_by_day": f"""
SELECT i.name AS inbox, d.inbox AS inbox_id, {_WAY} AS direction, {_DATE} AS date, d.day AS day,
  ex.text AS extension, dt.text AS detected, ft.type AS type, ft.category AS category, d.files AS files,
  d.bytes AS bytes, d.without_hash AS without_hash, d.bytes_without_hash AS bytes_without_hash
FROM inbox_total d JOIN inbox_state i ON i.id = d.inbox LEFT JOIN word ex ON ex.code = d.ext
LEFT JOIN word dt ON dt.code = d.detected LEFT JOIN file_type ft ON ft.key = coalesce(dt.text, ex.text)
WHERE d.state = 0""",
    # What was shared or refused in each inbox. deleted: files whose bytes have gone since.
    "shared_by_inbox": f"""
SELECT i.name AS inbox, d.inbox AS inbox_id, {_WAY} AS direction,
  CASE d.state WHEN 1 THEN 'blocked' WHEN 2 THEN 'failed' ELSE 'delivered' END AS outcome, {_DATE} AS date,
  d.day AS day, ex.text AS extension, dt.text AS detected, d.state = 3 AS deleted, d.files AS files, d.bytes AS bytes
FROM inbox_total d JOIN inbox_state i ON i.id = d.inbox LEFT JOIN word ex ON ex.code = d.ext
LEFT JOIN word dt ON dt.code = d.detected""",
    # Who sent how much. Files and bytes are of delivered ones; the rest of all attempts. inbox: NULL where several.
    "sender": f"""
SELECT {_WAY} AS direction, nullif(d.sender, '') AS sender, d.files AS files, d.bytes AS bytes, d.first AS first_ms,
  d.last AS last_ms, CASE WHEN d.low = d.high THEN i.name END AS inbox
FROM sender_total d JOIN inbox_state i ON i.id = d.low""",
    # Stored contents, each known by the first 16 hex digits of its sha256.
    "content": """
SELECT lower(hex(content)) AS sha256_start, files, bytes FROM content_total""",
}


def migrate(database: Database) -> None:
    """Rebuild the records without the index, then count everything once."""
    # The views name `record`, which for one statement is not there.
    database.execute("PRAGMA legacy_alter_table=ON")
    for statement in statements(RECORD + append_only("record", PUBLIC, PERSONAL) + TOTALS):
        database.execute(statement)
    database.execute("PRAGMA legacy_alter_table=OFF")
    for name, query in VIEWS.items():
        database.create_view(name, query.strip())
