"""Shared files: who shared which types, and when."""

from __future__ import annotations

from collections import defaultdict

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import sizes
from occ_media_cli.audit.reports.answer import DAY, Answer, buckets, inbox_names, inside, integers
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Block, Column
from occ_media_cli.vocabulary import SWITCHES

QUESTION = "Who shared what, and when?"

SQL = f"""
SELECT {DAY} AS day_ms, e.inbox_id, e.direction, e.extension, e.category, count(*) AS files,
  sum(coalesce(e.size, 0)) AS bytes, {sizes.SUM}
FROM entry e
WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}
GROUP BY {DAY}, e.inbox, e.inbox_id, e.direction, e.extension, e.category
ORDER BY 1 NULLS FIRST, e.inbox, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST"""

ALL = f"""
SELECT {DAY} AS day_ms, NULL AS inbox, e.direction, e.extension, e.category,
  count(*) AS files, sum(coalesce(e.size, 0)) AS bytes, {sizes.SUM}
FROM entry e
WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY {DAY}, e.direction, e.extension, e.category
ORDER BY 1 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST"""

WITHOUT_SIZE = f"""
SELECT {DAY} AS day_ms, NULL AS inbox, e.direction, e.extension, e.category, count(*) AS files
FROM entry e
WHERE e.outcome = 'delivered' AND e.size IS NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms
GROUP BY {DAY}, e.direction, e.extension, e.category"""

ALL_TUNED = """
SELECT d.day * 86400000, NULL, d.direction, d.extension, d.category, sum(d.files), sum(d.bytes), NULL
FROM shared_by_day d
WHERE d.outcome = 'delivered' AND d.files > 0
  AND d.day >= CASE WHEN :since_ms < 0 THEN -100000000 ELSE :since_ms / 86400000 END
  AND d.day < CASE WHEN :until_ms > 8640000000000000 THEN 100000000 ELSE :until_ms / 86400000 END
GROUP BY d.day, d.direction, d.extension, d.category
ORDER BY 1 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5 NULLS FIRST"""

COLUMNS = (
    Column("date", "Date", "text"),
    Column("inbox", "Inbox", "id"),
    Column("direction", "Direction", "text"),
    Column("extension", "Extension", "text"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    sizes.COLUMN,
)
SUMMARY = (
    Column("direction", "Direction", "text"),
    Column("category", "Category", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("trend", "Trend", "trend"),
    sizes.COLUMN,
)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Files and bytes by day, direction and extension; by inbox too, where the scope names some."""
    values = scope.values()
    if scope.inboxes:
        found = [tuple(row) for row in source.query(SQL.format(inside=inside(source, scope)), values)]
    else:
        by_day = all(bound is None or (bound % times.DAY == 0 and bound >= 0) for bound in (scope.since, scope.until))
        found = sizes.count_unsized(
            source, source.query(ALL, values, ALL_TUNED if by_day else None), 5, WITHOUT_SIZE, values
        )
    groups: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    trends: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[str, dict[int, int]] = {way: defaultdict(int) for way in SWITCHES}
    rows, names = [], inbox_names(source)
    for row in found:
        day, files, size, without = integers(row, 0, 5, 6, 7)
        direction, category = str(row[2]), str(row[4] or known_sizes.UNKNOWN)
        inbox = None if row[1] is None else names[int(row[1])]
        rows.append(
            (
                times.text(day)[:10],
                inbox,
                direction,
                row[3],
                row[4],
                files,
                known_sizes.known_bytes(size, files, without),
                without,
            )
        )
        group = groups[direction, category]
        group[0] += files
        group[1] += size
        group[2] += without
        trends[direction, category][day] += files
        days[direction][day] += files
    files, size, without = (sum(group[place] for group in groups.values()) for place in range(3))
    blocks: list[Block] = [
        sizes.sized_table(
            SUMMARY,
            [
                (
                    *key,
                    group[0],
                    known_sizes.known_bytes(group[1], group[0], group[2]),
                    _trend(trends[key], days),
                    group[2],
                )
                for key, group in sorted(groups.items(), key=lambda g: -g[1][0])
            ],
        )
    ]
    charts = [
        buckets(days[way], f"When were files {word}?", "count", "file")
        for way, word in zip(SWITCHES, ("received", "sent"), strict=True)
    ]
    return Answer(
        "Files shared", QUESTION, COLUMNS, rows,
        f"{known_sizes.files_and_size(size, files, without)}: "
        f"{words.count(sum(days['receive'].values()))} received, {words.count(sum(days['send'].values()))} sent",
        blocks=blocks,
        figures=[chart for chart in charts if chart is not None],
        totals={"files": files, "bytes": known_sizes.known_bytes(size, files, without), "without_size": without},
        empty="No file was shared in this period.",
    )  # fmt: skip


def _trend(days: dict[int, int], every: dict[str, dict[int, int]]) -> list[int]:
    """Twelve numbers over the whole period."""
    known = [day for way in every.values() for day in way]
    first, span = min(known), max(known) - min(known) + times.DAY
    sums = [0] * min(12, max(1, span // times.DAY))
    for day, number in days.items():
        sums[(day - first) * len(sums) // span] += number
    return sums
