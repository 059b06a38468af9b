"""CSV with a header: the fields of contracts.md §6 as columns, or any columns with a mapping.

A spreadsheet writes such a file, and so does an export of the ledger as CSV. The separator is the one of `, ; TAB |`
that the header has most of, if neither the mapping says nor a line `sep=;` before the header. UTF-16 with a mark, as
Excel's Unicode text has it, is read as such; other encodings are for the mapping to say.

An export puts a `'` before what a spreadsheet would compute, and shows what cannot be seen as an escape. Both come off
again: a customer under another id would be in no hold and in no erasure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, cast

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.ledger.entry import LONGEST_LINE, Batch, Item, RowRefusal, Unfit
from occ_media_cli.ledger.row_values import moment
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.csv_records import Record, lines_of, records
from occ_media_cli.ledger.sources.encodings import BLOCK, UTF_16_MARKS, Recoded, likely_encoding
from occ_media_cli.ledger.sources.mapped import FIELDS, GIVEN, Mapped, from_options
from occ_media_cli.ledger.sources.streams import explained, opened
from occ_media_cli.report import csv_cells

BATCH = 1_000
MOST_COLUMNS = 2_000
"""A row is read whole, and no export of media has more than some hundred columns."""

SEPARATORS = (",", ";", "\t", "|")


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The rows of a file, or of standard input for `-`."""
    mapped = from_options(options, name)
    with opened(name) as (stream, raw, size), explained(name):
        csv.field_size_limit(LONGEST_LINE)
        seen = _Seen(mapped.encoding)
        lines = lines_of(seen.as_utf8(stream))
        first, header = 2, next(lines, "")[:LONGEST_LINE]
        stated = _SEPARATOR_LINE.fullmatch(header)
        if stated is not None:
            first, header = 3, next(lines, "")[:LONGEST_LINE]
        separator = mapped.delimiter or (stated and stated[1]) or max(SEPARATORS, key=header.count)
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
            seen.refuse_other_encoding(name, header)
            raise problem from None
        context.notes += [_shown(note) for note in mapped.notes_on(columns)]

        ours = set(GIVEN) <= set(columns) <= {*GIVEN, *FIELDS}
        text_of = csv_cells.read_cell if ours else csv_cells.unguarded

        def is_row(cells: list[str]) -> bool:
            try:
                moment(mapped.row(_named(cells, columns, text_of)).time, "time")
            except Unfit:
                return False
            return True

        found = records(lines, separator, len(columns), is_row, first=first)
        while some := _some(found):
            batch = _batch(some, columns, mapped, text_of)
            context.notes += seen.notes_on(batch)
            yield batch
            if size is not None:
                context.fraction = min(raw.tell() / size, 1.0)


_SEPARATOR_LINE = re.compile(r'"?sep=([^\w"\r\n])"?\r?\n?', re.ASCII | re.IGNORECASE)
"""What Excel writes and reads before the header."""


class _Seen:
    """The encoding of a file: what the mapping says, else UTF-8 or UTF-16 by its mark. It notes once what it looks like
    where rows are neither."""

    def __init__(self, encoding: str | None) -> None:
        self.encoding, self._noted = encoding, False

    def as_utf8(self, stream: IO[bytes]) -> IO[bytes]:
        """The stream in UTF-8."""
        if self.encoding is None:
            start = stream.read(BLOCK)
            if not start.startswith(UTF_16_MARKS):
                return cast("IO[bytes]", _Begun(start, stream))
            self.encoding = "utf-16"
            return cast("IO[bytes]", Recoded(stream, self.encoding, start))
        return cast("IO[bytes]", Recoded(stream, self.encoding))

    def refuse_other_encoding(self, name: str, header: str) -> None:
        """MalformedInput for a first line that is no UTF-8: what it names cannot be told."""
        if _shown(header) == header:
            return
        raise MalformedInput(
            f"its first line is not valid {self.encoding or 'UTF-8'}{self._likely(header)}",
            file=name,
            line=1,
            hint="save it as UTF-8; a spreadsheet calls that CSV UTF-8; or say what it is in a mapping: [csv] encoding",
        )

    def notes_on(self, batch: Batch) -> list[str]:
        """What is said of the first rows that are not in the encoding of the file."""
        if self._noted or batch.plain:
            return []
        wrong = "\n".join(
            text for raw in batch.raw or () if _shown(text := raw.decode(errors="surrogateescape")) != text
        )
        if not wrong:
            return []
        self._noted = True
        what = f"some rows are not valid {self.encoding or 'UTF-8'}{self._likely(wrong)}"
        return [f"{what}; a mapping says what they are: [csv] encoding"]

    def _likely(self, text: str) -> str:
        guess = likely_encoding(text.encode(errors="surrogateescape")) if self.encoding is None else None
        return f"; it looks like {guess}" if guess else ""


class _Begun:
    """A stream whose first bytes were read already."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._start: bytes | None = start
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        start, self._start = self._start, None
        return start if start is not None else self._stream.read(size)


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
