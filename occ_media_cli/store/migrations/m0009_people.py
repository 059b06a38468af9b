"""Schema version 9: one form of a customer's id by which people are matched, their aliases, and what each hold covers.

Nothing but views: a ledger of millions is brought here in no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.customer_ids import FEWEST, MOST, SEPARATORS
from occ_media_cli.store.migrations import m0001_store, m0003_retention

if TYPE_CHECKING:
    from sqlite_utils import Database

NESTED = 6
"""So many separators are taken out in one expression: SQLite's parser does not take a deep one."""


def canonical(text: str) -> str:
    """SQL for the canonical form of a customer's id: what `store.customer_ids.canonical_customer` says in Python.

    Most ids are decided by a look at their characters; the separators are taken out of the few that may be numbers.
    """
    bare = f"SELECT lower({text}) AS bare"
    for start in range(0, len(SEPARATORS), NESTED):
        step = "bare"
        for separator in SEPARATORS[start : start + NESTED]:
            step = f"replace({step}, '{separator}', '')"
        bare = f"SELECT {step} AS bare FROM ({bare})"
    plain = "{0} >= '0' AND CAST(CAST({0} AS INTEGER) AS TEXT) = {0}"
    return f"""CASE
    WHEN {plain.format(text)} THEN {text}
    WHEN substr({text}, 1, 1) = '+' AND length({text}) BETWEEN {FEWEST + 1} AND {MOST + 1}
      AND {plain.format(f"substr({text}, 2)")} THEN substr({text}, 2)
    WHEN instr({text}, '@') > 0 AND trim({text}) LIKE '_%@_%' THEN lower(trim({text}))
    WHEN {text} NOT GLOB '*[^0-9]*' AND {text} NOT GLOB '00[1-9]*' THEN {text}
    WHEN replace(replace(lower({text}), 'whatsapp:', ''), 'tel:', '') GLOB '*[a-z]*' THEN {text}
    ELSE (SELECT CASE
        WHEN b.bare GLOB '*[^0-9]*' THEN {text}
        WHEN b.bare GLOB '00[1-9]*' AND length(b.bare) BETWEEN {FEWEST + 2} AND {MOST + 2} THEN substr(b.bare, 3)
        WHEN length(b.bare) BETWEEN {FEWEST} AND {MOST} THEN b.bare
        ELSE {text} END FROM ({bare} LIMIT -1) b) END"""


KNOWN_BY = 16
"""So many of its first characters, in their order, tell a form from nearly every other id: a number has no more."""

PATTERN = "'%' || " + " || '%' || ".join(f"substr({{0}}, {place}, 1)" for place in range(1, KNOWN_BY + 1)) + " || '%'"
"""SQL for what every spelling of a form is LIKE. It is asked first: a canonical form costs twenty times as much."""


def covers(seq: str, inbox: str, ms: str, customer: str, conversation: str, erased: str) -> str:
    """SQL that is true where h, a row of `hold_scope`, covers an entry, given by SQL for each of its values.

    customer: SQL that is true where it is the one of h. Where the values of an entry are erased nobody can say that it
    is not the person or the conversation of the hold, so the hold covers it: once, whatever the number of the person's
    forms.
    """
    return f"""(h.inbox_id IS NULL OR h.inbox_id = {inbox}) AND (h.entry_seq IS NULL OR h.entry_seq = {seq})
  AND (h.since_ms IS NULL OR h.since_ms <= {ms}) AND (h.until_ms IS NULL OR h.until_ms > {ms})
  AND (h.canonical_customer IS NULL OR {customer} OR ({erased} AND h.first = 1))
  AND (h.conversation IS NULL OR h.conversation = {conversation} OR {erased})"""


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

_ALIASES = "'customer-alias', 'customer-alias-remove'"

