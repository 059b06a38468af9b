"""Storage: which files take space, against the quota, and how much of it is there more than once."""

from __future__ import annotations

from collections import defaultdict

from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import (
    UNKNOWN,
    Answer,
    inbox_names,
    inside,
    integers,
    kinds_told,
    records_of,
)
from occ_media_cli.ledger.entries_sql import type_join
from occ_media_cli.ledger.totals import REST
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Column, Figure, Table

QUESTION = "What takes space, against the quota, and how much is there more than once?"

SQL = """
SELECT e.inbox_id, e.inbox, e.extension, e.category, count(*) AS files, sum(coalesce(e.size, 0)) AS bytes
FROM entry e
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.inbox_id, e.inbox, e.extension, e.category
ORDER BY 6 DESC, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 1"""

TUNED = f"""
SELECT d.inbox, i.name, ex.text, t.category, sum(d.files), sum(d.bytes)
FROM (SELECT inbox, ext, detected, sum(files) AS files, sum(bytes) AS bytes FROM block_total WHERE state = 0
  GROUP BY inbox, ext, detected) d
JOIN inbox i ON i.id = d.inbox {type_join("d.detected", "d.ext")}
GROUP BY d.inbox, i.name, ex.text, t.category
ORDER BY 6 DESC, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 1"""

COPIES = """
SELECT c.files, count(*) AS contents, sum(c.bytes) AS bytes
FROM (
  SELECT e.sha256, count(*) AS files, sum(coalesce(e.size, 0)) AS bytes
  FROM entry e
  WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.sha256 <> ''
    AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
  GROUP BY e.sha256 HAVING count(*) > 1) c
GROUP BY c.files
ORDER BY c.files"""

COPIES_TUNED = f"""
WITH rest AS MATERIALIZED (
  SELECT substr(r.sha256, 1, 8) AS content, count(*) AS files, sum(coalesce(r.size, 0)) AS bytes
  FROM record r WHERE {REST} AND r.outcome = 0 AND r.deleted IS NULL AND r.sha256 IS NOT NULL GROUP BY 1),
grown AS MATERIALIZED (
  SELECT t.files AS before, t.bytes AS bytes_before, d.files + coalesce(t.files, 0) AS files,
    d.bytes + coalesce(t.bytes, 0) AS bytes
  FROM rest d LEFT JOIN content_total t ON t.content = d.content)
SELECT files, sum(contents), sum(bytes) FROM (
  SELECT files, count(*) AS contents, sum(bytes) AS bytes FROM content_total WHERE files > 1 GROUP BY files
  UNION ALL
  SELECT before, -1, -bytes_before FROM grown WHERE before > 1
  UNION ALL
  SELECT files, 1, bytes FROM grown WHERE files > 1)
GROUP BY files HAVING sum(contents) > 0 ORDER BY files"""
"""Two steps: the contents that are counted, in the order of their index; then each content that grew since moves from
the place where it was counted."""

QUOTAS = """
SELECT s.inbox_id, s.quota FROM setting s
WHERE s.valid_from_ms <= :now_ms AND s.valid_to_ms > :now_ms AND s.quota IS NOT NULL"""

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("extension", "Extension", "text"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
)
PER_INBOX = (
    Column("inbox", "Inbox", "id"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("quota", "Quota", "size"),
    Column("used", "Used", "percent"),
)
REPEATED = (
    Column("times", "Times", "count"),
    Column("contents", "Contents", "count"),
    Column("copies", "Further copies", "count"),
    Column("copied", "Size of copies", "size"),
)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Stored files by inbox and extension, the largest first; each inbox with its quota and its copies."""
    values, scoped = scope.values(), inside(source, scope)
    whole = scope.whole
    rows = []
    boxes: dict[int, list[int]] = defaultdict(lambda: [0, 0])  # by number: a name may have been another inbox's before
    categories: dict[str, int] = defaultdict(int)
    names, plain = inbox_names(source), dict[int, str]()
    for row in source.query(SQL.format(inside=scoped), values, TUNED if whole else None):
        files, size = integers(row, 4, 5)
        number = int(row[0])
        plain[number] = str(row[1])
        rows.append((names[number], row[2], row[3], files, size))
        boxes[number][0] += files
        boxes[number][1] += size
        categories[str(row[3] or UNKNOWN)] += size
    repeated = []
    for row in source.query(COPIES.format(inside=scoped), values, COPIES_TUNED if whole else None):
        many, contents, size = integers(row, 0, 1, 2)
        # Files of one content have one size; where some do not state it, the mean of them stands for it.
        repeated.append((many, contents, (many - 1) * contents, size * (many - 1) // many))
    quotas = {int(row[0]): int(row[1]) for row in source.query(QUOTAS, values)}
    table = []
    for number, (files, size) in sorted(boxes.items(), key=lambda pair: (-pair[1][1], plain[pair[0]], pair[0])):
        quota = quotas.get(number)
        used = None if quota is None else (size * 200 + quota) // (quota * 2)
        table.append((names[number], files, size, quota, used))
    files, size = (sum(box[place] for box in boxes.values()) for place in (0, 1))
    copied = sum(row[3] for row in repeated)
    top = sorted(categories.items(), key=lambda pair: -pair[1])
    chart = (
        Figure("What takes the space?", [p[0] for p in top], [p[1] for p in top], "size",
               caption=f"most: {top[0][0]}, {words.size(top[0][1])}")
        if top else None
    )  # fmt: skip
    blocks: list[Block] = [Table(PER_INBOX, table, caption="By inbox"),
                           Table(COLUMNS, kinds_told(COLUMNS, rows), caption="By inbox and extension")]  # fmt: skip
    if repeated:
        blocks.append(Table(REPEATED, repeated, caption="Contents that are there more than once"))
    return Answer(
        "Storage", QUESTION, COLUMNS, rows,
        f"{words.plural(files, 'file')}, {words.size(size)} stored;"
        f" {words.size(copied)} ({words.percent(copied, size)}%) are further copies of a content that is there already",
        blocks=blocks,
        figures=[chart] if chart else [],
        totals={
            "files": files, "bytes": size, "copied_bytes": copied,
            "copies": records_of(REPEATED, repeated),
            "inboxes": records_of(PER_INBOX, table),
        },
        empty="No file is stored.",
    )  # fmt: skip
