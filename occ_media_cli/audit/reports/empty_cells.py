"""What pages say where a report has nothing to tell: a word for why, where programs read null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from occ_media_cli.report.blocks import Block, Cell, Group, Row, Section, Table
from occ_media_cli.report.known_sizes import UNKNOWN
from occ_media_cli.values import replace

WORDS: Mapping[str, str] = {
    "extension": UNKNOWN, "type": UNKNOWN, "category": UNKNOWN, "bytes": UNKNOWN, "copied": UNKNOWN, "stored": UNKNOWN,
    "quota": "none", "reason": "no reason given", "to": "no end", "expires": "no end", "actor": UNKNOWN,
    "sender": "no name", "customers_read": "nothing", "message": "nothing",
    "scanned_bytes_percent": UNKNOWN,
}  # fmt: skip
"""By the key of a column. Of every other one `-` says that there is nothing."""


def fill_cells(block: Block) -> Block:
    """A block of a page with a word in each cell that has one and no value."""
    if isinstance(block, Section):
        return replace(block, blocks=[fill_cells(each) for each in block.blocks])
    if isinstance(block, Table) and any(column.key in WORDS for column in block.columns):
        return replace(block, rows=list(_rows(block)))
    return block


def _rows(table: Table) -> Iterator[Sequence[Cell] | Row | Group]:
    words = [WORDS.get(column.key) for column in table.columns]

    def told(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(word if cell is None else cell for word, cell in zip(words, cells, strict=True))

    for row in table.rows:
        if isinstance(row, Group):
            yield row
        else:
            yield replace(row, cells=told(row.cells)) if isinstance(row, Row) else told(row)
