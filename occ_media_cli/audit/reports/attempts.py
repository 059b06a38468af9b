"""Attempts that were refused or failed, and what people then read: demand that the settings leave unmet.

What a gate denied stands apart: whoever asked it may not have tried, so that a decision is no attempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import sizes
from occ_media_cli.audit.reports.answer import (
    DAY,
    Answer,
    buckets,
    choose_columns,
    inbox_names,
    inside,
    integers,
    not_drawn,
)
from occ_media_cli.audit.reports.attempts_people import PEOPLE, ask_people, say_caption
from occ_media_cli.ledger import entries_sql as entries
from occ_media_cli.ledger.customers import PERSON
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Column, Figure, Group, Span, Table
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES, word_sql

DENIED = "Denied by a gate: decisions, and no attempts"

QUESTION = "Who was refused, for what, and what did they read?"

SQL = f"""
SELECT e.inbox_id, e.direction, e.outcome, e.type, e.reason,
  coalesce(e.message, CASE WHEN e.direction = 'receive' AND s.receive = 0 THEN s.message END) AS customers_read,
  count(*) AS attempts, count(DISTINCT nullif(e.canonical_customer, '')) AS customers,
  sum(coalesce(e.size, 0)) AS bytes, min(e.time_ms) AS first_ms, max(e.time_ms) AS last_ms, {sizes.SUM}
FROM entry e
LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms AND s.valid_to_ms > e.time_ms
WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
GROUP BY e.inbox, e.inbox_id, e.direction, e.outcome, e.type, e.reason,
  coalesce(e.message, CASE WHEN e.direction = 'receive' AND s.receive = 0 THEN s.message END)
ORDER BY 7 DESC, e.inbox, 1, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST, 6 NULLS FIRST"""

_CELL = """
    ((r.inbox * 2 + r.direction) * 4 + {outcome})
      * (SELECT words FROM many) + coalesce((SELECT t.number FROM typed t WHERE t.code = {kind}), {kind}) AS place,
    {reason} * (SELECT tolds FROM many)
      + CASE WHEN r.message IS NULL AND (r.direction = 0 OR r.inbox NOT IN (SELECT inbox_id FROM closed)) THEN 0
        ELSE coalesce((SELECT t.number FROM told t WHERE t.message = coalesce(r.message, CASE r.direction WHEN 1 THEN (
          SELECT CASE WHEN s.receive = 0 AND s.valid_to_ms > r.ms THEN s.message END FROM setting s
          WHERE s.inbox_id = r.inbox AND s.valid_from_ms <= r.ms ORDER BY s.valid_from_ms DESC LIMIT 1) END)), 0) END
      AS why,
    nullif({customer}, '') AS customer, {size} AS size, r.ms"""
_FIXED = {"kind": entries.KIND_CODE, "reason": entries.REASON, "size": entries.SIZE, "customer": PERSON}

TUNED = f"""
WITH
typed AS MATERIALIZED (  -- words that stand for a type, and the number of that type: its word's code, where it has one
  SELECT w.code, f.type, coalesce((SELECT t.code FROM word t WHERE t.text = f.type),
    (SELECT max(code) FROM word) + dense_rank() OVER (ORDER BY f.type)) AS number
  FROM file_type f JOIN word w ON w.text = f.key),
closed AS MATERIALIZED (SELECT inbox_id, message FROM setting WHERE receive = 0 AND message IS NOT NULL),
told AS MATERIALIZED (
  SELECT row_number() OVER (ORDER BY message) AS number, message FROM (
    SELECT message FROM closed
    UNION
    SELECT r.message FROM record r INDEXED BY record_refused
    WHERE r.kind = 0 AND r.outcome <> 0 AND r.message IS NOT NULL
    UNION
    SELECT r.message FROM {entries.AMENDED_ONLY}
    WHERE a.outcome <> 0 AND r.message IS NOT NULL)),
