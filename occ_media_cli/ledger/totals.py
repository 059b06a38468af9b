"""The totals that entries keep up to date in their own transaction, and how they are made again from the entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

DAY = 86_400_000

_EFFECTIVE = """
FROM record r LEFT JOIN amendment a ON a.seq = r.seq WHERE r.kind = 0"""

RECOMPUTED = {
    "day_total": f"""
SELECT (r.ms - ((r.ms % {DAY} + {DAY}) % {DAY})) / {DAY} AS day, r.direction, r.ext, coalesce(a.outcome, r.outcome),
  count(*), sum(coalesce(a.size, r.size, 0)) {_EFFECTIVE} GROUP BY 1, 2, 3, 4""",
    "stored_total": f"""
SELECT r.inbox, r.ext, (r.ms - ((r.ms % {DAY} + {DAY}) % {DAY})) / {DAY} AS day,
  count(*), sum(coalesce(a.size, r.size, 0)) {_EFFECTIVE}
  AND coalesce(a.outcome, r.outcome) = 0 AND coalesce(a.deleted, r.deleted) IS NULL GROUP BY 1, 2, 3""",
}
"""What each table of totals must hold, as a query over the entries: dimensions, then files and bytes."""

DIMENSIONS = {"day_total": ("day", "direction", "ext", "outcome"), "stored_total": ("inbox", "ext", "day")}

Totals = dict[tuple[int, ...], list[int]]


def add(totals: Totals, key: tuple[int, ...], files: int, size: int) -> None:
    """Count files and bytes under a key."""
    total = totals.get(key)
    if total is None:
        totals[key] = [files, size]
    else:
        total[0] += files
        total[1] += size


def count(days: Totals, stored: Totals, rows: list[tuple[int, int, int, int, int, int | None, int | None]]) -> None:
    """Count new entries: each by its milliseconds, direction, extension, outcome, inbox, size and deletion."""
    for ms, direction, ext, outcome, inbox, size, deleted in rows:
        day = ms // DAY
        total = days.get((day, direction, ext, outcome))
        if total is None:
            total = days[day, direction, ext, outcome] = [0, 0]
        total[0] += 1
        if size:
            total[1] += size
        if not outcome and deleted is None:
            total = stored.get((inbox, ext, day))
            if total is None:
                total = stored[inbox, ext, day] = [0, 0]
            total[0] += 1
            if size:
                total[1] += size


def flush(connection: sqlite3.Connection, days: Totals, stored: Totals) -> None:
    """Add what was counted to the tables, inside the caller's transaction, and start again from nothing."""
    for table, totals in (("day_total", days), ("stored_total", stored)):
        names = DIMENSIONS[table]
        marks = ", ".join("?" * (len(names) + 2))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}, files, bytes) VALUES ({marks})"
            f" ON CONFLICT ({', '.join(names)}) DO UPDATE SET"
            " files = files + excluded.files, bytes = bytes + excluded.bytes",
            [(*key, *total) for key, total in totals.items() if total != [0, 0]],
        )
        if any(total[0] < 0 for total in totals.values()):
            connection.execute(f"DELETE FROM {table} WHERE files = 0")
        totals.clear()
