"""Columns of text: how wide each is, and what is cut where a terminal is too narrow.

Widths and cuts are our own, whoever draws: Rich's table cuts ids and first columns, loses text without a mark and wraps
what goes into a pipe. `plain` and `terminal` draw what is laid out here.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words
from occ_media_cli.report.blocks import Group, Row, Span
from occ_media_cli.report.formats.cell_text import CUT_KINDS, STATE_STYLES, people
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.report.blocks import Cell, Column, Facts, Line, Style, Table
    from occ_media_cli.report.formats.screen import Screen

GAP = 2

MEASURED_ROWS = 5_000
"""Widths are those of the first rows: a ledger of any length is printed in the same memory. A longer cell further
down pushes the rest of its row to the right and is never cut in a pipe."""

NARROWEST = 12
"""Cells that a column keeps when it is cut: less would say nothing."""


@value
class Laid:
    """A row ready to be drawn: safe texts, cut where they must be, a style for each, and the lines under the row."""

    cells: Sequence[str]
    styles: Sequence[Style]
    below: Sequence[Line] = ()
    under: int = 0


@value
class Layout:
    """A table ready to be drawn. indent: spaces before each row; titles: empty for a table without a head."""

    columns: Sequence[Column]
    titles: Sequence[str]
    widths: Sequence[int]
    indent: int
    rows: Iterable[Laid | Group]

    def start_of(self, row: Laid) -> int:
        """The cell of the screen at which lines under a row start."""
        return self.indent + sum(self.widths[: row.under]) + GAP * min(row.under, len(self.widths))


def lay_out(table: Table, screen: Screen) -> Layout:
    """Measure the first rows of a table; its rows are laid out as they are asked for."""
    rows = iter(table.rows)
    first = list(islice(rows, MEASURED_ROWS))
    indent = table.indent + (GAP if any(isinstance(row, Group) for row in first) else 0)
    titles = [safe.terminal(column.title) for column in table.columns] if table.header else []
    widths = [words.width(title) for title in titles] or [0] * len(table.columns)
    for row in first:
        if not isinstance(row, Group):
            for index, cell in enumerate(_shown(row, table.columns, screen)):
                widths[index] = max(widths[index], words.width(cell))
    if screen.unicode:
        _fit(widths, titles or [""] * len(widths), table.columns, screen.width - indent)
    return Layout(table.columns, titles, widths, indent, _laid(chain(first, rows), widths, table.columns, screen))


def lay_out_facts(facts: Facts, screen: Screen) -> list[Laid]:
    """Names and their values; no value is cut."""
    return [
        Laid((safe.terminal(name), _cell_text(cell, kind, screen, prose=False)), ("plain", "plain"))
        for name, cell, kind in facts.pairs
    ]


def _laid(
    rows: Iterable[Sequence[Cell] | Row | Group], widths: Sequence[int], columns: Sequence[Column], screen: Screen
) -> Iterator[Laid | Group]:
    for row in rows:
        if isinstance(row, Group):
            yield row
            continue
        cells, styles = _fitted(row, widths, columns, screen)
        more = _wrapped(cells, widths, columns, screen)
        if isinstance(row, Row):
            yield Laid(cells, styles, row.below, row.under)
        elif more:
            yield Laid(cells, styles, more, len(columns) - 1)
        else:
            yield Laid(cells, styles)


def _wrapped(cells: list[str], widths: Sequence[int], columns: Sequence[Column], screen: Screen) -> list[Line]:
    """What does not fit in the last column, as lines below it, where it may not be cut; its start stays in the row."""
    room = widths[-1]
    if not columns[-1].wraps or not screen.unicode or words.width(cells[-1]) <= room:
        return []
    first, *more = words.wrapped(cells[-1], room)
    cells[-1] = first
    return [(Span(line, verbatim=True, prose=columns[-1].prose),) for line in more]


def _cells(row: Sequence[Cell] | Row) -> Sequence[Cell]:
    return row.cells if isinstance(row, Row) else row


def _cell_text(cell: Cell, kind: str, screen: Screen, *, prose: bool) -> str:
    text = people(cell, kind)  # type: ignore[arg-type]  # the kinds of the model
    text = (safe.prose if prose and screen.any_script else safe.terminal)(text)
    return text.replace("→", "->") if kind == "change" and not screen.unicode else text


def _shown(row: Sequence[Cell] | Row, columns: Sequence[Column], screen: Screen) -> list[str]:
    return [
        _cell_text(cell, column.kind, screen, prose=column.prose)
        for cell, column in zip(_cells(row), columns, strict=True)
    ]


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


def _fitted(
    row: Sequence[Cell] | Row, widths: Sequence[int], columns: Sequence[Column], screen: Screen
) -> tuple[list[str], list[Style]]:
    """The texts of a row, cut to their columns where the mark of a cut can be shown, and the style of each."""
    shown = _shown(row, columns, screen)
    styles: list[Style] = []
    for index, (cell, column) in enumerate(zip(_cells(row), columns, strict=True)):
        styles.append(_style_of(shown[index], column, last=index == len(columns) - 1))
        if (
            screen.unicode
            and column.kind in CUT_KINDS
            and not column.wraps
            and words.width(shown[index]) > widths[index]
        ):
            shown[index] = _cut(cell, shown[index], column, widths[index])
    return shown, styles


def _style_of(text: str, column: Column, *, last: bool) -> Style:
    if text == "-":
        return "plain"
    if column.kind == "state":
        return STATE_STYLES.get(text, "plain")
    return "bold" if column.kind == "name" or (column.kind == "id" and not last) else "plain"


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
