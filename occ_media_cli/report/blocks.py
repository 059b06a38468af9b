"""What people read of a report: lines, tables, charts and facts, and what a cell of them holds.

They hold one another, and every format reads all of them. Rows and lines may be generators: each is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.lanes import Lanes

Cell: TypeAlias = "str | int | bool | Sequence[str] | Sequence[int] | None"

CellKind = Literal[
    "text", "name", "id", "path", "count", "size", "extent", "time", "state", "percent", "change", "list", "trend"
]
"""size: of a file, which has one: where it is not there, pages say that nobody knows it. extent: bytes of what need not
have any, such as a limit."""
"""What a cell holds, which decides how it is shown.

text      free text; cut at its end on a terminal that is too narrow
name      a file name; cut in its middle, the extension is kept
id        something to type or copy (inbox, entry, rule, hash); never cut
path      like name, but shown whole in a pipe and percent-encoded where a format wants a URI
count     an integer; right-aligned, thousands separated for people, bare for programs
size      bytes as an integer; `2.1 MB` for people, bare bytes for programs
time      an RFC 3339 string, always whole
state     a word such as on, off, accepted, error; bold where `report.formats` says so
percent   an integer; `61%` for people
change    our own words with an arrow, `receive on → off`; the arrow is `->` where `→` cannot be shown
list      several ids; on a narrow terminal cut by whole items (`whatsapp-cloud and 2 more`), else whole
trend     several integers, oldest first; a small line in html, the lowest and highest elsewhere

A cell that is None is unknown or empty, `-` for people; true and false are `yes` and `no` for people.
"""

Style = Literal["plain", "bold", "error", "warning", "code"]
"""How a piece of a line is written. `code` is something to type or copy: monospaced where there is a choice."""


@value
class Span:
    """A piece of a line that is written in one style. `verbatim` keeps a `→` that stands in a user's own text. `prose`:
    people wrote it to be read, and its joiners stay (`safe.prose`)."""

    text: str
    style: Style = "plain"
    verbatim: bool = False
    prose: bool = False


Line: TypeAlias = "str | tuple[Span | str, ...]"
"""One printed line. It is never wrapped and never cut."""


@value
class Lines:
    """Lines for people. `piped` replaces `lines` where stdout is not a terminal, if it is given."""

    lines: Iterable[Line]
    piped: Iterable[Line] | None = None


@value
class Column:
    """A column of a table. `key` is its name for programs (csv), `title` its heading for people.

    of: where a record has the cell, if not under `key`: another member, one in a member (`agent.may_send`), or what
    makes it from the record. wraps: what is too wide for a terminal goes on below and is never cut, because somebody
    decides by it; of the last column only. prose: as a span has it.
    """

    key: str
    title: str
    kind: CellKind = "text"
    of: str | Callable[[Record], Json] | None = None
    wraps: bool = False
    prose: bool = False


@value
class Row:
    """A row with lines under it, such as a problem and its help. They start under the column `under`."""

    cells: Sequence[Cell]
    below: Sequence[Line] = ()
    under: int = 1


@value
class Group:
    """A line over the rows that follow, up to the next group: what they have in common."""

    line: Line


@value
class Table:
    """Rows for people and for csv. `caption` answers the question that the table stands for.

    header: whether the titles are printed on terminals and in pipes; html and markdown always have them.
    piped: lines that stand for the table where stdout is not a terminal, if they are given.
    rest: the command that lists every row, for formats that show only the first ones.
    """

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell] | Row | Group]
    caption: str | None = None
    indent: int = 0
    header: bool = True
    piped: Iterable[Line] | None = None
    rest: str | None = None

    @classmethod
    def of(
        cls,
        columns: Sequence[Column],
        records: Iterable[Record],
        *,
        below: Callable[[Record], Sequence[Line]] | None = None,
        under: int = 1,
        **look: Any,
    ) -> Table:
        """The records of a report as rows: each cell is what the record says under its column's key.

        What is said once cannot be said differently: json, csv and the screen show the same value, and a column added
        to the list needs no second and third place. Where they must differ, the column says so (`Column.of`). An empty
        text is nothing (`-` for people, empty in csv); a member with a structure of its own is no cell, and TypeError
        says which. below, under: lines under a row, as `Row` has them. look: the other fields of a table.
        """
        if below is None:
            return cls(columns, (row_of(columns, record) for record in records), **look)
        return cls(columns, (Row(row_of(columns, record), below(record), under) for record in records), **look)


def row_of(columns: Sequence[Column], record: Record) -> tuple[Cell, ...]:
    """One record as cells. KeyError for a column that the record does not have, TypeError for what is no cell."""
    return tuple(_cell_of(column.key, _said(column, record)) for column in columns)


def _said(column: Column, record: Record) -> Json:
    if callable(column.of):
        return column.of(record)
    found: Any = record
    for member in (column.of or column.key).split("."):
        found = found[member]
    return found  # type: ignore[no-any-return]  # a value of JSON, as the record is


def _cell_of(key: str, item: Json) -> Cell:
    if item is None or isinstance(item, bool | int):
        return item
    if isinstance(item, str):
        return item or None
    if not isinstance(item, Mapping | float):
        texts = [part for part in item if isinstance(part, str)]
        numbers = [part for part in item if isinstance(part, int)]
        if len(texts) == len(item):
            return texts
        if len(numbers) == len(item):
            return numbers
    msg = f"{key} is no cell of a table"
    raise TypeError(msg)


@value
class Section:
    """A heading and what stands under it. Formats without headings print the heading as a line."""

    heading: str
    blocks: Sequence[Block]


@value
class Figure:
    """A small chart: labels with one number each. Text formats print it as a table.

    shape: `bars` compares places, `columns` shows a course over time.
    title: the question; caption: the answer in words.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[int]
    unit: Literal["count", "size"] = "count"
    shape: Literal["bars", "columns"] = "bars"
    caption: str | None = None


@value
class Amount:
    """How many files, and how many bytes they have together."""

    files: int = 0
    bytes: int = 0


@value
class Calendar:
    """What falls on which day, in weeks from Monday to Sunday (UTC). Text formats print a row for each week.

    first: the Monday it begins with, and today: the day that is marked, in milliseconds of their midnights.
    days: amounts by day, likewise; a day that is missing has none. before, after: what lies outside of the weeks.
    late: the word for what lies before today.
    """

    title: str
    first: int
    weeks: int
    today: int
    days: Mapping[int, Amount]
    before: Amount = Amount()
    after: Amount = Amount()
    late: str = "overdue"
    caption: str | None = None


@value
class Facts:
    """Names with one value each, such as the fact box of a report. Values of kind id are typed or copied."""

    pairs: Sequence[tuple[str, Cell, CellKind]]


Block: TypeAlias = "Lines | Table | Section | Figure | Lanes | Calendar | Facts"
