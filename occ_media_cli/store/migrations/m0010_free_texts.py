"""Schema version 10: texts of events that an erasure reaches, and holds over several inboxes, customers,
conversations or entries.

Nothing that is there changes: older events are covered as they stand, and a hold of one customer says so as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.migrations import m0003_retention
from occ_media_cli.store.migrations.m0009_people import PATTERN, canonical
from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE free_text (         -- a text of an event that the chain covers by a commitment, so that it can be erased
  seq INTEGER NOT NULL REFERENCES event (seq),
  place TEXT NOT NULL,           -- reason, or the way to it in the body: /versions/0/value/message
  salt BLOB,                     -- while the text is there
  commitment BLOB,               -- once it is erased
  event INTEGER REFERENCES event (seq),  -- the erasure
  PRIMARY KEY (seq, place),
  CHECK ((salt IS NULL) = (commitment IS NOT NULL) AND (salt IS NULL) = (event IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX free_text_erased ON free_text (event) WHERE event IS NOT NULL;

CREATE TABLE hold_part (         -- the inboxes or entries of a hold that names several; one alone is in hold_state
  number INTEGER NOT NULL REFERENCES hold_state (number),
  what TEXT NOT NULL CHECK (what IN ('inbox', 'entry')),
  value INTEGER NOT NULL,
  PRIMARY KEY (number, what, value)
) STRICT, WITHOUT ROWID;
"""

_EVENT_SAME = " AND ".join(
    f"NEW.{name} IS OLD.{name}"
    for name in ("seq", "kind", "ms", "wall", "actor", "os_user", "host", "program", "document", "link")
)


def _erasable(event: str, place: str) -> str:
    """SQL that is true where an erasure has taken a text of an event."""
    return f"EXISTS (SELECT 1 FROM free_text t WHERE t.seq = {event} AND t.event IS NOT NULL AND t.place {place})"


_BODY = "<> 'reason'"

TRIGGERS = f"""
CREATE TRIGGER event_no_update BEFORE UPDATE ON event WHEN NOT ({_EVENT_SAME}
  AND (NEW.reason IS OLD.reason OR {_erasable("OLD.seq", "= 'reason'")})
  AND (NEW.body IS OLD.body OR {_erasable("OLD.seq", _BODY)})
  AND ((NEW.personal IS NULL AND NEW.salt IS NULL) OR (NEW.personal IS OLD.personal AND NEW.salt IS OLD.salt)))
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER free_text_no_delete BEFORE DELETE ON free_text
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER free_text_no_update BEFORE UPDATE ON free_text
WHEN NOT (NEW.seq IS OLD.seq AND NEW.place IS OLD.place AND OLD.salt IS NOT NULL AND NEW.salt IS NULL)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER config_version_no_update BEFORE UPDATE ON config_version
WHEN NOT (NEW.section IS OLD.section AND NEW.version IS OLD.version AND NEW.event IS OLD.event
  AND (NEW.value IS OLD.value OR {_erasable("OLD.event", _BODY)}))
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER setting_version_no_update BEFORE UPDATE ON setting_version
WHEN NOT (NEW.inbox IS OLD.inbox AND NEW.version IS OLD.version AND NEW.valid_from IS OLD.valid_from
  AND NEW.event IS OLD.event AND NEW.uncertain_since IS OLD.uncertain_since
  AND (NEW.value IS OLD.value OR {_erasable("OLD.event", _BODY)}))
BEGIN SELECT RAISE(ABORT, 'settings history is append-only'); END;
CREATE TRIGGER hold_state_no_update BEFORE UPDATE ON hold_state
WHEN NOT (NEW.number IS OLD.number AND NEW.event IS OLD.event AND NEW.inbox IS OLD.inbox AND NEW.entry IS OLD.entry
  AND NEW.since IS OLD.since AND NEW.until IS OLD.until AND NEW.by_customer IS OLD.by_customer
  AND NEW.by_conversation IS OLD.by_conversation
  AND (NEW.name IS OLD.name OR {_erasable("OLD.event", _BODY)}))
BEGIN SELECT RAISE(ABORT, 'retention history is append-only'); END;
CREATE TRIGGER hold_state_released_once BEFORE UPDATE OF released ON hold_state WHEN OLD.released IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a hold is released once'); END;
CREATE TRIGGER removal_refused_no_update BEFORE UPDATE ON removal_refused
WHEN NOT (NEW.plan IS OLD.plan AND NEW.seq IS OLD.seq AND NEW.event IS OLD.event AND NEW.code IS OLD.code
  AND (NEW.words IS OLD.words OR {_erasable("OLD.event", _BODY)}))
BEGIN SELECT RAISE(ABORT, 'retention history is append-only'); END;
""" + m0003_retention._kept("hold_part", "number what value")  # the trigger of the tables beside it

REPLACED = (
    "event_no_update", "config_version_no_update", "setting_version_no_update", "hold_state_no_update",
    "hold_state_released_once", "removal_refused_no_update",
)  # fmt: skip
"""Triggers that forbade what an erasure does now."""


def covers(seq: str, inbox: str, ms: str, customer: str, conversation: str, erased: str) -> str:
    """SQL that is true where h, a row of `hold_scope`, covers an entry, given by SQL for each of its values.

    customer: SQL that is true where it is the one of h. Where the values of an entry are erased nobody can say that it
    is not a person or a conversation of the hold, so the hold covers it: once, whatever the number of its customers,
    their forms and its conversations.
    """
    return f"""(h.inbox_id IS NULL OR h.inbox_id = {inbox}) AND (h.entry_seq IS NULL OR h.entry_seq = {seq})
  AND (h.since_ms IS NULL OR h.since_ms <= {ms}) AND (h.until_ms IS NULL OR h.until_ms > {ms})
  AND (h.canonical_customer IS NULL OR {customer} OR ({erased} AND h.first = 1))
  AND (h.conversation IS NULL OR h.conversation = {conversation} OR ({erased} AND h.first = 1))"""