VIEWS = {
    # Every shared or refused file as it stands after its corrections, in codes: what programs read. Rules read `entry`.
    "entry_now": """
SELECT r.seq AS seq, r.source AS source, r.ms AS ms, r.inbox AS inbox, r.direction AS direction, r.channel AS channel,
  r.agent AS agent, r.declared AS declared, r.ext AS ext, coalesce(a.outcome, r.outcome) AS outcome,
  coalesce(a.reason, r.reason) AS reason, coalesce(a.detected, r.detected) AS detected,
  coalesce(a.size, r.size) AS size, coalesce(a.sha256, r.sha256) AS sha256, coalesce(a.md5, r.md5) AS md5,
  coalesce(a.deleted, r.deleted) AS deleted, r.id AS id, r.customer AS customer, r.conversation AS conversation,
  r.name AS name, r.path AS path, r.message AS message, r.id IS NULL AS erased
FROM record r LEFT JOIN amendment a ON a.seq = r.seq WHERE r.kind = 0""",
    # The same in words. canonical_customer: the form of the customer by which people are matched.
    "entry": m0001_store.VIEWS["entry"].replace(
        "r.conversation AS conversation,",
        f"r.conversation AS conversation,\n  {canonical('r.customer')} AS canonical_customer,",
    ),
    # Ids of one person, one row each; those of a person have the same alias. Nothing is left of an erased person.
    "customer_alias": f"""
SELECT e.seq AS alias, j.value AS customer, {canonical("j.value")} AS canonical_customer, e.ms AS time_ms,
  e.actor AS actor, e.reason AS reason
FROM event e, json_each(e.personal, '$.ids') j
WHERE e.kind IN ({_ALIASES}) AND NOT EXISTS (
  SELECT 1 FROM event n, json_each(n.body, '$.replaces') p WHERE n.kind IN ({_ALIASES}) AND p.value = e.seq)""",
    # Every hold; released_ms is NULL while it holds. NULL conditions do not restrict it. number: its own, never reused.
    "hold": m0003_retention.VIEWS["hold"].replace(
        "SELECT h.name AS hold,", "SELECT h.number AS number, h.name AS hold,"
    ),
    # What each hold asks of an entry: one row for each form of the customer that it names, the first of them marked.
    # A released hold whose customer or conversation was erased has none: nobody can say any more what it covered.
    "hold_scope": f"""
SELECT h.number AS number, h.hold AS hold, h.inbox_id AS inbox_id, h.entry_seq AS entry_seq, h.since_ms AS since_ms,
  h.until_ms AS until_ms, h.conversation AS conversation, f.form AS canonical_customer,
  {PATTERN.format("f.form")} AS pattern,
  CASE WHEN f.form IS NULL OR f.form = f.own THEN 1 ELSE 0 END AS first, h.placed_ms AS placed_ms,
  h.released_ms AS released_ms
FROM hold h LEFT JOIN (
  SELECT o.number AS number, o.own AS own, o.own AS form
  FROM (SELECT number, {canonical("customer")} AS own FROM hold WHERE customer IS NOT NULL) o
  UNION
  SELECT o.number, o.own, b.canonical_customer
  FROM (SELECT number, {canonical("customer")} AS own FROM hold WHERE customer IS NOT NULL) o
  JOIN customer_alias a ON a.canonical_customer = o.own JOIN customer_alias b ON b.alias = a.alias) f
ON f.number = h.number
WHERE h.released_ms IS NULL OR ((h.by_customer = 0 OR h.customer IS NOT NULL)
  AND (h.by_conversation = 0 OR h.conversation IS NOT NULL))""",
    # Which holds cover which entries, those that arrived after the hold too; released_ms is NULL while a hold holds.
    "entry_hold": ENTRY_HOLD_HERE,
    # What was shared or refused on each day. category: of the detected type, as in `entry`.
    "shared_by_day": """
SELECT strftime('%Y-%m-%d', d.day * 86400, 'unixepoch') AS date, d.day AS day,
  CASE d.direction WHEN 0 THEN 'send' ELSE 'receive' END AS direction,
  CASE d.outcome WHEN 0 THEN 'delivered' WHEN 1 THEN 'blocked' ELSE 'failed' END AS outcome,
  ex.text AS extension, dt.text AS detected, ft.type AS type, ft.category AS category, d.files AS files,
  d.bytes AS bytes
FROM (
  SELECT day, direction, CASE state WHEN 3 THEN 0 ELSE state END AS outcome, ext, detected, sum(files) AS files,
    sum(bytes) AS bytes
  FROM inbox_total GROUP BY 1, 2, 3, 4, 5) d
LEFT JOIN word ex ON ex.code = d.ext LEFT JOIN word dt ON dt.code = d.detected
LEFT JOIN file_type ft ON ft.key = coalesce(dt.text, ex.text)""",
}


def migrate(database: Database) -> None:
    """Make the views, in the place of those that had their names."""
    for name, query in VIEWS.items():
        database.execute(f"DROP VIEW IF EXISTS {name}")
        database.create_view(name, query.strip())
