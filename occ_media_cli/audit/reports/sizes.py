"""What reports say of sizes: the sum of those that are known, and how many files have none on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.rule import Value
from occ_media_cli.report.blocks import Cell, Column, Group, Table

SUM = "sum(CASE WHEN e.size IS NULL THEN 1 ELSE 0 END) AS without_size"
"""SQL over `e` for how many files have no size on record. A total of a store does not have it: its text says NULL, and
`count_unsized` puts the number there."""

COLUMN = Column("without_size", "Size unknown", "count")
"""The last column of a table with sizes."""

ANY = "SELECT e.seq FROM entry e WHERE e.size IS NULL LIMIT 1"
ANY_TUNED = "SELECT 1 FROM block_total WHERE without_hash > 0 LIMIT 1"


def are_any_unsized(source: RuleSource) -> bool:
    """Whether a file of the ledger may have no size on record."""
    return any(True for _ in source.query(ANY, {}, ANY_TUNED))


def count_unsized(
    source: RuleSource, rows: Iterable[Sequence[Any]], keys: int, text: str, values: Mapping[str, Value]
) -> list[tuple[Any, ...]]:
    """Rows whose last cell is how many of their files have no size on record.

    keys: the first cells, by which the rows of `text` are found, whose last one is that number. It looks at every
    entry, so it is asked only where totals gave no number and the ledger has such a file.
    """
    found = [tuple(row) for row in rows]
    if all(row[-1] is not None for row in found):
        return found
    some = source.query(text, values) if are_any_unsized(source) else ()
    lacking = {tuple(row[:keys]): int(row[-1]) for row in some}
    return [row if row[-1] is not None else (*row[:-1], lacking.get(row[:keys], 0)) for row in found]


def sized_table(
    columns: Sequence[Column], rows: Iterable[tuple[Cell, ...] | Group], caption: str | None = None
) -> Table:
    """A table of a page: how many files have no size on record is a column, the last one, where there are such."""
    found = list(rows)
    if not any(row[-1] for row in found if not isinstance(row, Group)):
        columns = columns[:-1]
        found = [row if isinstance(row, Group) else row[:-1] for row in found]
    return Table(columns, found, caption=caption)
