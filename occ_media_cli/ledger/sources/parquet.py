"""Parquet: the fields of contracts.md §6 as columns, or any columns with `--map`. Needs the extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing
from occ_media_cli.ledger.entry import Batch, Refusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.mapped import FIELDS, from_options

BATCH = 2_000


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The rows of a file; only the columns that are used are read."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise PartMissing(
            "Parquet needs a part that is not installed; nothing was recorded", hint="pip install 'occ-media[parquet]'"
        ) from None
    mapped = from_options(options, name)
    try:
        with parquet.ParquetFile(name, memory_map=False, pre_buffer=False) as file:
            columns = file.schema_arrow.names
            mapped.check(name, columns)
            if not mapped.named:
                unknown = [column for column in columns if column not in FIELDS and column not in ("seq", "source")]
                if unknown:
                    context.notes.append(f"columns that are not kept: {', '.join(unknown[:8])}")
            used = [column for column in mapped.columns.values() if column in columns]
            total, done = file.metadata.num_rows, 0
            for part in file.iter_batches(batch_size=BATCH, columns=used, use_threads=False):
                rows = part.to_pylist()
                batch = Batch([], [], len(rows), refused=[])
                assert isinstance(batch.lines, list)  # noqa: S101 - made above
                assert batch.refused is not None  # noqa: S101 - made above
                for number, values in enumerate(rows, start=done + 1):
                    try:
                        batch.items.append(mapped.row(values))
                    except Unfit as problem:
                        batch.refused.append(Refusal(number, problem.group, problem.detail, str(values)))
                    else:
                        batch.lines.append(number)
                batch.plain = all(_plain(item) for item in batch.items)
                done += len(rows)
                context.fraction = done / total if total else 1.0
                yield batch
    except arrow.ArrowInvalid as problem:
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


def _plain(item: object) -> bool:
    """Whether no text of a row holds a NUL; Arrow has checked that all are UTF-8."""
    return not any(isinstance(value, str) and "\0" in value for value in _values(item))


def _values(item: object) -> tuple[object, ...]:
    from msgspec.structs import astuple

    return astuple(item)  # type: ignore[arg-type]  # a Row
