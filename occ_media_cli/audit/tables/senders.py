"""`report senders`: who sends most, agents and customers apart."""

from __future__ import annotations

from occ_media_cli import times
from occ_media_cli.audit.engine import Scope
from occ_media_cli.audit.source import Source
from occ_media_cli.audit.tables.answer import Answer, inside, integers
from occ_media_cli.report import words
from occ_media_cli.report.model import Column, Figure

QUESTION = "Who sends most?"

MOST = 100
"""Senders of each kind that are listed."""

SQL = """
SELECT t.direction, t.sender, t.files, t.bytes, t.inboxes, t.first_ms, t.last_ms
FROM (
  SELECT g.*, row_number() OVER (PARTITION BY g.direction
    ORDER BY g.files DESC, g.bytes DESC, g.sender NULLS FIRST) AS place
  FROM (
    SELECT e.direction, CASE WHEN e.direction = 'send' THEN e.agent ELSE e.customer END AS sender, count(*) AS files,
      sum(coalesce(e.size, 0)) AS bytes, count(DISTINCT e.inbox_id) AS inboxes, min(e.time_ms) AS first_ms,
      max(e.time_ms) AS last_ms
    FROM entry e
    WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
    GROUP BY e.direction, CASE WHEN e.direction = 'send' THEN e.agent ELSE e.customer END) g) t
WHERE t.place <= 101
ORDER BY t.direction DESC, t.place"""

TUNED = """
SELECT CASE t.direction WHEN 0 THEN 'send' ELSE 'receive' END, t.sender, t.files, t.bytes, t.inboxes, t.first_ms,
  t.last_ms
FROM (
  SELECT g.*, row_number() OVER (PARTITION BY g.direction
    ORDER BY g.files DESC, g.bytes DESC, g.sender NULLS FIRST) AS place
  FROM (
    SELECT r.direction, CASE r.direction WHEN 0 THEN w.text ELSE r.customer END AS sender, count(*) AS files,
      sum(coalesce(a.size, r.size, 0)) AS bytes, count(DISTINCT r.inbox) AS inboxes, min(r.ms) AS first_ms,
      max(r.ms) AS last_ms
    FROM record r LEFT JOIN amendment a ON a.seq = r.seq
    LEFT JOIN word w ON w.code = CASE r.direction WHEN 0 THEN r.agent END
    WHERE r.kind = 0 AND coalesce(a.outcome, r.outcome) = 0 AND r.ms >= :since_ms AND r.ms < :until_ms
    GROUP BY 1, 2) g) t
WHERE t.place <= 101
ORDER BY t.direction, t.place"""

COLUMNS = (
    Column("kind", "Kind", "text"),
    Column("sender", "Sender", "id"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("inboxes", "Inboxes", "count"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
)


def build(source: Source, scope: Scope) -> Answer:
    """The agents and the customers with the most delivered files."""
    rows = []
    more = False
    found = list(source.query(SQL.format(inside=inside(source, scope)), scope.values(),
                              TUNED if not scope.inboxes else None))  # fmt: skip
    for direction, kind in (("send", "agent"), ("receive", "customer")):
        some = [row for row in found if row[0] == direction]
        more = more or len(some) > MOST
        for row in some[:MOST]:
            files, size, inboxes, first, last = integers(row, 2, 3, 4, 5, 6)
            rows.append((kind, row[1], files, size, inboxes, times.text(first), times.text(last)))
    top = sorted((row for row in rows if row[1] is not None), key=lambda row: -row[2])[:10]
    figures = []
    if top:
        caption = f"most: {top[0][0]} {top[0][1]}, {words.plural(top[0][2], 'file')}"
        labels = [f"{row[0]} {row[1]}" for row in top]
        figures.append(Figure("Who sends most?", labels, [row[2] for row in top], caption=caption))
    counts = {kind: sum(row[0] == kind for row in rows) for kind in ("agent", "customer")}
    return Answer(
        "Senders", QUESTION, COLUMNS, rows,
        f"{words.plural(counts['agent'], 'agent')} and {words.plural(counts['customer'], 'customer')}"
        + (f"; only the first {MOST} of a kind are listed" if more else ""),
        figures=figures,
        totals={"agents": counts["agent"], "customers": counts["customer"], "cut": more},
        empty="Nobody sent a file in this period.",
    )  # fmt: skip
