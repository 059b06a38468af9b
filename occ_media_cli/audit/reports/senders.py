"""Senders: who sends most, agents and customers apart."""

from __future__ import annotations

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import sizes
from occ_media_cli.audit.reports.answer import Answer, inbox_names, inside, integers, not_drawn
from occ_media_cli.ledger import entries_sql as entries
from occ_media_cli.ledger.customers import PERSON
from occ_media_cli.ledger.totals import REST
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Column, Figure
from occ_media_cli.store.migrations.m0009_people import canonical
from occ_media_cli.store.migrations.m0011_persons import person
from occ_media_cli.vocabulary import DIRECTIONS, word_sql

QUESTION = (
    "Who sends most? Files and size are what was delivered; inbox (where it was only one), first and last are of all"
    " attempts, refused ones included."
)

MOST = 100
"""Senders of each kind that are listed."""

SQL = """
SELECT t.direction, t.sender, t.files, t.bytes, t.inbox, t.first_ms, t.last_ms, t.people, t.without_size
FROM (
  SELECT g.*, row_number() OVER (PARTITION BY g.direction
    ORDER BY g.files DESC, g.bytes DESC, g.sender NULLS FIRST) AS place,
    count(g.sender) OVER (PARTITION BY g.direction) AS people
  FROM (
    SELECT e.direction, nullif(CASE WHEN e.direction = 'send' THEN e.agent ELSE e.canonical_customer END, '') AS sender,
      sum(CASE WHEN e.outcome = 'delivered' THEN 1 ELSE 0 END) AS files,
      sum(CASE WHEN e.outcome = 'delivered' THEN coalesce(e.size, 0) ELSE 0 END) AS bytes,
      sum(CASE WHEN e.outcome = 'delivered' AND e.size IS NULL THEN 1 ELSE 0 END) AS without_size,
      CASE WHEN min(e.inbox_id) = max(e.inbox_id) THEN min(e.inbox_id) END AS inbox, min(e.time_ms) AS first_ms,
      max(e.time_ms) AS last_ms
    FROM entry e
    WHERE e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
    GROUP BY e.direction, nullif(CASE WHEN e.direction = 'send' THEN e.agent ELSE e.canonical_customer END, '')) g
  WHERE g.files > 0) t
WHERE t.place <= 101
ORDER BY t.direction DESC, t.place"""

_VALUES = """sum(r.outcome = 0) AS files, sum(CASE r.outcome WHEN 0 THEN coalesce(r.size, 0) ELSE 0 END) AS bytes,
    min(r.ms) AS first, max(r.ms) AS last, min(r.inbox) AS low, max(r.inbox) AS high"""

_PLAIN = f"{canonical('sender')} = sender AND sender NOT IN (SELECT spelling FROM person_spelling)"
"""True for a customer who stands in the totals under the key of the person, as nearly all do."""

_FIRSTS = "\n    UNION ALL\n".join(
    f"""    SELECT * FROM (
      SELECT direction, sender, files, bytes, first, last, low, high, {fresh} AS fresh FROM {table}
      WHERE direction = {direction} AND files > 0{plain} ORDER BY files DESC, bytes DESC, sender LIMIT 101)"""
    for fresh, table, direction, plain in (
        (0, "sender_total", 0, ""), (0, "sender_total", 1, f" AND {_PLAIN}"), (1, "grown", 0, ""), (1, "grown", 1, ""),
    )
)  # fmt: skip

TUNED = f"""
WITH rest AS MATERIALIZED (
  SELECT 0 AS direction, coalesce(w.text, '') AS sender, sum(g.files) AS files, sum(g.bytes) AS bytes,
    min(g.first) AS first, max(g.last) AS last, min(g.low) AS low, max(g.high) AS high
  FROM (SELECT r.agent, {_VALUES} FROM record r WHERE {REST} AND r.direction = 0 GROUP BY r.agent) g
  LEFT JOIN word w ON w.code = g.agent GROUP BY 2
  UNION ALL
  SELECT 1, coalesce(r.customer, ''), {_VALUES} FROM record r WHERE {REST} AND r.direction = 1 GROUP BY 2),
changed AS MATERIALIZED (  -- what is not counted yet, and customers who stand there in another spelling, by person
  SELECT direction, sender, sum(files) AS files, sum(bytes) AS bytes, min(first) AS first, max(last) AS last,
    min(low) AS low, max(high) AS high
  FROM (
    SELECT direction, CASE direction WHEN 0 THEN sender ELSE {person("sender")} END AS sender, files, bytes, first,
      last, low, high
    FROM (SELECT * FROM rest UNION ALL SELECT * FROM sender_total WHERE direction = 1 AND NOT ({_PLAIN}))
    LIMIT -1)
  GROUP BY 1, 2),
grown AS MATERIALIZED (
  SELECT n.direction, n.sender, n.files + coalesce(t.files, 0) AS files, n.bytes + coalesce(t.bytes, 0) AS bytes,
    min(n.first, coalesce(t.first, n.first)) AS first, max(n.last, coalesce(t.last, n.last)) AS last,
    min(n.low, coalesce(t.low, n.low)) AS low, max(n.high, coalesce(t.high, n.high)) AS high,
    coalesce(t.files, 0) > 0 AS counted
  FROM changed n LEFT JOIN sender_total t ON t.direction = n.direction AND t.sender = n.sender),
people AS MATERIALIZED (
  SELECT direction, sum(many) AS people FROM (
    SELECT direction, count(*) AS many FROM sender_total
    WHERE files > 0 AND sender <> '' AND (direction = 0 OR ({_PLAIN})) GROUP BY direction
    UNION ALL
    SELECT direction, count(*) FROM grown WHERE files > 0 AND sender <> '' AND NOT counted GROUP BY direction)
  GROUP BY direction),
known AS (  -- the first ones of those that are counted and of those that grew since, and what is newer of each
  SELECT direction, sender, files, bytes, first, last, low, high, max(fresh) FROM (
{_FIRSTS})
  GROUP BY direction, sender)
SELECT {word_sql("m.direction", DIRECTIONS)}, nullif(m.sender, ''), m.files, m.bytes,
  CASE WHEN m.low = m.high THEN m.low END, m.first, m.last,
  coalesce((SELECT p.people FROM people p WHERE p.direction = m.direction), 0), NULL
FROM (
  SELECT *, row_number() OVER (PARTITION BY direction ORDER BY files DESC, bytes DESC, sender) AS place FROM known) m
WHERE m.place <= 101
ORDER BY m.direction DESC, m.place"""
"""Who is not among the first of either has as many before it for sure: what is not counted yet takes nothing away."""

