"""The rows of a report for csv and workbooks."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Column, Group, Row, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from occ_media_cli.report.blocks import Block, Cell
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report


def sheet_of(report: Report) -> Table:
    """The table for programs: the report's sheet, else its first table, else its records, else its head.

    Records become rows whose columns are the members of the first; what is nested is written as JSON.
    """
    if report.sheet is not None:
        return report.sheet
    for _, table in tables_of(report.blocks, report.title):
        return table
    if report.records_key is not None:
        records = iter(report.records)
        first = next(records, None)
        keys = list(first) if first is not None else []
        return Table(
            columns=[Column(key, key) for key in keys],
            rows=([_flat(record.get(key)) for key in keys] for record in chain([first] if first else [], records)),
        )
    document: Mapping[str, Json] = {**report.head, **(report.tail() if report.tail is not None else {})}
    return Table(
        columns=(Column("key", "Key", "id"), Column("value", "Value")),
        rows=[(key, _flat(value)) for key, value in document.items()],
    )


def window_cells(report: Report) -> dict[str, Cell]:
    """What each row for programs says of the window that the report looked at: rows have no other place for it."""
    if report.window is None:
        return {}
    since, until, zone = report.window.since, report.window.until, report.window.zone
    return {"window_since": since, "window_until": until, "window_zone": zone}


def rows_of(table: Table) -> Iterator[Sequence[Cell]]:
    """The cells of each row, without group lines and without lines under rows."""
    for row in table.rows:
        if isinstance(row, Row):
            yield row.cells
        elif not isinstance(row, Group):
            yield row


def tables_of(blocks: Sequence[Block], heading: str) -> Iterator[tuple[str, Table]]:
    """Every table in order, with the heading that it stands under; figures and facts are no tables."""
    for block in blocks:
        if isinstance(block, Table):
            yield heading, block
        elif isinstance(block, Section):
            yield from tables_of(block.blocks, block.heading)


def _flat(value: Json) -> Cell:
    return value if value is None or isinstance(value, bool | int | str) else safe.json(value)
