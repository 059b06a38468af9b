"""`report attempts`: what was refused or failed, and what people then read: demand that the settings leave unmet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.engine import Scope
from occ_media_cli.audit.source import Source
from occ_media_cli.audit.tables.answer import Answer, buckets, inside, integers
from occ_media_cli.report import words
from occ_media_cli.report.model import Column, Figure, Group, Span, Table

QUESTION = "Who was refused, for what, and what did they read?"

SQL = """
SELECT e.inbox, e.direction, e.outcome, e.type, e.reason,
  coalesce(e.message, CASE WHEN e.direction = 'receive' AND s.receive = 0 THEN s.message END) AS customers_read,
  count(*) AS attempts, count(DISTINCT e.customer) AS customers, sum(coalesce(e.size, 0)) AS bytes,
  min(e.time_ms) AS first_ms, max(e.time_ms) AS last_ms
FROM entry e
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.inbox, e.direction, e.outcome, e.type, e.reason,
  coalesce(e.message, CASE WHEN e.direction = 'receive' AND s.receive = 0 THEN s.message END)
ORDER BY 7 DESC, 1 NULLS FIRST, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST, 6 NULLS FIRST"""

TUNED = """
SELECT i.name, CASE g.direction WHEN 0 THEN 'send' ELSE 'receive' END,
  CASE g.outcome WHEN 1 THEN 'blocked' ELSE 'failed' END,
  g.type, w.text, g.told, g.attempts, g.customers, g.bytes, g.first_ms, g.last_ms
FROM (
  SELECT x.inbox, x.direction, x.outcome, x.type, x.reason, x.told, count(*) AS attempts,
    count(DISTINCT x.customer) AS customers, sum(x.size) AS bytes, min(x.ms) AS first_ms, max(x.ms) AS last_ms
  FROM (
    SELECT r.inbox, r.direction, r.outcome, coalesce(f.type, dt.text, ex.text) AS type, r.reason, r.customer, r.ms,
      coalesce(r.size, 0) AS size,
      CASE WHEN r.message IS NOT NULL THEN r.message WHEN r.direction = 1 THEN (
        SELECT CASE WHEN s.receive = 0 AND s.valid_to_ms > r.ms THEN s.message END FROM setting s
        WHERE s.inbox_id = r.inbox AND s.valid_from_ms <= r.ms ORDER BY s.valid_from_ms DESC LIMIT 1) END AS told
    FROM (
      SELECT r.inbox, r.direction, r.outcome, r.ext, r.detected, r.reason, r.size, r.customer, r.message, r.ms
      FROM record r INDEXED BY record_refused
      WHERE r.kind = 0 AND r.outcome <> 0 AND r.seq NOT IN (SELECT seq FROM amendment)
      UNION ALL
      SELECT r.inbox, r.direction, coalesce(a.outcome, r.outcome), r.ext, coalesce(a.detected, r.detected),
        coalesce(a.reason, r.reason), coalesce(a.size, r.size), r.customer, r.message, r.ms
      FROM amendment a JOIN record r ON r.seq = a.seq
      WHERE (a.outcome IS NULL OR a.outcome <> 0) AND coalesce(a.outcome, r.outcome) <> 0) r
    LEFT JOIN word dt ON dt.code = r.detected LEFT JOIN word ex ON ex.code = r.ext
    LEFT JOIN file_type f ON f.key = coalesce(dt.text, ex.text)
    LIMIT -1) x  -- so that each row's setting is looked up once
  GROUP BY 1, 2, 3, 4, 5, 6) g
JOIN inbox i ON i.id = g.inbox LEFT JOIN word w ON w.code = g.reason
ORDER BY 7 DESC, 1 NULLS FIRST, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST, 6 NULLS FIRST"""

DAYS = """
SELECT e.time_ms - e.time_ms % 86400000 AS day_ms, count(*) AS attempts
FROM entry e
WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.time_ms - e.time_ms % 86400000"""

DAYS_TUNED = """
SELECT d.day * 86400000, sum(d.files) FROM shared_by_day d
WHERE d.outcome <> 'delivered' AND d.files > 0 GROUP BY d.day"""

COLUMNS = (
    Column("attempts", "Attempts", "count"),
    Column("inbox", "Inbox", "id"),
    Column("direction", "Direction", "text"),
    Column("outcome", "Outcome", "text"),
    Column("type", "Type", "text"),
    Column("reason", "Reason", "text"),
    Column("customers_read", "Customers read", "text"),
    Column("customers", "Customers", "count"),
    Column("bytes", "Size", "size"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
)

SHOWN = (
    Column("attempts", "Attempts", "count"),
    Column("inbox", "Inbox", "id"),
    Column("type", "Type", "text"),
    Column("reason", "Reason", "text"),
    Column("customers", "Customers", "count"),
    Column("bytes", "Size", "size"),
    Column("last", "Last", "time"),
)


def _shown(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...] | Group]:
    """Rows under whose files they were and the message that people read, those with the most attempts first."""
    groups: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[str(row[2]), str(row[6] or "")].append(row)
    for (direction, message), found in sorted(groups.items(), key=lambda pair: -sum(row[0] for row in pair[1])):
        whose = "Files of customers" if direction == "receive" else "Files of agents"
        words_ = f"{whose}, who read: {message}" if message else f"{whose}, with no message on record"
        yield Group((Span(words_, verbatim=True),))
        for row in found:
            yield (*row[:2], row[4], row[5], *row[7:9], row[10])


def build(source: Source, scope: Scope) -> Answer:
    """Attempts by inbox, direction, type, reason and the message shown, the most frequent first."""
    scoped = inside(source, scope)
    rows = []
    reasons: dict[str, int] = defaultdict(int)
    for row in source.query(SQL.format(inside=scoped), scope.values(), TUNED if scope.whole else None):
        attempts, customers, size, first, last = integers(row, 6, 7, 8, 9, 10)
        rows.append((attempts, *row[:6], customers, size, times.text(first), times.text(last)))
        reasons[str(row[4] or "no reason given")] += attempts
    total = sum(reasons.values())
    by_day = source.query(DAYS.format(inside=scoped), scope.values(), DAYS_TUNED if scope.whole else None)
    days = {integers(row, 0)[0]: integers(row, 1)[0] for row in by_day}
    top = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:8]
    figures = [buckets(days, "When were files refused?", "count", "attempt")]
    if top:
        caption = f"most: {top[0][0]}, {words.plural(top[0][1], 'attempt')}"
        figures.append(Figure("Why were files refused?", [p[0] for p in top], [p[1] for p in top], caption=caption))
    received = sum(row[0] for row in rows if row[2] == "receive")
    return Answer(
        "Refused attempts", QUESTION, COLUMNS, rows,
        f"{words.plural(total, 'attempt')} refused or failed: {words.count(received)} by customers,"
        f" {words.count(total - received)} by agents",
        blocks=[Table(SHOWN, list(_shown(rows)))] if rows else [],
        figures=[figure for figure in figures if figure is not None],
        totals={"attempts": total, "by_customers": received, "by_agents": total - received},
        empty="No attempt was refused or failed in this period.",
    )  # fmt: skip
