"""Storage: which files take space, against the quota, and how much of it is there more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import sizes
from occ_media_cli.audit.reports.answer import (
    Answer,
    choose_columns,
    inbox_names,
    inside,
    integers,
    records_of,
)
from occ_media_cli.ledger import entries_sql as entries
from occ_media_cli.ledger.entries_sql import type_join
from occ_media_cli.ledger.totals import REST
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Block, Column, Figure

QUESTION = "What takes space, against the quota, and how much is there more than once?"

SQL = f"""
SELECT e.inbox_id, e.inbox, e.extension, e.category, count(*) AS files, sum(coalesce(e.size, 0)) AS bytes, {sizes.SUM}
FROM entry e
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
GROUP BY e.inbox_id, e.inbox, e.extension, e.category
ORDER BY 6 DESC, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 1"""

TUNED = f"""
SELECT d.inbox, i.name, ex.text, t.category, sum(d.files), sum(d.bytes), NULL
FROM (SELECT inbox, ext, detected, sum(files) AS files, sum(bytes) AS bytes FROM block_total WHERE state = 0
  GROUP BY inbox, ext, detected) d
JOIN inbox i ON i.id = d.inbox {type_join("d.detected", "d.ext")}
GROUP BY d.inbox, i.name, ex.text, t.category
ORDER BY 6 DESC, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 1"""

WITHOUT_SIZE = """
SELECT e.inbox_id, e.inbox, e.extension, e.category, count(*) AS files
FROM entry e
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.size IS NULL
GROUP BY e.inbox_id, e.inbox, e.extension, e.category"""

STORED = f"""
SELECT e.inbox_id, count(*) AS files, sum(coalesce(e.size, 0)) AS bytes, {sizes.SUM}
FROM entry e
WHERE e.outcome = 'delivered' AND e.time_ms < :until_ms
  AND (e.deleted_ms IS NULL OR e.deleted_ms >= :until_ms){{inside}}
GROUP BY e.inbox_id"""
"""What an inbox had at the end of the period, whenever it came: a quota is for all of it. Of a period without an end,
what there is now."""

STORED_TUNED = """
SELECT inbox, sum(files), sum(bytes), NULL FROM block_total WHERE state = 0 GROUP BY inbox"""
"""What there is now."""

STORED_WITHOUT_SIZE = """
SELECT e.inbox_id, count(*) AS files
FROM entry e
WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.size IS NULL
GROUP BY e.inbox_id"""

_SIZE = "CASE WHEN min({0}) = max({0}) THEN max({0}) END"
_BY_TIMES = """
SELECT c.files, count(*) AS contents, sum(coalesce(c.size, 0)) AS bytes,
  sum(CASE WHEN c.size IS NULL THEN 1 ELSE 0 END) AS without_size
FROM ({}) c
GROUP BY c.files
ORDER BY c.files"""

COPIES = _BY_TIMES.format(f"""
  SELECT e.sha256, count(*) AS files, {_SIZE.format("e.size")} AS size
  FROM entry e
  WHERE e.outcome = 'delivered' AND e.deleted_ms IS NULL AND e.sha256 <> ''
    AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
  GROUP BY e.sha256 HAVING count(*) > 1""")
"""bytes: of one file of each content, which is what any of its files says, as long as no two say different sizes.
without_size: contents of which nobody knows that."""

COPIES_TUNED = f"""
WITH copied AS MATERIALIZED (
  SELECT content FROM content_total WHERE files > 1
  UNION
  SELECT substr(r.sha256, 1, 8) FROM record r WHERE {REST} AND r.sha256 IS NOT NULL)
