"""Schema version 13: who is one person is told in one pass over the events, however many aliases there are.

The view asked for each alias whether any event replaces it. Sources make aliases now, so that a store may have many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.store.migrations.m0011_persons import person

if TYPE_CHECKING:
    from sqlite_utils import Database

_ALIASES = "'customer-alias', 'customer-alias-remove'"

VIEWS = {
    # Ids of one person, one row each; those of a person have the same alias, and the same key (canonical_customer).
    # Nothing is left of an erased person.
    "customer_alias": f"""
SELECT e.seq AS alias, j.value AS customer, {person("j.value")} AS canonical_customer, e.ms AS time_ms,
  e.actor AS actor, e.reason AS reason
FROM event e, json_each(e.personal, '$.ids') j
WHERE e.kind IN ({_ALIASES}) AND e.seq NOT IN (
  SELECT p.value FROM event n, json_each(n.body, '$.replaces') p WHERE n.kind IN ({_ALIASES}))""",
}


def migrate(database: Database) -> None:
    """Make views in the place of those that had their names."""
    for name, query in VIEWS.items():
        database.execute(f"DROP VIEW IF EXISTS {name}")
        database.create_view(name, query.strip())
