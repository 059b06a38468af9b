"""Schema version 3: holds, plans, approvals and removals, each a projection of events of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE hold_state (        -- customer and conversation of a hold are in its event, where an erasure reaches them
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  event INTEGER NOT NULL REFERENCES event (seq),
  inbox INTEGER,                 -- every condition that is not NULL must be met
  entry INTEGER,                 -- seq of a record
  since INTEGER,                 -- half-open [since, until)
  until INTEGER,
  by_customer INTEGER NOT NULL,
  by_conversation INTEGER NOT NULL,
  released INTEGER               -- the event that ended it
) STRICT;
CREATE UNIQUE INDEX hold_state_name ON hold_state (name) WHERE released IS NULL;

CREATE TABLE plan_state (
  number INTEGER PRIMARY KEY,
  plan TEXT NOT NULL UNIQUE,     -- the first 16 hex digits of sha256 of its content
  event INTEGER NOT NULL REFERENCES event (seq),
  content TEXT NOT NULL          -- canonical JSON; names the digest of its files
) STRICT;

CREATE TABLE plan_file (         -- removals and held files of a plan
  plan INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES record (seq),
  action INTEGER NOT NULL,       -- 0 keep, 1 remove
  expires INTEGER,
  basis INTEGER NOT NULL,        -- which of the plan's policy bases decided
  reasons INTEGER NOT NULL,      -- which of the plan's lists of reasons
  sha256 BLOB,
  size INTEGER,
  PRIMARY KEY (plan, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval_state (
  plan INTEGER NOT NULL REFERENCES plan_state (number),
  event INTEGER NOT NULL REFERENCES event (seq),
  signature TEXT,                -- an SSH signature over the plan's digest
  PRIMARY KEY (plan, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE removal (           -- what became of the bytes of an entry: the newest step
  seq INTEGER PRIMARY KEY REFERENCES record (seq),
  plan INTEGER NOT NULL REFERENCES plan_state (number),
  state TEXT NOT NULL CHECK (state IN ('quarantined', 'removed', 'restored')),
  event INTEGER NOT NULL REFERENCES event (seq),
  since INTEGER NOT NULL,        -- when this step happened
  due INTEGER,                   -- when the grace ends
  name TEXT NOT NULL             -- of the file or object in quarantine
) STRICT;
CREATE INDEX removal_open ON removal (name) WHERE state = 'quarantined';

CREATE TABLE removal_refused (   -- files that a purge kept, and why
  plan INTEGER NOT NULL REFERENCES plan_state (number),
  seq INTEGER NOT NULL REFERENCES record (seq),
  event INTEGER NOT NULL REFERENCES event (seq),
  code TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (plan, seq, event)
) STRICT, WITHOUT ROWID;
"""

VIEWS = {
    # Every hold; released_ms is NULL while it holds. NULL conditions do not restrict it.
    "hold": """
SELECT h.name AS hold, i.name AS inbox, h.inbox AS inbox_id, h.entry AS entry_seq, h.since AS since_ms,
  h.until AS until_ms, h.by_customer AS by_customer, json_extract(e.personal, '$.customer') AS customer,
  h.by_conversation AS by_conversation, json_extract(e.personal, '$.conversation') AS conversation,
  e.reason AS reason, e.actor AS actor, e.ms AS placed_ms, e.wall AS placed_wall_ms, h.event AS event,
  x.ms AS released_ms, x.wall AS released_wall_ms, x.actor AS released_by, x.reason AS released_reason
FROM hold_state h JOIN event e ON e.seq = h.event LEFT JOIN inbox_state i ON i.id = h.inbox
LEFT JOIN event x ON x.seq = h.released""",
    # Saved plans, with their approvals counted.
    "plan": """
SELECT p.plan AS plan, p.number AS number, e.actor AS actor, e.os_user AS os_user, e.ms AS created_ms,
  e.wall AS wall_ms, json_extract(p.content, '$.root.path') AS root,
  json_extract(p.content, '$.summary.remove') AS remove, json_extract(p.content, '$.summary.keep') AS keep,
  json_extract(p.content, '$.summary.held') AS held, json_extract(p.content, '$.summary.bytes') AS bytes,
  (SELECT count(*) FROM approval_state a WHERE a.plan = p.number) AS approvals, p.event AS event
FROM plan_state p JOIN event e ON e.seq = p.event""",
    # Who approved which plan.
    "approval": """
SELECT p.plan AS plan, e.actor AS actor, e.os_user AS os_user, e.ms AS approved_ms, e.wall AS wall_ms,
  a.signature IS NOT NULL AS signed, a.event AS event
FROM approval_state a JOIN plan_state p ON p.number = a.plan JOIN event e ON e.seq = a.event""",
    # What became of the bytes of each entry that a purge took: quarantined, removed or restored.
    "purged": """
SELECT r.seq AS seq, p.plan AS plan, r.state AS state, r.since AS since_ms, r.due AS due_ms, r.event AS event
FROM removal r JOIN plan_state p ON p.number = r.plan""",
    # Files that a purge kept although its plan removes them.
    "purge_refused": """
SELECT f.seq AS seq, p.plan AS plan, f.code AS code, f.words AS reason, e.ms AS refused_ms, f.event AS event
FROM removal_refused f JOIN plan_state p ON p.number = f.plan JOIN event e ON e.seq = f.event""",
}


def _kept(table: str, fixed: str) -> str:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in fixed.split()) or "1"
    return f"""
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'retention history is append-only'); END;
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({same})
BEGIN SELECT RAISE(ABORT, 'retention history is append-only'); END;
"""


TRIGGERS = (
    _kept("hold_state", "number name event inbox entry since until by_customer by_conversation")
    + """
CREATE TRIGGER hold_state_released_once BEFORE UPDATE ON hold_state WHEN OLD.released IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a hold is released once'); END;
"""
    + _kept("plan_state", "number plan event content")
    + _kept("plan_file", "plan seq action expires basis reasons sha256 size")
    + _kept("approval_state", "plan event signature")
    + _kept("removal_refused", "plan seq event code words")
    + _kept("removal", "seq")
)


def migrate(database: Database) -> None:
    """Add the tables, what holds them, and the views."""
    for statement in statements(TABLES + TRIGGERS):
        database.execute(statement)
    for name, query in VIEWS.items():
        database.create_view(name, query.strip())
