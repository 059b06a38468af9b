"""Parquet: the fields of contracts.md §6 as columns, or any columns with a mapping. Needs the extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec  # noqa: TID253 - this module is imported by an ingest only

from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing
from occ_media_cli.ledger.entry import Batch, EntryRow, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.arrow_values import check_columns, column, may_hold_nul, rows_at_once
from occ_media_cli.ledger.sources.mapped import Mapped, from_options

if TYPE_CHECKING:
    import pyarrow

BATCH = 2_000

BUFFER = 65_536
"""Bytes of a column read at a time: without a buffer Arrow holds the columns of a whole row group, however large."""


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The rows of a file; only the columns that are used are read."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise PartMissing(
            "Parquet needs a part that is not installed; nothing was recorded", hint="pip install 'occ-media[parquet]'"
        ) from None
    arrow.set_memory_pool(arrow.system_memory_pool())  # gives back what it does not need, which the others do not
    mapped = from_options(options, name)
    try:
        with parquet.ParquetFile(name, memory_map=False, pre_buffer=False, buffer_size=BUFFER) as file:
            columns = file.schema_arrow.names
            mapped.check_columns(name, columns)
            context.notes += mapped.notes_on(columns)
            used = [column for column in dict.fromkeys(mapped.columns.values()) if column in columns]
            check_columns(name, file.schema_arrow, used)
            total, done = file.metadata.num_rows, 0
            for part in file.iter_batches(batch_size=BATCH, columns=used, use_threads=False):
                yield _batch(part, mapped, done)
                done += part.num_rows
                context.fraction = done / total if total else 1.0
    except (arrow.ArrowInvalid, UnicodeDecodeError) as problem:  # the latter of names; values are looked at one by one
        raise MalformedInput(
            f"not a Parquet file, or broken: {str(problem).splitlines()[0].lower()[:120]}",
            file=name,
            hint="write it again; rows that were read before are recorded",
        ) from problem
    except OSError as problem:
        raise Incomplete(
            f"cannot be read: {(problem.strerror or str(problem)).lower()}",
            file=name,
            hint="name a file that you may read",
        ) from problem


def _batch(part: pyarrow.RecordBatch, mapped: Mapped, done: int) -> Batch:
    """The rows of a part of the file, `done` rows after its start."""
    values = {name: column(part.column(name)) for name in part.schema.names}
    plain = not may_hold_nul(part)

    def named(line: int) -> dict[str, Any]:
        return {name: cells[line - done - 1] for name, cells in values.items()}

    rows = rows_at_once(part, mapped, values)
    batch = Batch([], [], part.num_rows, plain=plain, refused=[])
    if rows is not None:
        batch.items, batch.lines = list(rows), range(done + 1, done + 1 + part.num_rows)
    else:
        _one_by_one(batch, mapped, range(done + 1, done + 1 + part.num_rows), named)
    lines = batch.lines
    batch.raw_from = lambda position: _text(named(lines[position]))
    return batch


def _one_by_one(batch: Batch, mapped: Mapped, lines: range, named: Any) -> None:
    """Rows whose columns need a look at each value."""
    items: list[EntryRow] = []
    numbers: list[int] = []
    refused: list[RowRefusal] = []
    for line in lines:
        try:
            items.append(mapped.row(named(line)))
        except Unfit as problem:
            refused.append(RowRefusal(line, problem.group, problem.detail, _text(named(line))))
        else:
            numbers.append(line)
    batch.items, batch.lines, batch.refused = list(items), numbers, refused


def _text(values: dict[str, Any]) -> bytes:
    """A row for the reject file, as JSON with the names of its columns."""
    return msgspec.json.encode({name: value for name, value in values.items() if value is not None}, enc_hook=str)
