"""Columns of text: how wide each is, and what is cut where a terminal is too narrow.

A library's table was not good enough for this: it cuts ids and first columns, loses text without a mark and wraps
what goes into a pipe.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words
from occ_media_cli.report.formats.cells import CUT_KINDS, NUMERIC, STATE_STYLES, people
from occ_media_cli.report.formats.paint import line_text, paint
from occ_media_cli.report.model import Group, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Cell, Column, Style, Table

GAP = 2

MEASURED_ROWS = 5_000
"""Widths are those of the first rows: a ledger of any length is printed in the same memory. A longer cell further
down pushes the rest of its row to the right and is never cut in a pipe."""

NARROWEST = 12
"""Cells that a column keeps when it is cut: less would say nothing."""


def table_lines(table: Table, screen: Screen) -> Iterator[str]:
    """The printed lines of a table, each ready to be written."""
    if table.piped is not None and not screen.terminal:
        for line in table.piped:
            yield " " * table.indent + line_text(line, screen)
        return
    if table.caption:
        yield " " * table.indent + line_text(table.caption, screen)
    rows = iter(table.rows)
    first = list(islice(rows, MEASURED_ROWS))
    indent = table.indent + (GAP if any(isinstance(row, Group) for row in first) else 0)
    titles = [safe.terminal(column.title) for column in table.columns]
    widths = [words.width(title) if table.header else 0 for title in titles]
    for row in first:
        if not isinstance(row, Group):
            for index, cell in enumerate(_shown(row, table.columns, screen)):
                widths[index] = max(widths[index], words.width(cell))
    if screen.unicode:
        _fit(widths, titles if table.header else [""] * len(titles), table.columns, screen.width - indent)
    if table.header:
        yield paint(" " * indent + _joined(titles, widths, table.columns), "dim", screen)
    for row in chain(first, rows):
        if isinstance(row, Group):
            yield " " * table.indent + line_text(row.line, screen)
            continue
        yield " " * indent + _row(row, widths, table.columns, screen)
        if isinstance(row, Row):
            under = indent + sum(widths[: row.under]) + GAP * min(row.under, len(widths))
            for line in row.below:
                yield " " * under + line_text(line, screen)


def _cells(row: Sequence[Cell] | Row) -> Sequence[Cell]:
    return row.cells if isinstance(row, Row) else row


def _shown(row: Sequence[Cell] | Row, columns: Sequence[Column], screen: Screen) -> list[str]:
    shown = []
    for cell, column in zip(_cells(row), columns, strict=True):
        text = safe.terminal(people(cell, column.kind))
        if column.kind == "change" and not screen.unicode:
            text = text.replace("→", "->")
        shown.append(text)
    return shown


def _fit(widths: list[int], titles: Sequence[str], columns: Sequence[Column], room: int) -> None:
    """Take cells from the widest of the columns that may be cut, until the row fits or all of them are narrow."""
    floors = [
        max(words.width(title), NARROWEST) if column.kind in CUT_KINDS else width
        for column, title, width in zip(columns, titles, widths, strict=True)
    ]
    for index, floor in enumerate(floors):
        widths[index] = min(widths[index], max(floor, room))
    excess = sum(widths) + GAP * (len(widths) - 1) - room
    while excess > 0:
        over = [index for index, width in enumerate(widths) if width > floors[index]]
        if not over:
            return
        widths[max(over, key=lambda index: widths[index])] -= 1
        excess -= 1


def _row(row: Sequence[Cell] | Row, widths: Sequence[int], columns: Sequence[Column], screen: Screen) -> str:
    shown = _shown(row, columns, screen)
    styles: list[Style] = []
    for index, (cell, column) in enumerate(zip(_cells(row), columns, strict=True)):
        if column.kind == "state":
            styles.append(STATE_STYLES.get(shown[index], "plain"))
        else:
            last = index == len(columns) - 1
            styles.append("bold" if column.kind == "name" or (column.kind == "id" and not last) else "plain")
        if screen.unicode and column.kind in CUT_KINDS and words.width(shown[index]) > widths[index]:
            shown[index] = _cut(cell, shown[index], column, widths[index])
    return _joined(shown, widths, columns, styles, screen)


def _cut(cell: Cell, shown: str, column: Column, room: int) -> str:
    if column.kind == "list" and cell is not None and not isinstance(cell, str | int):
        return _cut_list([safe.terminal(str(item)) for item in cell], room)
    if column.kind in {"name", "path"}:
        return words.cut_middle(shown, room)
    return words.cut_end(shown, room)


def _cut_list(items: Sequence[str], room: int) -> str:
    """Whole items where they fit, else the start of the first and how many more there are: `whatsapp… +2`."""
    text = words.items(items, room)
    if words.width(text) <= room:
        return text
    more = f" +{len(items) - 1}" if len(items) > 1 else ""
    return words.cut_end(items[0], room - len(more)) + more


def _joined(
    shown: Sequence[str],
    widths: Sequence[int],
    columns: Sequence[Column],
    styles: Sequence[Style] | None = None,
    screen: Screen | None = None,
) -> str:
    parts = []
    for index, text in enumerate(shown):
        space = " " * (widths[index] - words.width(text))
        if styles is not None and screen is not None and text != "-":
            text = paint(text, styles[index], screen)
        right = columns[index].kind in NUMERIC
        parts.append(space + text if right else text if index == len(shown) - 1 else text + space)
    return (" " * GAP).join(parts).rstrip(" ")
