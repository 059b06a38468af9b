"""Schema version 2: the totals that are kept while entries arrive, and readable views of what hangs on an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE day_total (         -- what was shared or refused, in the transaction of the entries
  day INTEGER NOT NULL,          -- days since 1970-01-01, UTC
  direction INTEGER NOT NULL,
  ext INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,        -- an unknown size counts as 0
  PRIMARY KEY (day, direction, ext, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE stored_total (      -- what is still stored: delivered, and its bytes not deleted
  inbox INTEGER NOT NULL,
  ext INTEGER NOT NULL,
  day INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (inbox, ext, day)
) STRICT, WITHOUT ROWID;
"""

_DATE = "strftime('%Y-%m-%d', {0} * 86400, 'unixepoch')"

VIEWS = {
    # What was shared or refused on each day.
    "shared_by_day": f"""
SELECT {_DATE.format("d.day")} AS date, d.day AS day,
  CASE d.direction WHEN 0 THEN 'send' ELSE 'receive' END AS direction,
  CASE d.outcome WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' ELSE 'failed' END AS outcome,
  ex.text AS extension, ft.type AS type, ft.category AS category, d.files AS files, d.bytes AS bytes
FROM day_total d LEFT JOIN word ex ON ex.code = d.ext LEFT JOIN file_type ft ON ft.key = ex.text""",
    # What is still stored, by the day on which it was shared.
    "stored_by_day": f"""
SELECT i.name AS inbox, s.inbox AS inbox_id, {_DATE.format("s.day")} AS date, s.day AS day,
  ex.text AS extension, ft.type AS type, ft.category AS category, s.files AS files, s.bytes AS bytes
FROM stored_total s JOIN inbox_state i ON i.id = s.inbox
LEFT JOIN word ex ON ex.code = s.ext LEFT JOIN file_type ft ON ft.key = ex.text""",
    # Later facts about entries, as they came.
    "correction": """
SELECT r.seq AS seq, so.text AS source, r.id AS id, r.ms AS time_ms, r.corrects AS entry_seq, e.id AS entry,
  CASE r.outcome WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' WHEN 2 THEN 'failed' END AS outcome,
  re.text AS reason, dt.text AS detected, r.size AS size, lower(hex(r.sha256)) AS sha256, lower(hex(r.md5)) AS md5,
  r.deleted AS deleted_ms
FROM record r JOIN word so ON so.code = r.source LEFT JOIN record e ON e.seq = r.corrects
LEFT JOIN word dt ON dt.code = r.detected LEFT JOIN word re ON re.code = r.reason
WHERE r.kind = 1""",
    # What the gate answered. entry_seq: the entry that was in the ledger by then, if any.
    "decision": """
SELECT r.seq AS seq, so.text AS source, r.id AS id, r.ms AS time_ms, i.name AS inbox, r.inbox AS inbox_id,
  CASE r.direction WHEN 0 THEN 'send' ELSE 'receive' END AS direction,
  CASE r.outcome WHEN 0 THEN 'allow' ELSE 'deny' END AS decision, re.text AS problems, r.customer AS customer,
  r.name AS name, r.message AS message, r.corrects AS entry_seq
FROM record r JOIN word so ON so.code = r.source JOIN inbox_state i ON i.id = r.inbox
LEFT JOIN word re ON re.code = r.reason
WHERE r.kind = 2""",
    # Entries that somebody marked, with the reason.
    "flag": """
SELECT e.seq AS seq, e.ms AS time_ms, e.actor AS actor, e.reason AS reason,
  json_extract(e.body, '$.entry') AS entry_seq, r.id AS entry, so.text AS source, i.name AS inbox, r.inbox AS inbox_id
FROM event e JOIN record r ON r.seq = json_extract(e.body, '$.entry')
JOIN word so ON so.code = r.source JOIN inbox_state i ON i.id = r.inbox
WHERE e.kind = 'flag'""",
    # What verifications found. subject: ledger or retention; verified_head: the chain's state that was looked at.
    "verification": """
SELECT e.seq AS seq, e.ms AS time_ms, e.wall AS wall_ms, e.actor AS actor, json_extract(e.body, '$.subject') AS subject,
  json_extract(e.body, '$.ok') AS ok, json_extract(e.body, '$.seq') AS verified_seq,
  json_extract(e.body, '$.head') AS verified_head, json_extract(e.body, '$.entries') AS entries,
  json_extract(e.body, '$.checkpoint') AS checkpoint, json_extract(e.body, '$.problems') AS problems
FROM event e WHERE e.kind = 'verification'""",
    # Personal values that were removed: how many records and events each erasure reached.
    "erasure": """
SELECT e.seq AS seq, e.ms AS time_ms, e.wall AS wall_ms, e.actor AS actor, e.reason AS reason,
  json_extract(e.body, '$.count') AS count
FROM event e WHERE e.kind = 'erasure'""",
}


def migrate(database: Database) -> None:
    """Add the totals and the views. A store of version 1 holds no records, so the totals start empty."""
    for statement in statements(TABLES):
        database.execute(statement)
    for name, query in VIEWS.items():
        database.create_view(name, query.strip())