many AS MATERIALIZED (
  SELECT (SELECT max(code) FROM word) + (SELECT count(*) FROM file_type) + 1 AS words,
    (SELECT count(*) FROM told) + 1 AS tolds),
refused AS (
  SELECT {_CELL.format(outcome=entries.OUTCOME, **_FIXED)}
  FROM record r INDEXED BY record_refused {entries.AMENDED}
  WHERE r.kind = 0 AND r.outcome <> 0 AND {entries.OUTCOME} <> 0
  UNION ALL
  SELECT {_CELL.format(outcome="a.outcome", **_FIXED)}
  FROM {entries.AMENDED_ONLY}
  WHERE a.outcome <> 0 AND r.kind = 0 AND r.outcome = 0)
SELECT i.id, {word_sql("g.place / m.words / 4 % 2", DIRECTIONS)},
  {word_sql("g.place / m.words % 4", OUTCOMES)},
  coalesce((SELECT t.type FROM typed t WHERE t.number = g.place % m.words),
    (SELECT w.text FROM word w WHERE w.code = g.place % m.words)),
  w.text, t.message, g.attempts, g.customers, g.bytes, g.first_ms, g.last_ms, g.without_size
FROM (
  SELECT place, why, count(*) AS attempts, count(DISTINCT customer) AS customers,
    coalesce(sum(size), 0) AS bytes, min(ms) AS first_ms, max(ms) AS last_ms, sum(size IS NULL) AS without_size
  FROM refused GROUP BY place, why) g
CROSS JOIN many m JOIN inbox i ON i.id = g.place / m.words / 8
LEFT JOIN word w ON w.code = g.why / m.tolds LEFT JOIN told t ON t.number = g.why % m.tolds
ORDER BY 7 DESC, i.name, 1, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST, 6 NULLS FIRST"""
"""Two whole numbers sort three times as fast as the six columns that they stand for. place: an inbox, a direction, an
outcome and a type; why: a reason and what was told."""

DAYS = f"""
SELECT {DAY} AS day_ms, count(*) AS attempts
FROM entry e
WHERE e.outcome <> 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
GROUP BY {DAY}"""

DAYS_TUNED = """
SELECT d.day * 86400000, sum(d.files) FROM day_total d
WHERE d.outcome <> 0 AND d.files > 0 GROUP BY d.day"""

DECIDED = """
SELECT e.decision, e.inbox_id, e.direction, CASE WHEN e.decision = 'deny' THEN e.problems END AS problems,
  CASE WHEN e.decision = 'deny' THEN e.message END AS customers_read, count(*) AS decided, min(e.time_ms) AS first_ms,
  max(e.time_ms) AS last_ms
FROM decision e
WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.decision, e.inbox, e.inbox_id, e.direction, CASE WHEN e.decision = 'deny' THEN e.problems END,
  CASE WHEN e.decision = 'deny' THEN e.message END
