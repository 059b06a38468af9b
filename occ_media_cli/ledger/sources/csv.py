"""CSV with a header: the fields of contracts.md §6 as columns, or any columns with a mapping.

A spreadsheet writes such a file, and so does an export of the ledger as CSV. The separator is the one of `, ; TAB |`
that the header has most of, if the mapping does not say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import LONGEST_LINE, Batch, RowRefusal, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.mapped import FIELDS, GIVEN, Mapped, from_options
from occ_media_cli.ledger.sources.streams import explained, opened

BATCH = 1_000
MOST_COLUMNS = 2_000
"""A row is read whole, and no export of media has more than some hundred columns."""

SEPARATORS = (",", ";", "\t", "|")


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The rows of a file, or of standard input for `-`."""
    mapped = from_options(options, name)
    with opened(name) as (stream, raw, size), explained(name):
        csv.field_size_limit(LONGEST_LINE)
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        try:
            header = text.readline(LONGEST_LINE)
            separator = mapped.delimiter or max(SEPARATORS, key=header.count)
            columns = next(csv.reader([header], delimiter=separator), [])
            if not columns:
                raise MalformedInput("has no header", file=name, line=1, hint="the first line names the columns")
            if len(columns) > MOST_COLUMNS:
                raise Incomplete(
                    f"has {len(columns):,} columns, and no more than {MOST_COLUMNS:,} are read; nothing was recorded",
                    file=name,
                    hint="export fewer columns, or say the separator in a mapping: [csv] delimiter",
                )
            mapped.check_columns(name, columns)
            if not mapped.named:
                unknown = [column for column in columns if column not in FIELDS and column not in GIVEN]
                if unknown:
                    context.notes.append(f"columns that are not kept: {', '.join(unknown[:8])}")
            reader = csv.reader(text, delimiter=separator)
            while rows := list(islice(_lines(reader), BATCH)):
                yield _batch(rows, columns, mapped)
                if size is not None:
                    context.fraction = min(raw.tell() / size, 1.0)
        finally:
            text.detach()


Line = tuple[int, "list[str] | None"]


def _lines(reader: Iterator[list[str]]) -> Iterator[Line]:
    """The rows with their lines; None for a row that cannot be read."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num + 1, None  # type: ignore[attr-defined]  # a csv reader
            continue
        if cells:
            yield reader.line_num + 1, cells  # type: ignore[attr-defined]  # a csv reader


def _batch(rows: list[Line], columns: list[str], mapped: Mapped) -> Batch:
    batch = Batch([], [], len(rows), plain=True, refused=[], raw=[])
    assert isinstance(batch.lines, list)  # noqa: S101 - made above
    assert batch.raw is not None  # noqa: S101 - made above
    assert batch.refused is not None  # noqa: S101 - made above
    for line, cells in rows:
        raw = _text(cells or [])
        try:
            row = mapped.row(_named(cells, columns))
        except Unfit as problem:
            batch.refused.append(RowRefusal(line, problem.group, problem.detail, raw))
            continue
        batch.plain = batch.plain and b"\0" not in raw and _is_text(raw)
        batch.items.append(row)
        batch.lines.append(line)
        batch.raw.append(raw)
    return batch


def _named(cells: list[str] | None, columns: list[str]) -> dict[str, str | None]:
    """Cells by column; an empty cell is no value."""
    if cells is None:
        raise Unfit("not CSV", f"a cell is longer than {LONGEST_LINE:,} characters")
    if len(cells) != len(columns):
        raise Unfit("not CSV", f"has {len(cells)} cells, and the header has {len(columns)}")
    return {column: cell or None for column, cell in zip(columns, cells, strict=True)}


def _text(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue().encode(errors="surrogateescape")


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