_HOLD_COLUMNS = "SELECT e.seq AS entry_seq, h.hold AS hold, h.placed_ms AS placed_ms, h.released_ms AS released_ms"

_SAME = f"(r.customer LIKE h.pattern AND h.canonical_customer = {canonical('r.customer')})"

COVERS_RECORD = covers("r.seq", "r.inbox", "r.ms", _SAME, "r.conversation", "r.id IS NULL")
"""The same for r, a row of `record`."""

_SAME_ENTRY = "h.canonical_customer = e.canonical_customer"

ENTRY_HOLD = f"""{_HOLD_COLUMNS}, h.number AS number
FROM hold_scope h JOIN entry e
ON {covers("e.seq", "e.inbox_id", "e.time_ms", _SAME_ENTRY, "e.conversation", "e.id IS NULL")}"""
"""The view `entry_hold` over the view `entry`, in SQL that every engine takes: those that read an export make it so."""

ENTRY_HOLD_HERE = f"""{_HOLD_COLUMNS.replace("e.seq", "r.seq")}, h.number AS number
FROM hold_scope h JOIN record r
ON r.kind = 0 AND {COVERS_RECORD}"""
"""The same over the table of entries, which costs less where it is asked of each entry."""


def _listed(one: str, many: str) -> str:
    """SQL for the rows (number, place, value) of what holds name: one of it, or several."""
    return f"""
SELECT h.number AS number, j.key AS place, j.value AS {one}
FROM hold_state h JOIN event e ON e.seq = h.event,
  json_each(coalesce(json_extract(e.personal, '$.{many}'), json_array(json_extract(e.personal, '$.{one}')))) j
WHERE j.value IS NOT NULL"""


VIEWS = {
    # The customers that holds name, in their order; nothing is left of an erased one.
    "hold_customer": _listed("customer", "customers"),
    # The conversations that holds name.
    "hold_conversation": _listed("conversation", "conversations"),
    # Every hold; released_ms is NULL while it holds. NULL conditions do not restrict it; several values stand in one
    # text, with commas, and then inbox_id and entry_seq are NULL: `hold_scope` has
    # each.
    "hold": m0003_retention.VIEWS["hold"]
    .replace("SELECT h.name AS hold, i.name AS inbox,", """SELECT h.number AS number, h.name AS hold, coalesce(i.name,
  (SELECT group_concat(s.name, ', ') FROM hold_part n JOIN inbox_state s ON s.id = n.value
    WHERE n.number = h.number AND n.what = 'inbox')) AS inbox,""")
    .replace("json_extract(e.personal, '$.customer')",
             "(SELECT group_concat(c.customer, ', ') FROM hold_customer c WHERE c.number = h.number)")
    .replace("json_extract(e.personal, '$.conversation')",
             "(SELECT group_concat(c.conversation, ', ') FROM hold_conversation c WHERE c.number = h.number)"),
    # What each hold asks of an entry: one row for each of its inboxes, entries, conversations and forms of its
    # customers, the first of each inbox and entry marked. A released hold whose customer or conversation was erased has
    # none: nobody can say any more what it covered.
    "hold_scope": f"""
SELECT h.number AS number, h.hold AS hold, coalesce(h.inbox_id, n.value) AS inbox_id,
  coalesce(h.entry_seq, m.value) AS entry_seq,
  h.since_ms AS since_ms, h.until_ms AS until_ms, c.conversation AS conversation, f.form AS canonical_customer,
  {PATTERN.format("f.form")} AS pattern,
  CASE WHEN (f.form IS NULL OR f.form = f.own) AND (c.place IS NULL OR c.place = 0) THEN 1 ELSE 0 END AS first,
  h.placed_ms AS placed_ms, h.released_ms AS released_ms
FROM hold h LEFT JOIN hold_part n ON n.number = h.number AND n.what = 'inbox'
LEFT JOIN hold_part m ON m.number = h.number AND m.what = 'entry'
LEFT JOIN hold_conversation c ON c.number = h.number
LEFT JOIN (
  SELECT o.number AS number, p.own AS own, o.form AS form
  FROM (
    SELECT q.number AS number, q.form AS form
    FROM (SELECT number, {canonical("customer")} AS form FROM hold_customer) q
    UNION
    SELECT q.number, b.canonical_customer
    FROM (SELECT number, {canonical("customer")} AS form FROM hold_customer) q
    JOIN customer_alias a ON a.canonical_customer = q.form JOIN customer_alias b ON b.alias = a.alias) o
  JOIN (SELECT number, {canonical("customer")} AS own FROM hold_customer WHERE place = 0) p ON p.number = o.number) f
ON f.number = h.number
WHERE h.released_ms IS NULL OR ((h.by_customer = 0 OR h.customer IS NOT NULL)
  AND (h.by_conversation = 0 OR h.conversation IS NOT NULL))""",
    # Which holds cover which entries, those that arrived after the hold too; released_ms is NULL while a hold holds.
    "entry_hold": ENTRY_HOLD_HERE,
}  # fmt: skip


def migrate(database: Database) -> None:
    """Add the tables, and make triggers and views anew in the place of those that had their names."""
    for name in REPLACED:
        database.execute(f"DROP TRIGGER {name}")
    for statement in statements(TABLES + TRIGGERS):
        database.execute(statement)
    for name, query in VIEWS.items():
        database.execute(f"DROP VIEW IF EXISTS {name}")
        database.create_view(name, query.strip())
