"""How wide a table of a page may be, and what follows: which cells stay in one line, and where rows become blocks.

Everything is counted in characters of the table's type. A cell is kept in one line only where all columns have room on
printed A4, the narrowest page; what does not fit may be broken anywhere, so that no name makes a page scroll sideways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words
from occ_media_cli.report.blocks import Group, Row
from occ_media_cli.report.formats.cell_text import NUMERIC, people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.blocks import Cell, CellKind, Column

PAPER = 104
TABLET = 76
TELEPHONE = 34
"""Characters of a row on A4, at 40rem, and on a telephone of 320 pixels."""

GAP = 2
NARROWEST = 15
"""Characters between two columns, and up to which a cell is kept in one line: 7rem."""

LEAST = 8
"""Characters of free text in a table that is crowded."""

_LONGEST_UNBROKEN = 32
_DRAWING = 32
_UNBROKEN: frozenset[CellKind] = NUMERIC | {"time", "state"}
_BREAKABLE: frozenset[CellKind] = frozenset({"text", "name", "path"})


@dataclass(frozen=True, slots=True)
class LaneLook:
    """How one column is shown: its classes, its title as the label of the narrow layout, and whether it is a header."""

    classes: str
    label: str
    column: Column
    header: bool


def looks(columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Row | Group]) -> tuple[list[LaneLook], str]:
    """How each column is shown, and the layout of the table.

    few: it stays a table on a telephone; stack: its rows become blocks there; stack wide: already on a tablet.
    """
    longest = _longest(columns, rows)
    needs = [_need(column, length) for column, length in zip(columns, longest, strict=True)]
    room = PAPER - GAP * (len(columns) - 1) - sum(needs)
    spared = sum(_spared(column, need) for column, need in zip(columns, needs, strict=True))
    squeezed = room + spared < 0
    classes = [
        _squeezed(column, length) if squeezed else _classes(column, length, narrow=room < 0)
        for column, length in zip(columns, longest, strict=True)
    ]
    for index in sorted(range(len(columns)), key=lambda index: longest[index]):
        more = longest[index] - needs[index]
        if columns[index].kind == "id" and not squeezed and (more == 0 or more <= room):  # the shortest come first
            room -= more
            classes[index] += " whole"
    layout = _layout(columns, sum(needs) + GAP * (len(columns) - 1))
    first_is_header = layout == "few"
    return [
        LaneLook(classes[index], safe.html(column.title), column, first_is_header and index == 0)
        for index, column in enumerate(columns)
    ], layout


def _longest(columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Row | Group]) -> list[int]:
    longest = [words.width(column.title) for column in columns]
    for row in rows:
        if isinstance(row, Group):
            continue
        for index, cell in enumerate(row.cells if isinstance(row, Row) else row):
            longest[index] = max(longest[index], words.width(people(cell, columns[index].kind)))
    return longest


def _need(column: Column, longest: int) -> int:
    """Characters that the column takes at least."""
    if column.kind in _UNBROKEN and longest <= _LONGEST_UNBROKEN:
        return longest
    return _DRAWING if column.kind == "trend" else min(longest, NARROWEST)


def _spared(column: Column, need: int) -> int:
    """What the column can give where it is crowded; a short title stays in one line."""
    if column.kind not in _BREAKABLE and column.kind != "list":
        return 0
    title = words.width(column.title)
    return max(0, need - max(LEAST, title if title <= NARROWEST else 0))


def _classes(column: Column, longest: int, *, narrow: bool) -> str:
    """The classes of a column; `narrow` where there is room only if free text is broken into short lines."""
    if column.kind in _UNBROKEN:
        own = "n" if column.kind in NUMERIC else "time" if column.kind == "time" else "state"
        return own if longest <= _LONGEST_UNBROKEN else "wrap"
    if column.kind in _BREAKABLE:
        return "short" if longest <= (LEAST if narrow else NARROWEST) else "" if narrow else "wrap"
    return "id" if column.kind == "id" else ""


def _squeezed(column: Column, longest: int) -> str:
    """Where there is no room even for short cells, only numbers stay whole."""
    if column.kind in NUMERIC and longest <= _LONGEST_UNBROKEN:
        return "n"
    return "id" if column.kind == "id" else ""


def _layout(columns: Sequence[Column], needed: int) -> str:
    numbers = all(column.kind in NUMERIC or column.kind == "state" for column in columns[1:])
    if len(columns) <= 4 and numbers and (needed <= TELEPHONE or len(columns) == 1):
        return "few"
    return "stack" if needed <= TABLET else "stack wide"
