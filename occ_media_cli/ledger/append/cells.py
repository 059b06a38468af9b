"""New entries, counted in memory by what they have alike and written to the small totals with each commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger import totals

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.append.columns import Prepared

MOST = 60_000
"""How many cells are counted in memory before they are written."""


class Cells:
    """New entries, counted and not written yet: by day, inbox, direction, state, extension and detected type."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, ...], list[int]] = {}
        self._days: dict[int, list[int]] = {}

    @property
    def full(self) -> bool:
        """Whether it is time to write: a hostile ledger has a cell for each entry."""
        return len(self._cells) > MOST

    def count_rows(
        self, made: Prepared, inboxes: list[int], extensions: list[int], detected: list[int], first: int
    ) -> None:
        """Add rows that were counted together, with the codes of what they name. first: where the first one stands."""
        # (20513, 0, 1, 0, 2, 5, 12, 48000, 1, 900) is day 20513 since 1970, in inbox inboxes[0], received (1) and
        # stored (0), of extension extensions[2] and type detected[5]: 12 files of 48,000 bytes, one of them, of 900
        # bytes, without a hash.
        cells = self._cells
        for day, inbox, direction, state, ext, kind, files, size, without, bare in made.cells:
            place = (day, inboxes[inbox], direction, state, extensions[ext], detected[kind])
            total = cells.get(place)
            if total is None:
                cells[place] = [files, size, without, bare]
            else:
                total[0] += files
                total[1] += size
                total[2] += without
                total[3] += bare
        for day, low, high in made.days:
            self._days.setdefault(day, [first + low, 0])[1] = first + high

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write what was counted. Rows go in the order of a table's key: a page is touched once."""
        by_day: dict[tuple[int, ...], list[int]] = {}
        by_inbox: dict[tuple[int, ...], list[int]] = {}
        by_block: dict[tuple[int, ...], list[int]] = {}
        for (day, inbox, direction, state, ext, detected), total in self._cells.items():
            by_inbox[inbox, direction, ext, detected, state, day] = total
            sums = by_day.setdefault((day, direction, ext, totals.STORED if state == totals.DELETED else state), [0, 0])
            sums[0] += total[0]
            sums[1] += total[1]
            place = (inbox, direction, ext, detected, state, day >> totals.BLOCK)
            block = by_block.get(place)
            if block is None:
                by_block[place] = total.copy()
            else:
                block[0] += total[0]
                block[1] += total[1]
                block[2] += total[2]
                block[3] += total[3]
        for table, counted in (("inbox_total", by_inbox), ("block_total", by_block), ("day_total", by_day)):
            connection.executemany(totals.ONE[table], ((*key, *counted[key]) for key in sorted(counted)))
        connection.executemany(totals.ONE["day_span"], ((day, *self._days[day]) for day in sorted(self._days)))
        self._cells.clear()
        self._days.clear()