""" + _BY_TIMES.format(f"""
  SELECT {entries.SHA256} AS sha256, count(*) AS files, {_SIZE.format(entries.SIZE)} AS size
  FROM {entries.FROM}
  WHERE r.kind = 0 AND {entries.WITH_BYTES} AND EXISTS (SELECT 1 FROM copied)
    AND substr({entries.SHA256}, 1, 8) IN (SELECT content FROM copied)
  GROUP BY 1 HAVING count(*) > 1""")
"""Totals say which contents may be there more than once; only their entries say whether they agree on a size."""

QUOTAS = """
SELECT s.inbox_id, s.quota FROM setting s
WHERE s.valid_from_ms <= :now_ms AND s.valid_to_ms > :now_ms AND s.quota IS NOT NULL"""

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("extension", "Extension", "text"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    sizes.COLUMN,
)
PER_INBOX = (
    Column("inbox", "Inbox", "id"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("stored", "Stored in all", "size"),
    Column("quota", "Quota", "size"),
    Column("used", "Used", "percent"),
    sizes.COLUMN,
)
"""files, bytes: what came in the period and is there. stored, used: everything that was there when the period ended."""
REPEATED = (
    Column("times", "Times", "count"),
    Column("contents", "Contents", "count"),
    Column("copies", "Further copies", "count"),
    Column("copied", "Size of copies", "size"),
    sizes.COLUMN,
)
"""without_size: contents of unknown size."""


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Stored files by inbox and extension, the largest first; each inbox with its quota and its copies."""
    values, scoped = scope.values(), inside(source, scope)
    whole = scope.whole
    rows = []
    boxes: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])  # by number: a name may have been another's before
    categories: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    names = inbox_names(source)
    asked = source.query(SQL.format(inside=scoped), values, TUNED if whole else None)
    for row in sizes.count_unsized(source, asked, 4, WITHOUT_SIZE, values):
        files, size, without = integers(row, 4, 5, 6)
        rows.append((names[int(row[0])], row[2], row[3], files, known_sizes.known_bytes(size, files, without), without))
        for sums in (boxes[int(row[0])], categories[str(row[3] or known_sizes.UNKNOWN)]):
            for place, number in enumerate((files, size, without)):
                sums[place] += number
    repeated = []
    copied = copies_without = 0
    for copies in source.query(COPIES.format(inside=scoped), values, COPIES_TUNED if whole else None):
        many, contents, size, without = integers(copies, 0, 1, 2, 3)
        size *= many - 1
        repeated.append(
            (many, contents, (many - 1) * contents, known_sizes.known_bytes(size, contents, without), without)
        )
        copied += size
        copies_without += (many - 1) * without
    files, size, without = (sum(box[place] for box in boxes.values()) for place in range(3))
    table, ever = _by_inbox(source, scope, boxes), scope.since is None and scope.until is None
    columns, cells = choose_columns(PER_INBOX, "inbox", "files", "bytes", "quota", "used", "without_size")
    told = sizes.sized_table(columns, [cells(row) for row in table], "By inbox") if ever else sizes.sized_table(
        PER_INBOX, table,
        f"By inbox; stored in all and used are of everything there at {times.text(_end(scope))}, whenever it came",
    )  # fmt: skip
    blocks: list[Block] = [told]
    if rows:
        blocks.append(sizes.sized_table(COLUMNS, rows, "By inbox and extension"))
    if repeated:
        blocks.append(sizes.sized_table(REPEATED, repeated, "Contents that are there more than once"))
    unknown = f", and {words.count(copies_without)} of unknown size" if copies_without else ""
    empty = "No file is stored." if ever else "No file that came in this period is stored."
    said = (
        f"{known_sizes.files_and_size(size, files, without)} stored;"
        f" {words.size(copied)} ({words.percent(copied, size)}%) are further copies of a content that is there already"
        f"{unknown}"
    )
    nothing = [(row[0], None, None, 0, 0, 0) for row in table if not row[1]]  # for programs: it is there, by its quota
    return Answer(
        "Storage", QUESTION, COLUMNS, [*rows, *nothing], said if rows else empty,
        blocks=blocks,
        figures=_figures(categories),
        totals={
            "files": files, "bytes": known_sizes.known_bytes(size, files, without), "without_size": without,
            "copied_bytes": copied, "copies": records_of(REPEATED, repeated), "inboxes": records_of(PER_INBOX, table),
        },
        empty=empty,
    )  # fmt: skip


def _end(scope: AuditScope) -> int:
    """The last moment of the period, now where it has not ended: of which a quota is told."""
    return scope.now if scope.until is None else min(scope.now, scope.until - 1)


def _by_inbox(source: RuleSource, scope: AuditScope, boxes: Mapping[int, list[int]]) -> list[tuple[Any, ...]]:
    """What came in the period by inbox, the most first, beside what each had in all when it ended. One that got nothing
    in the period is there where it has a quota."""
    if scope.since is None and scope.until is None:
        stored = dict(boxes)
    else:
        tuned = STORED_TUNED if scope.until is None and not scope.inboxes else None
        asked = source.query(STORED.format(inside=inside(source, scope)), scope.values(), tuned)
        there = sizes.count_unsized(source, asked, 1, STORED_WITHOUT_SIZE, scope.values())
        stored = {int(row[0]): integers(row, 1, 2, 3) for row in there}
    quotas = {int(row[0]): int(row[1]) for row in source.query(QUOTAS, {"now_ms": _end(scope)})}
    plain = {int(row[0]): str(row[1]) for row in source.query("SELECT i.id, i.name FROM inbox i", {})}
    names = inbox_names(source)
    asked_for = {number for number in quotas if not scope.inboxes or plain[number] in scope.inboxes}
    found = {number: boxes.get(number, [0, 0, 0]) for number in {*boxes, *asked_for}}
    table = []
    for number, (files, size, without) in sorted(
        found.items(), key=lambda pair: (-pair[1][1], plain[pair[0]], pair[0])
    ):  # fmt: skip
        many, volume, lacking = stored.get(number, [0, 0, 0])
        total, quota = known_sizes.known_bytes(volume, many, lacking), quotas.get(number)
        used = None if quota is None or total is None else (total * 200 + quota) // (quota * 2)
        table.append((names[number], files, known_sizes.known_bytes(size, files, without), total, quota, used, without))
    return table


def _figures(categories: Mapping[str, list[int]]) -> list[Figure]:
    """The categories of which a size is known; of the rest a chart can say nothing."""
    known = [(name, size) for name, (files, size, without) in categories.items() if without < files]
    top = sorted(known, key=lambda pair: -pair[1])
    if not top:
        return []
    rest = sum(without for _, _, without in categories.values())
    said = f"; {words.plural(rest, 'file')} of unknown size {'is' if rest == 1 else 'are'} not drawn" if rest else ""
    caption = f"most: {top[0][0]}, {words.size(top[0][1])}{said}"
    return [Figure("What takes the space?", [p[0] for p in top], [p[1] for p in top], "size", caption=caption)]