PERIOD = f"""
WITH place AS MATERIALIZED (
  SELECT min(first) AS first, max(last) AS last FROM day_span
  WHERE (day + 1) * 86400000 > :since_ms AND day * 86400000 < :until_ms)
SELECT {word_sql("t.direction", DIRECTIONS)}, t.sender, t.files, t.bytes,
  CASE WHEN t.low = t.high THEN t.low END AS inbox, t.first_ms, t.last_ms, t.people, t.without_size
FROM (
  SELECT g.*, row_number() OVER (PARTITION BY g.direction
    ORDER BY g.files DESC, g.bytes DESC, g.sender NULLS FIRST) AS place,
    count(g.sender) OVER (PARTITION BY g.direction) AS people
  FROM (
    SELECT r.direction, nullif(CASE r.direction WHEN 0 THEN w.text ELSE {PERSON} END, '') AS sender,
      sum({entries.DELIVERED}) AS files,
      sum(CASE {entries.OUTCOME} WHEN 0 THEN {entries.BYTES} ELSE 0 END) AS bytes,
      sum(CASE WHEN {entries.DELIVERED} AND {entries.SIZE} IS NULL THEN 1 ELSE 0 END) AS without_size,
      min(r.inbox) AS low, max(r.inbox) AS high, min(r.ms) AS first_ms, max(r.ms) AS last_ms
    FROM {entries.FROM}
    LEFT JOIN word w ON w.code = CASE r.direction WHEN 0 THEN r.agent END
    WHERE r.kind = 0 AND r.ms >= :since_ms AND r.ms < :until_ms
      AND r.seq BETWEEN (SELECT first FROM place) AND (SELECT last FROM place)
    GROUP BY 1, 2) g
  WHERE g.files > 0) t
WHERE t.place <= 101
ORDER BY t.direction, t.place"""
"""For a part of the time: only where entries of its days stand is looked at."""

WITHOUT_SIZE = """
SELECT e.direction, nullif(CASE WHEN e.direction = 'send' THEN e.agent ELSE e.canonical_customer END, '') AS sender,
  count(*) AS files
FROM entry e
WHERE e.outcome = 'delivered' AND e.size IS NULL
GROUP BY e.direction, nullif(CASE WHEN e.direction = 'send' THEN e.agent ELSE e.canonical_customer END, '')"""
"""Of the whole ledger, whose totals do not have it."""

COLUMNS = (
    Column("kind", "Kind", "text"),
    Column("sender", "Sender", "id"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("inbox", "Inbox", "id"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
    sizes.COLUMN,
)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """The agents and the customers with the most delivered files; when and where they tried, refused ones included."""
    rows = []
    people, left = {"agent": 0, "customer": 0}, {"agent": 0, "customer": 0}
    more = False
    names = inbox_names(source)
    tuned = None if scope.inboxes else TUNED if scope.whole else PERIOD
    asked = source.query(SQL.format(inside=inside(source, scope)), scope.values(), tuned)
    found = sizes.count_unsized(source, asked, 2, WITHOUT_SIZE, scope.values())
    for direction, kind in (("send", "agent"), ("receive", "customer")):
        some = [row for row in found if row[0] == direction]
        more = more or len(some) > MOST
        if some:
            people[kind] = integers(some[0], 7)[0]
            left[kind] = people[kind] - sum(row[1] is not None for row in some[:MOST])
        for row in some[:MOST]:
            files, size, first, last, without = integers(row, 2, 3, 5, 6, 8)
            inbox = None if row[4] is None else names[int(row[4])]
            rows.append((
                kind, row[1], files, known_sizes.known_bytes(size, files, without), inbox, times.text(first),
                times.text(last), without,
            ))  # fmt: skip
    top = sorted((row for row in rows if row[1] is not None), key=lambda row: -row[2])[:10]
    figures = []
    if top:
        rest = not_drawn(sum(people.values()) - len(top), "sender")
        caption = f"most: {top[0][0]} {top[0][1]}, {words.plural(top[0][2], 'file')}{rest}"
        labels = [f"{row[0]} {row[1]}" for row in top]
        figures.append(Figure("Who sends most?", labels, [row[2] for row in top], caption=caption))
    return Answer(
        "Senders", QUESTION, COLUMNS, rows,
        f"{words.plural(people['agent'], 'agent')} and {words.plural(people['customer'], 'customer')}"
        + "".join(
            f"; {words.plural(number, kind)} with fewer files {'is' if number == 1 else 'are'} not listed"
            for kind, number in left.items()
            if number
        ),
        blocks=[sizes.sized_table(COLUMNS, [(*row[:4], row[4] or "several", *row[5:]) for row in rows])],
        figures=figures,
        totals={
            "agents": people["agent"], "customers": people["customer"], "cut": more,
            "agents_left_out": left["agent"], "customers_left_out": left["customer"],
        },
        empty="Nobody sent a file in this period.",
    )  # fmt: skip
