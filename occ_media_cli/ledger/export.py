"""Writing the ledger out in constant memory: as Parquet, with exact types for DuckDB and Spark, or as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import PartMissing
from occ_media_cli.ledger import query
from occ_media_cli.ledger.query import COLUMNS, FIELDS, Filters
from occ_media_cli.store import sink
from occ_media_cli.store.write_errors import explained

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.sink import Guard

GROUP = 50_000
"""Rows of a row group, in which a reader looks for what it wants."""

BATCH = 2_000
"""Rows that are Python's objects at once; as Arrow's columns they take a tenth of the memory."""


def _batches(rows: Iterator[Sequence[Any]], schema: Any) -> Iterator[Any]:
    import pyarrow as arrow

    while batch := list(islice(rows, BATCH)):
        columns = [arrow.array(column, type=field.type) for column, field in
                   zip(zip(*batch, strict=True), schema, strict=True)]  # fmt: skip
        yield arrow.RecordBatch.from_arrays(columns, schema=schema)


def parquet(connection: sqlite3.Connection, filters: Filters, path: Path, guard: Guard | None = None) -> int:
    """Write the entries that match to a file with mode 0600, and return how many they are.

    Times are timestamps in milliseconds UTC, sizes integers, hashes lower-case hex: the same values as in NDJSON.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet as writer
    except ImportError:
        raise PartMissing(
            "Parquet needs a part that is not installed; nothing was written", hint="pip install 'occ-media[parquet]'"
        ) from None
    moment = arrow.timestamp("ms", tz="UTC")
    kinds = {"time": moment, "deleted": moment, "removed": moment, "size": arrow.int64()}
    schema = arrow.schema([
        ("seq", arrow.int64()), ("source", arrow.string()),
        *((name, kinds.get(name, arrow.string())) for name in FIELDS),
    ])  # fmt: skip
    where, values = filters.conditions(connection)
    rows = connection.execute(f"SELECT {COLUMNS} FROM entry WHERE {where} ORDER BY seq", values)
    count = 0
    with (
        sink.replacing(path, guard) as pending,
        explained(pending.output),
        writer.ParquetWriter(pending.stream, schema, compression="zstd") as out,
    ):
        while group := list(_batches(islice(rows, GROUP), schema)):
            table = arrow.Table.from_batches(group, schema=schema)
            out.write_table(table, row_group_size=GROUP)
            count += table.num_rows
    return count


class CountedEntries:
    """Entries as the records and the sheet of a report, for formats that are text; `number` counts what was read."""

    def __init__(self, connection: sqlite3.Connection, filters: Filters) -> None:
        self.number = 0
        self._connection, self._filters = connection, filters

    def report(self) -> Report:
        """The report; a format reads either its records or its rows, once."""
        from occ_media_cli.report.blocks import Column, Table
        from occ_media_cli.report.model import Report

        names = ("seq", "source", *query.FIELDS)
        rows = (tuple(entry[name] for name in names) for entry in self._entries())
        return Report(
            schema="occ-media/entries/1", title="Entries", records_key="entries", records=self._entries(),
            sheet=Table([Column(name, name) for name in names], rows),  # type: ignore[arg-type]  # members of an entry are plain values
        )  # fmt: skip

    def _entries(self) -> Iterator[dict[str, Json]]:
        for entry in query.entries(self._connection, self._filters):
            self.number += 1
            yield entry
