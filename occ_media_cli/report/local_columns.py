"""The blocks of a report with their times as people in a zone read them. What programs read stays in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.blocks import Facts, Row, Section, Table
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from occ_media_cli.report.blocks import Block, Cell, Column, Group


def in_zone(blocks: Sequence[Block], local: Callable[[str], str]) -> list[Block]:
    """The blocks, each cell that is a time said by `local`; rows are read as they come."""
    return [_block(block, local) for block in blocks]


def _block(block: Block, local: Callable[[str], str]) -> Block:
    if isinstance(block, Section):
        return replace(block, blocks=in_zone(block.blocks, local))
    if isinstance(block, Facts):
        pairs = [(name, _cell(item, local) if kind == "time" else item, kind) for name, item, kind in block.pairs]
        return replace(block, pairs=pairs)
    if isinstance(block, Table):
        return replace(block, rows=_rows(block.rows, block.columns, local))
    return block


def _rows(
    rows: Iterable[Sequence[Cell] | Row | Group], columns: Sequence[Column], local: Callable[[str], str]
) -> Iterator[Sequence[Cell] | Row | Group]:
    places = [column.kind == "time" for column in columns]

    def said(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(_cell(cell, local) if hit else cell for cell, hit in zip(cells, places, strict=True))

    for row in rows:
        if isinstance(row, Row):
            yield replace(row, cells=said(row.cells))
        elif isinstance(row, tuple | list):
            yield said(row)
        else:
            yield row


def _cell(cell: Cell, local: Callable[[str], str]) -> Cell:
    return local(cell) if isinstance(cell, str) else cell
