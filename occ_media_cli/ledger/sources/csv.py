"""CSV with a header: the fields of contracts.md §6 as columns, or any columns with a mapping.

A spreadsheet writes such a file, and so does an export of the ledger as CSV. The separator is the one of `, ; TAB |`
that the header has most of, if the mapping does not say.

An export puts a `'` before what a spreadsheet would compute, and shows what cannot be seen as an escape. Both come off
again: a customer under another id would be in no hold and in no erasure.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from itertools import islice

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import LONGEST_LINE, Batch, Item, RowRefusal, Unfit
from occ_media_cli.ledger.row_values import moment
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.csv_records import Record, lines_of, records
from occ_media_cli.ledger.sources.mapped import FIELDS, GIVEN, Mapped, from_options
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.report import safe

BATCH = 1_000
MOST_COLUMNS = 2_000
"""A row is read whole, and no export of media has more than some hundred columns."""

SEPARATORS = (",", ";", "\t", "|")


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The rows of a file, or of standard input for `-`."""
    mapped = from_options(options, name)
    with opened(name) as (stream, raw, size), explained(name):
        csv.field_size_limit(LONGEST_LINE)
        lines = lines_of(stream)
        header = next(lines, "")[:LONGEST_LINE]
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
        try:
            mapped.check_columns(name, columns)
        except MalformedInput as problem:
            _refuse_other_encoding(name, header)
            raise problem from None
        context.notes += [_shown(note) for note in mapped.notes_on(columns)]

        ours = set(GIVEN) <= set(columns) <= {*GIVEN, *FIELDS}
        text_of = safe.read_csv if ours else safe.unguarded

        def is_row(cells: list[str]) -> bool:
            try:
                moment(mapped.row(_named(cells, columns, text_of)).time, "time")
            except Unfit:
                return False
            return True

        found = records(lines, separator, len(columns), is_row, first=2)
        while some := _some(found):
            yield _batch(some, columns, mapped, text_of)
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


def _refuse_other_encoding(name: str, header: str) -> None:
    """MalformedInput for a first line that is no UTF-8: what it names cannot be told."""
    first = header.encode(errors="surrogateescape")
    what = "its first line is not valid UTF-8" if _shown(header) != header else None
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        what = "is UTF-16, and not UTF-8"
    if what is not None:
        raise MalformedInput(what, file=name, line=1, hint="save it as UTF-8; a spreadsheet calls that CSV UTF-8")


def _shown(text: str) -> str:
    """A text whose bytes that are no UTF-8 stand as escapes."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _some(found: Iterator[Record]) -> list[Record]:
    """The next records, as many as one batch takes, and not more text than a long row may have."""
    some: list[Record] = []
    length = 0
    for record in islice(found, BATCH):
        some.append(record)
        length += len(record.text)
        if length > LONGEST_LINE:
            break
    return some


def _batch(found: list[Record], columns: list[str], mapped: Mapped, text_of: Callable[[str], str]) -> Batch:
    items: list[Item] = []
    numbers: list[int] = []
    raws: list[bytes] = []
    refused: list[RowRefusal] = []
    plain = True
    for line, text, cells, trouble in found:
        raw = text.rstrip("\r\n").encode(errors="surrogateescape")[:LONGEST_LINE]
        if cells is None:
            refused.append(RowRefusal(line, "not CSV", trouble, raw))
            continue
        try:
            values = _named(cells, columns, text_of)
            row = mapped.row(values)
        except Unfit as problem:
            refused.append(RowRefusal(line, problem.group, problem.detail, raw))
            continue
        read = (text, *filter(None, values.values())) if "\\" in text else (text,)
        plain = plain and all(map(_is_plain, read))
        items.append(row)
        numbers.append(line)
        raws.append(raw)
    return Batch(items, numbers, len(found), plain=plain, refused=refused, raw=raws)


def _named(cells: list[str], columns: list[str], text_of: Callable[[str], str]) -> dict[str, str | None]:
    """The texts of cells by column; an empty cell is no value."""
    if len(cells) != len(columns):
        raise Unfit("not CSV", f"has {len(cells)} cells, and the header has {len(columns)}")
    return {column: text_of(cell) or None for column, cell in zip(columns, cells, strict=True)}


def _is_plain(text: str) -> bool:
    """Whether a text has no NUL and was UTF-8; what was not stands in it as half of a pair."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
