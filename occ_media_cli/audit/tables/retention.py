"""`report retention`: what is due, overdue, held, and what comes due next."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.engine import Scope
from occ_media_cli.audit.source import Source
from occ_media_cli.audit.tables.answer import Answer, inside, integers
from occ_media_cli.report import words
from occ_media_cli.report.model import Block, Column, Figure, Table

QUESTION = "What is due, what is held, and what comes due next?"

STATES = ("held", "overdue", "due", "next 30d", "next 60d", "next 90d", "later", "no rule")

SQL = """
SELECT t.inbox, t.category, t.state, count(*) AS files, sum(coalesce(t.size, 0)) AS bytes,
  sum(CASE WHEN t.sha256 = '' OR t.size IS NULL THEN 1 ELSE 0 END) AS without_hash
FROM (
  SELECT e.inbox, e.category, e.size, e.sha256,
    CASE
      WHEN EXISTS (
        SELECT 1 FROM hold h
        WHERE h.released_ms IS NULL
          AND (h.entry_seq IS NULL OR h.entry_seq = e.seq) AND (h.inbox_id IS NULL OR h.inbox_id = e.inbox_id)
          AND (h.since_ms IS NULL OR h.since_ms <= e.time_ms) AND (h.until_ms IS NULL OR h.until_ms > e.time_ms)
          AND (h.customer IS NULL OR h.customer = e.customer OR e.id IS NULL)
          AND (h.conversation IS NULL OR h.conversation = e.conversation OR e.id IS NULL)) THEN 'held'
      WHEN p.wait_ms IS NULL THEN 'no rule'
      WHEN e.time_ms + p.wait_ms <= :now_ms - 86400000 THEN 'overdue'
      WHEN e.time_ms + p.wait_ms <= :now_ms THEN 'due'
      WHEN e.time_ms + p.wait_ms <= :now_ms + 2592000000 THEN 'next 30d'
      WHEN e.time_ms + p.wait_ms <= :now_ms + 5184000000 THEN 'next 60d'
      WHEN e.time_ms + p.wait_ms <= :now_ms + 7776000000 THEN 'next 90d'
      ELSE 'later' END AS state
  FROM entry e
  LEFT JOIN ({waits}) p
    ON p.inbox_id = e.inbox_id AND p.category = coalesce(e.category, '-') AND p.direction = e.direction
  WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL
    AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}) t
GROUP BY t.inbox, t.category, t.state"""

COLUMNS = (
    Column("state", "State", "text"),
    Column("inbox", "Inbox", "id"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("without_hash", "Without hash", "count"),
)
SUMMARY = (
    Column("state", "State", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("without_hash", "Without hash", "count"),
)


def waits() -> str:
    """How long each kind of file waits: the part of the rule `past-retention` that says so."""
    from occ_media_cli.audit.rules import load

    text = load("past-retention").sql
    start = text.index("JOIN (\n") + len("JOIN (\n")
    return text[start : text.index(") p\n", start)].strip()


def build(source: Source, scope: Scope) -> Answer:
    """Stored files by what the retention rules in force and the holds say of them at the moment of the report."""
    rows: list[tuple[Any, ...]] = []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    text = SQL.format(waits=waits(), inside=inside(source, scope))
    for row in source.query(text, scope.values()):
        numbers = integers(row, 3, 4, 5)
        rows.append((str(row[2]), row[0], row[1], *numbers))
        sums[str(row[2])] = [a + b for a, b in zip(sums[str(row[2])], numbers, strict=True)]
    rows.sort(key=lambda row: (STATES.index(row[0]), -row[3], str(row[1]), str(row[2])))
    table: list[tuple[Any, ...]] = [(state, *sums[state]) for state in STATES if state in sums]
    ahead = [state for state in STATES[1:7] if state in sums]
    figures = (
        [Figure("What comes due when?", ahead, [sums[state][0] for state in ahead],
                caption=f"{words.plural(sums['overdue'][0] + sums['due'][0], 'file')} may go now,"
                        f" {words.size(sums['overdue'][1] + sums['due'][1])}")]
        if ahead else []
    )  # fmt: skip
    blocks: list[Block] = [Table(SUMMARY, table), Table(COLUMNS, rows, caption="By inbox and category")]
    due = sums["overdue"][0] + sums["due"][0]
    return Answer(
        "Retention", QUESTION, COLUMNS, rows,
        f"{words.plural(due, 'file')} due, {words.size(sums['overdue'][1] + sums['due'][1])};"
        f" {words.count(sums['held'][0])} held, {words.count(sums['no rule'][0])} without a rule,"
        f" at {times.text(scope.now)}",
        blocks=blocks,
        figures=figures,
        totals={state: {"files": sums[state][0], "bytes": sums[state][1]} for state in STATES},
        empty="No file is stored.",
    )  # fmt: skip
