"""The one model that every command fills and every format renders.

A `Report` carries the same facts twice: `head`, `records` and `tail` are what programs read, `blocks` and `answer` are
what people read. Each thing of a list is mapped once, to a record; `Table.of` makes its row from that. `cases` feeds
the formats of CI systems. Records, rows and cases may be generators: only one format is rendered per run, and each is
read once, so memory does not grow with the ledger.

Values are untrusted text until a format passes them through its function of `report.safe`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from occ_media_cli.report.blocks import Table
from occ_media_cli.values import EMPTY, value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Block, Column, Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.judged import Case, RuleInfo
    from occ_media_cli.report.time_window import Window


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
