"""Who was refused or failed: the customers and the agents with the most attempts, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import inside, integers
from occ_media_cli.ledger import entries_sql as entries
from occ_media_cli.ledger.customers import PERSON
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column
from occ_media_cli.vocabulary import DIRECTIONS

MOST = 100
"""People of each kind who are named."""

_WHO = """
SELECT g.direction, g.sender, g.attempts, g.inbox, g.first_ms, g.last_ms, g.people
FROM (
  SELECT h.*, row_number() OVER (PARTITION BY h.direction
    ORDER BY h.attempts DESC, h.last_ms DESC, h.sender NULLS FIRST) AS place,
    count(h.sender) OVER (PARTITION BY h.direction) AS people
  FROM ({of_each}) h) g
WHERE g.place <= 100
ORDER BY g.direction{order}, g.place"""

_SENDER = "nullif(CASE WHEN e.direction = 'send' THEN e.agent ELSE e.canonical_customer END, '')"

WHO = _WHO.format(
    order="",
    of_each=f"""
    SELECT e.direction, {_SENDER} AS sender, count(*) AS attempts,
      CASE WHEN min(e.inbox_id) = max(e.inbox_id) THEN min(e.inbox_id) END AS inbox, min(e.time_ms) AS first_ms,
      max(e.time_ms) AS last_ms
    FROM entry e
    WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
    GROUP BY e.direction, {_SENDER}""",
)
"""Who was refused or failed, customers first, those with the most attempts first."""

_WHOSE = f"""r.direction, nullif(CASE r.direction WHEN 0 THEN (SELECT w.text FROM word w WHERE w.code = r.agent)
        ELSE {PERSON} END, '') AS sender, r.inbox, r.ms"""

WHO_TUNED = _WHO.format(
    order=" DESC",
    of_each=f"""
    SELECT u.direction, u.sender, count(*) AS attempts, CASE WHEN min(u.inbox) = max(u.inbox) THEN min(u.inbox) END
      AS inbox, min(u.ms) AS first_ms, max(u.ms) AS last_ms
    FROM (
      SELECT {_WHOSE} FROM record r INDEXED BY record_refused {entries.AMENDED}
      WHERE r.kind = 0 AND r.outcome <> 0 AND {entries.OUTCOME} <> 0
      UNION ALL
      SELECT {_WHOSE} FROM {entries.AMENDED_ONLY}
      WHERE a.outcome <> 0 AND r.kind = 0 AND r.outcome = 0) u
    GROUP BY u.direction, u.sender""",
)

PEOPLE = (
    Column("kind", "Kind", "text"),
    Column("sender", "Who", "id"),
    Column("attempts", "Attempts", "count"),
    Column("inbox", "Inbox", "id"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
)
"""Who was refused: a customer or an agent, `-` where nobody is on record; inbox where it was only one."""


def ask_people(
    source: RuleSource, scope: AuditScope, names: Mapping[int, str]
) -> tuple[list[tuple[Any, ...]], dict[str, int]]:  # fmt: skip
    """Who was refused, as rows of `PEOPLE`, and how many of each kind are not named."""
    found: list[tuple[Any, ...]] = []
    left = {"customer": 0, "agent": 0}
    sql = WHO.format(inside=inside(source, scope))
    for row in source.query(sql, scope.values(), WHO_TUNED if scope.whole else None):
        kind = "customer" if row[0] in ("receive", DIRECTIONS.index("receive")) else "agent"
        attempts, first, last, people = integers(row, 2, 4, 5, 6)
        inbox = None if row[3] is None else names[int(row[3])]
        found.append((kind, row[1], attempts, inbox, times.text(first), times.text(last)))
        left[kind] = people - sum(each[0] == kind and each[1] is not None for each in found)
    return found, left


def say_caption(left: Mapping[str, int]) -> str:
    """The title of the people, which says where not all of them stand there."""
    return "Who was refused" + "".join(
        f"; {words.plural(number, f'more {kind}')} {'is' if number == 1 else 'are'} not listed"
        for kind, number in left.items() if number
    )  # fmt: skip