ORDER BY 6 DESC, e.inbox, 2, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST"""

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
    Column("denied", "Denied", "count"),
    sizes.COLUMN,
)
"""denied: how often a gate said no, in rows of the outcome `denied`, which have no attempts; the reason is the rules by
which it judged, and what customers read is its answer."""

SHOWN, _cells = choose_columns(
    COLUMNS, "attempts", "inbox", "type", "reason", "customers", "bytes", "last", "without_size"
)  # what stands under the line that says whose files they were, and what was read
DENIALS, _denial = choose_columns(COLUMNS, "denied", "inbox", "direction", "reason", "customers_read", "last")


def _shown(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...] | Group]:
    """Rows under whose files they were and the message that people read, those with the most attempts first."""
    groups: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[str(row[2]), str(row[6] or "")].append(row)
    for (direction, message), found in sorted(groups.items(), key=lambda pair: -sum(row[0] for row in pair[1])):
        whose = "Files of customers" if direction == "receive" else "Files of agents"
        words_ = f"{whose}, who read: {message}" if message else f"{whose}, with no message on record"
        yield Group((Span(words_, verbatim=True),))
        yield from map(_cells, found)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Attempts by inbox, direction, type, reason and the message shown, the most frequent first."""
    scoped = inside(source, scope)
    rows, names = [], inbox_names(source)
    reasons: dict[str, int] = defaultdict(int)
    for row in source.query(SQL.format(inside=scoped), scope.values(), TUNED if scope.whole else None):
        attempts, customers, size, first, last, without = integers(row, 6, 7, 8, 9, 10, 11)
        rows.append((
            attempts, names[int(row[0])], *row[1:6], customers, known_sizes.known_bytes(size, attempts, without),
            times.text(first), times.text(last), 0, without,
        ))  # fmt: skip
        reasons[str(row[4] or "no reason given")] += attempts
    total = sum(reasons.values())
    by_day = source.query(DAYS.format(inside=scoped), scope.values(), DAYS_TUNED if scope.whole else None)
    days = {integers(row, 0)[0]: integers(row, 1)[0] for row in by_day}
    top = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:8]
    figures = [buckets(days, "When were files refused?", "count", "attempt")]
    if top:
        rest = not_drawn(len(reasons) - len(top), "reason")
        caption = f"most: {top[0][0]}, {words.plural(top[0][1], 'attempt')}{rest}"
        figures.append(Figure("Why were files refused?", [p[0] for p in top], [p[1] for p in top], caption=caption))
    received = sum(row[0] for row in rows if row[2] == "receive")
    without = sum(row[-1] for row in rows)
    decided, denials = _decisions(source, scope, names)
    denied = sum(row[-2] for row in denials)
    blocks = [sizes.sized_table(SHOWN, _shown(rows))] if rows else []
    people, left = ask_people(source, scope, names)
    if people:
        blocks.append(
            Table(PEOPLE, [(*row[:3], row[3] or "several", *row[4:]) for row in people], caption=say_caption(left))
        )
    if denials:
        blocks.append(Table(DENIALS, [_denial(row) for row in denials], caption=DENIED))
    apart = f"a gate decided {words.plural(decided, 'time')} and denied {words.count(denied)}, which are no attempts"
    lacking = f"; {words.count(without)} of unknown size" if without else ""
    return Answer(
        "Refused attempts", QUESTION, COLUMNS, [*rows, *denials],
        f"{words.plural(total, 'attempt')} refused or failed: {words.count(received)} by customers,"
        f" {words.count(total - received)} by agents{lacking}{f'; {apart}' if decided else ''}",
        blocks=blocks,
        figures=[figure for figure in figures if figure is not None],
        totals={
            "attempts": total, "by_customers": received, "by_agents": total - received, "without_size": without,
            "decided": decided, "denied": denied,
            "refused": [
                {
                    "kind": kind, "customer": who if kind == "customer" else None,
                    "agent": who if kind == "agent" else None, "attempts": number, "inbox": inbox, "first": first,
                    "last": last,
                }
                for kind, who, number, inbox, first, last in people
            ],
            "customers_left_out": left["customer"], "agents_left_out": left["agent"],
        },
        empty="No attempt was refused or failed in this period." + (
            f" A gate decided {words.plural(decided, 'time')} and denied nothing." if decided else ""
        ),
    )  # fmt: skip


def _decisions(
    source: RuleSource, scope: AuditScope, names: Mapping[int, str]
) -> tuple[int, list[tuple[Any, ...]]]:  # fmt: skip
    """How often a gate decided, and what it denied, by inbox, direction, rules and answer, the most frequent first."""
    decided, denials = 0, []
    for row in source.query(DECIDED.format(inside=inside(source, scope)), scope.values()):
        number, first, last = integers(row, 5, 6, 7)
        decided += number
        if row[0] == "deny":
            denials.append((
                0, names[int(row[1])], row[2], "denied", None, row[3], row[4], None, None, times.text(first),
                times.text(last), number, 0,
            ))  # fmt: skip
    return decided, denials
