"""How much an audit looked at: entries and inboxes in its window, and entries that no setting was in force for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.rule import Value

PORTABLE = """
SELECT e.inbox, count(*) AS entries, count(s.inbox_id) AS judged
FROM entry e
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY e.inbox"""

TUNED = """
SELECT i.name, sum(t.entries), sum(t.judged) FROM (
  SELECT r.inbox, count(*) AS entries, count(s.inbox_id) AS judged
  FROM record r
  LEFT JOIN setting s ON s.inbox_id = r.inbox AND s.valid_from_ms <= r.ms AND s.valid_to_ms > r.ms
  WHERE r.kind = 0 AND r.ms >= :since_ms AND r.ms < :until_ms
  GROUP BY r.inbox) t
JOIN inbox i ON i.id = t.inbox
GROUP BY i.name"""

SPAN = "SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM entry"
SPAN_TUNED = "SELECT min(ms), max(ms) FROM record WHERE kind = 0"


@dataclass(frozen=True, slots=True)
class Population:
    """The number of entries and inboxes that were looked at. first, last: the times of the ledger's own ends, set where
    the window holds no entry."""

    entries: int
    unjudged: int
    inboxes: Mapping[str, int]
    first: int | None = None
    last: int | None = None


def count_population(source: RuleSource, values: Mapping[str, Value], inboxes: Sequence[str]) -> Population:
    """Count the entries in a window, in all inboxes or in some."""
    rows = [row for row in source.query(PORTABLE, values, TUNED) if not inboxes or row[0] in inboxes]
    entries = sum(int(row[1]) for row in rows)
    first = last = None
    if not entries:
        first, last = next(iter(source.query(SPAN, {}, SPAN_TUNED)))
    return Population(
        entries=entries,
        unjudged=entries - sum(int(row[2]) for row in rows),
        inboxes={str(row[0]): int(row[1]) for row in sorted(rows, key=lambda row: str(row[0]))},
        first=first,
        last=last,
    )
