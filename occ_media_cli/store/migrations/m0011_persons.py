"""Schema version 11: one key for each person, in every view, and rules about agents by the inbox that they meant.

Until here the views knew a person by the canonical form alone, so that a hold did not reach an entry whose customer was
written in a way that only Python can read, or under another id of the person. The table is filled from the records and
events that are there; nothing of these changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store import persons
from occ_media_cli.store.migrations import m0001_store, m0004_audit, m0009_people, m0010_free_texts
from occ_media_cli.store.migrations.m0009_people import PATTERN, canonical
from occ_media_cli.store.migrations.m0010_free_texts import covers
from occ_media_cli.store.statements import statements

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLES = """
CREATE TABLE person_spelling (   -- what means another person than its canonical form says; see `store.persons`
  spelling TEXT PRIMARY KEY,     -- an id as it stands somewhere, or the form of many
  person TEXT NOT NULL           -- the key of the person: the form that all ids of the person share
) STRICT, WITHOUT ROWID;
CREATE INDEX person_spelling_person ON person_spelling (person);
"""


def person(text: str) -> str:
    """SQL for the key of the person whose an id is: what the store knows of the id, else of its canonical form, which
    is the key where nothing is known."""
    return f"""(SELECT coalesce(k.person, w.person, f.form) FROM (SELECT {canonical(text)} AS form LIMIT -1) f
    LEFT JOIN person_spelling k ON k.spelling = {text} LEFT JOIN person_spelling w ON w.spelling = f.form)"""


_COLUMNS = "SELECT e.seq AS entry_seq, h.hold AS hold, h.placed_ms AS placed_ms, h.released_ms AS released_ms"

ENTRY_HOLD = m0010_free_texts.ENTRY_HOLD
"""The view `entry_hold` over the views `entry` and `hold_scope`, in SQL that every engine takes."""

# An id that the table knows is compared as it stands, every other one by its form: so it is one row of a hold at most.
_SAME = f"""CASE WHEN r.customer NOT LIKE h.pattern THEN 0 WHEN h.spelling = r.customer THEN 1
  WHEN EXISTS (SELECT 1 FROM person_spelling p WHERE p.spelling = r.customer) THEN 0
  ELSE {canonical("r.customer")} = h.spelling END"""

COVERS_RECORD = covers("r.seq", "r.inbox", "r.ms", _SAME, "r.conversation", "r.id IS NULL")
"""SQL that is true where h, a row of `hold_spelling`, covers r, a row of `record`."""

ENTRY_HOLD_HERE = f"""{_COLUMNS.replace("e.seq", "r.seq")}, h.number AS number
FROM hold_spelling h JOIN record r
ON r.kind = 0 AND {COVERS_RECORD}"""
"""The view `entry_hold` over the table of entries, which costs less where it is asked of each entry."""

_SCOPE = """number AS number, h.hold AS hold, h.inbox_id AS inbox_id, h.entry_seq AS entry_seq, h.since_ms AS since_ms,
  h.until_ms AS until_ms, h.conversation AS conversation, h.canonical_customer AS canonical_customer"""

VIEWS = {
    # Every shared or refused file as it stands after its corrections. canonical_customer: the key of the person, which
    # is one for all ids of a person and all ways to write them.
    "entry": m0001_store.VIEWS["entry"].replace(
        "r.conversation AS conversation,",
        f"r.conversation AS conversation,\n  {person('r.customer')} AS canonical_customer,",
    ),
    # Ids of one person, one row each; those of a person have the same alias, and the same key (canonical_customer).
    # Nothing is left of an erased person.
    "customer_alias": m0009_people.VIEWS["customer_alias"].replace(canonical("j.value"), person("j.value")),
    # What each hold asks of an entry: one row for each of its inboxes, entries, conversations and persons, the first of
    # each inbox and entry marked. A released hold whose customer or conversation was erased has none: nobody can say
    # any more what it covered.
    "hold_scope": f"""
SELECT h.number AS number, h.hold AS hold, coalesce(h.inbox_id, n.value) AS inbox_id,
  coalesce(h.entry_seq, m.value) AS entry_seq,
  h.since_ms AS since_ms, h.until_ms AS until_ms, c.conversation AS conversation, f.person AS canonical_customer,
  CASE WHEN (f.person IS NULL OR f.person = f.own) AND (c.place IS NULL OR c.place = 0) THEN 1 ELSE 0 END AS first,
  h.placed_ms AS placed_ms, h.released_ms AS released_ms
FROM hold h LEFT JOIN hold_part n ON n.number = h.number AND n.what = 'inbox'
LEFT JOIN hold_part m ON m.number = h.number AND m.what = 'entry'
LEFT JOIN hold_conversation c ON c.number = h.number
LEFT JOIN (
  SELECT q.number AS number, q.person AS person, o.person AS own
  FROM (SELECT DISTINCT number, {person("customer")} AS person FROM hold_customer) q
  JOIN (SELECT number, {person("customer")} AS person FROM hold_customer WHERE place = 0) o ON o.number = q.number) f
ON f.number = h.number
WHERE h.released_ms IS NULL OR ((h.by_customer = 0 OR h.customer IS NOT NULL)
  AND (h.by_conversation = 0 OR h.conversation IS NOT NULL))""",
    # The same with one row for each way to write a person whom a hold names, and what every id written so is LIKE,
    # which is asked first: a canonical form costs twenty times as much.
    "hold_spelling": f"""
SELECT h.*, {PATTERN.format("h.spelling")} AS pattern FROM (
  SELECT h.{_SCOPE}, h.canonical_customer AS spelling, h.first AS first, h.placed_ms AS placed_ms,
    h.released_ms AS released_ms
  FROM hold_scope h
  UNION ALL
  SELECT h.{_SCOPE}, p.spelling, 0, h.placed_ms, h.released_ms
  FROM hold_scope h JOIN person_spelling p ON p.person = h.canonical_customer) h""",
    # Which holds cover which entries, those that arrived after the hold too; released_ms is NULL while a hold holds.
    "entry_hold": ENTRY_HOLD_HERE,
    # The names that an inbox had, by the places in the chain at which they held: [from_seq, to_seq). A removed inbox
    # has none: an inbox that is added under its name is another one.
    "inbox_name": m0004_audit.VIEWS["inbox_name"].replace(
        "n.kind = 'inbox-rename'", "n.kind IN ('inbox-rename', 'inbox-remove')"
    ),
}


def migrate(database: Database) -> None:
    """Add the table and fill it, and make views in the place of those that had their names."""
    for statement in statements(TABLES):
        database.execute(statement)
    persons.make_again(database.conn, database.conn)
    for name, query in VIEWS.items():
        database.execute(f"DROP VIEW IF EXISTS {name}")
        database.create_view(name, query.strip())
