"""The one model that every command fills and every format renders.

A `Report` carries the same facts twice: `head`, `records` and `tail` are what programs read, `blocks` and `answer` are
what people read. Each thing of a list is mapped once, to a record; `Table.of` makes its row from that. `cases` feeds
the formats of CI systems. Records, rows and cases may be generators: only one format is rendered per run, and each is
read once, so memory does not grow with the ledger.

Values are untrusted text until a format passes them through its function of `report.safe`.

Longer than a file should be, and one idea all the same: the types hold one another, and a format reads all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from occ_media_cli.values import EMPTY, value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.report.lanes import Lanes

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

Record: TypeAlias = "Mapping[str, Json]"

Cell: TypeAlias = "str | int | bool | Sequence[str] | Sequence[int] | None"

CellKind = Literal["text", "name", "id", "path", "count", "size", "time", "state", "percent", "change", "list", "trend"]
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
    """A piece of a line that is written in one style. `verbatim` keeps a `→` that stands in a user's own text."""

    text: str
    style: Style = "plain"
    verbatim: bool = False


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
    makes it from the record.
    """

    key: str
    title: str
    kind: CellKind = "text"
    of: str | Callable[[Record], Json] | None = None


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


@value
class Window:
    """The part of time that a report looked at, half-open: times as text, None for an open end.

    zone: the time zone of its times, of its days, and of words such as today. inboxes: those that it looked at alone;
    none for all.
    """

    since: str | None
    until: str | None
    zone: str
    inboxes: Sequence[str] = ()

    def as_json(self) -> dict[str, Json]:
        """For programs, as a member of a document, which names its inboxes elsewhere."""
        return {"since": self.since, "until": self.until, "zone": self.zone}

    def in_words(self) -> str:
        """`2026-01-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z, until excluded (UTC)`."""
        where = f", only {', '.join(self.inboxes)}" if self.inboxes else ""
        if self.since is None and self.until is None:
            return f"The whole ledger ({self.zone}){where}"
        if self.since is None:
            return f"Until {self.until}, excluded ({self.zone}){where}"
        if self.until is None:
            return f"From {self.since} ({self.zone}){where}"
        return f"{self.since} to {self.until}, until excluded ({self.zone}){where}"


@value
class ControlInfo:
    """A control of a standard that a rule serves: the standard's name, the number, what it is about, and why."""

    framework: str
    number: str
    title: str | None
    why: str


@value
class RuleInfo:
    """What a format needs to name a rule or a problem code. judged, not_judged: how much it had to judge, and how much
    it could not; None where nobody knows. controls: of standards, that it serves."""

    id: str
    severity: Severity
    title: str
    why: str = ""
    fix: str = ""
    judged: int | None = None
    not_judged: int | None = None
    controls: Sequence[ControlInfo] = ()


@value
class ReportFinding:
    """One thing that is wrong, in one place.

    path: a file, as it was given; entry: a ledger entry, as SOURCE:ID; at least one of path, inbox and entry is set.
    fingerprint: stable over runs, so that baselines and CI systems can follow a finding.
    suppressed: the reason of the suppression that covers it, or None.
    """

    rule: str
    severity: Severity
    message: str
    help: str = ""
    path: str | None = None
    inbox: str | None = None
    entry: str | None = None
    time: str | None = None
    fingerprint: str = ""
    evidence: Mapping[str, Json] = EMPTY
    suppressed: str | None = None

    def __post_init__(self) -> None:
        if self.path is None and self.inbox is None and self.entry is None:
            msg = f"a finding of {self.rule} needs a place"
            raise ValueError(msg)


@value
class Case:
    """One thing that was looked at: a file of a check or a rule of an audit.

    A case without findings and without `skipped` has passed; `skipped` says why it was not judged. failed: it could not
    be judged though it should have been, so that the report is not complete.
    """

    name: str
    findings: Sequence[ReportFinding] = ()
    skipped: str | None = None
    failed: bool = False

    def in_words(self) -> str:
        """That it was not judged, and why."""
        return f"not judged: {self.name}: {self.skipped}"


@value
class Report:
    """What a command says.

    schema: the versioned id of the machine document, e.g. `occ-media/check/1`.
    head, tail: its members before and after the records; `tail` is called when the records are used up.
    records_key: the member that holds the records; None for a document that has none.
    answer: the last line, complete by itself.
    hints: lines for stderr on a terminal, what to do next.
    rules: the rules that `cases` speak of, for the formats that list them.
    sheet: the rows that csv and xlsx write; None: the first table of `blocks`, else the records.
    fail_on: findings at or above it fail their case in formats that know pass and fail; None: nothing fails.
    source: the store or document that findings without a file are about, for formats that want a file.
    rest: the command that lists every finding, for formats that show only the first ones.
    made: who made the report, when and where (`store.who.Made.as_json`); never in ndjson and csv, which hold rows.
    about: lines under the title of a page, such as the period and the inboxes.
    verdict: the answer as the first paragraph of a page, where it may say more than the last line of a terminal.
    window: the part of time that it looked at. Every format shows it: a line, a member of the document, columns of
    rows for programs; in the table form, the blocks say it in their own words.
    notices: sentences without which the answer would be taken for more than it is. Every format has them right at the
    answer; csv and ndjson, which hold rows, on stderr. Programs find what they say in `head`.
    """

    schema: str
    title: str
    answer: Line = ""
    blocks: Sequence[Block] = ()
    head: Mapping[str, Json] = EMPTY
    records_key: str | None = None
    records: Iterable[Record] = ()
    tail: Callable[[], Mapping[str, Json]] | None = None
    answer_after: Callable[[], Line] | None = None
    hints: Sequence[str] = ()
    cases: Iterable[Case] = ()
    rules: Sequence[RuleInfo] = ()
    sheet: Table | None = None
    fail_on: Severity | None = Severity.ERROR
    source: str | None = None
    rest: str | None = None
    made: Mapping[str, str] | None = None
    window: Window | None = None
    about: Sequence[Line] = ()
    verdict: Line | None = None
    notices: Sequence[str] = ()

    @classmethod
    def of_list(
        cls,
        columns: Sequence[Column],
        records: Sequence[Record],
        *,
        below: Callable[[Record], Sequence[Line]] | None = None,
        under: int = 1,
        header: bool = True,
        **rest: Any,
    ) -> Report:
        """A list as a report: its records, the same as a table for people if there are any, and as rows for csv.

        An empty list is a sentence for people, a header without rows in csv, and no record for programs. rest: the
        other fields of a report; below, under and header are those of its table.
        """
        table = Table.of(columns, records, below=below, under=under, header=header)
        return cls(records=records, blocks=[table] if records else [], sheet=table, **rest)

    def last_line(self) -> Line:
        """The answer, made after the rows were read where it depends on them."""
        return self.answer_after() if self.answer_after is not None else self.answer
