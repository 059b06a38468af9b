"""Rows for spreadsheets and scripts: a header of keys, bare integers, no cell that a spreadsheet would compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.csv_cells import write_cell
from occ_media_cli.report.formats.cell_text import programs
from occ_media_cli.report.formats.sheets import rows_of, sheet_of, window_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.blocks import Cell
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """UTF-8, comma-separated, one row a line."""
    table = sheet_of(report)
    if not table.columns:
        return
    window = window_cells(report)
    yield (",".join(map(write_cell, [*(column.key for column in table.columns), *window])) + "\n").encode("utf-8")
    after = "".join(f",{_cell(cell)}" for cell in window.values())
    for row in rows_of(table):
        yield (",".join(map(_cell, row)) + after + "\n").encode("utf-8")


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return write_cell(cell)
    return programs(cell) if cell is None or isinstance(cell, int) else write_cell(programs(cell))
