"""The answer to the question of a report, before a format shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import Head, RuleSource
from occ_media_cli.audit.integrity import notices, stands_on
from occ_media_cli.audit.pseudonyms.veil import TYPES, Veil
from occ_media_cli.audit.reports.empty_cells import fill_cells
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Cell, Column, Figure, Group, Line, Lines, Row, Section, Table
from occ_media_cli.report.json_types import Json
from occ_media_cli.report.model import Report
from occ_media_cli.values import replace


@dataclass(slots=True)
class Answer:
    """The answer to one question.

    columns, rows: everything, for programs. blocks: what people read, else the rows as a table. totals: sums for
    programs. answer: the last line. figures: charts, for pages.
    """

    title: str
    question: str
    columns: Sequence[Column]
    rows: Sequence[tuple[Cell, ...]]
    answer: Line
    blocks: Sequence[Block] = ()
    figures: Sequence[Block] = ()
    totals: Mapping[str, Json] = field(default_factory=dict)
    empty: str = "Nothing to show."

    def page(self, *, figures: bool) -> list[Block]:
        """The answer as people read it."""
        if not self.rows:
            return []
        body = [fill_cells(block) for block in self.blocks or [Table(self.columns, self.rows)]]
        return [*self.figures, *body] if figures else body

    def section(self, heading: str) -> Section:
        """The answer as a part of a longer page; an empty one says so in a sentence."""
        last = self.answer if self.rows else self.empty
        return Section(heading, [*self.page(figures=True), Lines([last])])


def report(
    name: str, answer: Answer, scope: AuditScope, head: Head, *, page: bool, made: Mapping[str, str] | None
) -> Report:
    """An answer as a report. page: the format shows charts, and the period under its title."""
    last: Line = answer.answer if answer.rows else answer.empty
    blocks = answer.page(figures=page)
    return Report(
        schema=f"occ-media/report-{name}/1",
        title=answer.title,
        head={
            "since": times.optional_text(scope.since),
            "until": times.optional_text(scope.until),
            "inboxes": list(scope.inboxes) or None,
            "ledger_head": head.state,
            "ledger_entries": head.entries,
            "integrity": stands_on(head),
            "totals": answer.totals,
        },
        records_key="rows",
        records=records_of(answer.columns, answer.rows),
        blocks=blocks if page else [Lines([scope.window.in_words()]), *blocks],
        sheet=Table(answer.columns, answer.rows),
        answer=last,
        about=[answer.question, f"Ledger head {head.state}, {words.plural(head.entries, 'entry')}"],
        made=made,
        window=scope.window,
        notices=notices(head),
    )


def records_of(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> list[dict[str, Json]]:
    """Rows as programs read them, each cell under the key of its column."""
    keys = [column.key for column in columns]
    return [{key: _json(cell) for key, cell in zip(keys, row, strict=True)} for row in rows]


def _json(cell: Cell) -> Json:
    return cell if cell is None or isinstance(cell, str | int) else list(cell)


def choose_columns(columns: Sequence[Column], *keys: str) -> tuple[Sequence[Column], Callable[[Any], tuple[Any, ...]]]:
    """Some columns, in the order of the keys, and what takes their cells out of a row of all."""
    named = [column.key for column in columns]
    places = [named.index(key) for key in keys]
    return [columns[place] for place in places], itemgetter(*places)


def integers(row: Sequence[object], *places: int) -> list[int]:
    """Some cells of a row as whole numbers; engines give sums in types of their own, and NULL for none."""
    return [int(str(row[place] or 0)) for place in places]


def not_drawn(number: int, one: str, many: str | None = None) -> str:
    """What a chart leaves out, to stand at the end of its caption: a cap is told as a cap."""
    if number <= 0:
        return ""
    what = words.plural(number, f"more {one}", f"more {many or one + 's'}")
    return f"; {what} {'is' if number == 1 else 'are'} not drawn"


BUCKETS = 26
"""The most columns of a chart over time."""


def buckets(days: Mapping[int, int], title: str, unit: str, what: str) -> Figure | None:
    """A chart over time from numbers by day (milliseconds of its midnight), joined to weeks where it is long."""
    if not days:
        return None
    first, last = min(days), max(days)
    width = times.DAY
    while (last - first) // width >= BUCKETS:
        width = 7 * times.DAY if width == times.DAY else width * 2
    sums = [0] * ((last - first) // width + 1)
    for day, number in days.items():
        sums[(day - first) // width] += number
    labels = [times.text(first + index * width)[:10] for index in range(len(sums))]
    peak = max(range(len(sums)), key=lambda index: sums[index])
    span = words.plural(width // times.DAY, "day")
    shown = words.size(sums[peak]) if unit == "size" else words.plural(sums[peak], what)
    return Figure(
        title=title, labels=labels, values=sums, unit="size" if unit == "size" else "count", shape="columns",
        caption=f"most in the {span} from {labels[peak]}: {shown}",
    )  # fmt: skip


DAY = "e.time_ms - (e.time_ms % 86400000 + 86400000) % 86400000"
"""SQL for the midnight (UTC) before an entry's time; of a negative number SQL takes the rest towards zero."""


def inside(source: RuleSource, scope: AuditScope) -> str:
    """SQL over `e` that is true for entries of the scope's inboxes, for texts of this package."""
    if not scope.inboxes:
        return ""
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in scope.inboxes)
    return f" AND e.inbox IN ({quoted})"


def inbox_names(source: RuleSource) -> dict[int, str]:
    """How reports call each inbox, by its number: a name may have been that of another one, which is removed."""
    rows = source.query("SELECT i.id, i.name, i.removed_ms FROM inbox i", {})
    return {
        int(number): words.inbox(str(name), None if removed is None else times.text(int(removed)))
        for number, name, removed in rows
    }


PEOPLE = frozenset({"sender", "agent", "actor", "owner", "proposed_by", "approved_by", "rewritten_by"})
"""Columns of reports that name people."""

PLAIN = frozenset({"inbox", "inboxes", "rule", "direction", "category", "state", "kind", "outcome", "advice", "scan",
                   "receive", "send", "approved_only", "two_people", "was"})  # fmt: skip
"""Columns of reports that hold words of our own, or names of inboxes."""


KEPT = PLAIN | {"time", "made", "expires", "day", "first", "last", "what", "result"}
"""Members of totals that hold the like, and times."""


def veiled(answer: Answer, veil: Veil | None) -> Answer:
    """An answer with pseudonyms for people, in free texts too. A chart whose labels are people is left out."""
    if veil is None:
        return answer

    def cell(column: Column, value: Cell, kind: str) -> Cell:
        if column.key in PEOPLE and value is not None:
            return veil.name(kind, value)
        if column.kind == "size" and column.key != "quota":
            return veil.value("size", value)  # type: ignore[no-any-return]  # as it was
        if column.key in TYPES:
            return veil.value(column.key, value)  # type: ignore[no-any-return]  # a text
        if not isinstance(value, str):
            return value
        return veil.hours(value) if column.kind == "time" or column.key in PLAIN else veil.text(value)

    def hidden(columns: Sequence[Column], row: Sequence[Cell]) -> tuple[Cell, ...]:
        kind = "customer" if "customer" in row[:1] else "agent"
        return tuple(cell(column, value, kind) for column, value in zip(columns, row, strict=True))

    def line(found: Line) -> Line:
        if isinstance(found, str):
            return veil.text(found)
        return tuple(
            veil.text(span) if isinstance(span, str) else replace(span, text=veil.text(span.text)) for span in found
        )

    def row(columns: Sequence[Column], found: Sequence[Cell] | Row | Group) -> Sequence[Cell] | Row | Group:
        if isinstance(found, Group):
            return Group(line(found.line))
        if isinstance(found, Row):
            return replace(found, cells=hidden(columns, found.cells), below=[line(below) for below in found.below])
        return hidden(columns, found)

    def block(found: Block) -> Block:
        if isinstance(found, Table):
            caption = None if found.caption is None else veil.text(found.caption)
            return Table(found.columns, [row(found.columns, each) for each in found.rows], caption=caption)
        if isinstance(found, Section):
            return replace(found, blocks=[block(each) for each in found.blocks])
        if isinstance(found, Lines):
            return Lines([line(each) for each in found.lines])
        if isinstance(found, Figure):
            caption = None if found.caption is None else veil.text(found.caption)
            return replace(found, labels=[veil.text(label) for label in found.labels], caption=caption)
        return veil.picture(found)

    def total(key: str, value: Json) -> Json:
        """A member of the totals; texts in lists of records are those of tables. A size may be that of one file, so it
        is rounded as the file's own."""
        if isinstance(value, Mapping):
            return {name: total(name, each) for name, each in value.items()}
        if isinstance(value, str):
            if key in TYPES:
                return veil.media_type(value)
            if key in PEOPLE or key == "customer":
                return veil.name("customer" if key == "customer" else "agent", value)
            return veil.hours(value) if key in KEPT else veil.text(value)
        if isinstance(value, Sequence):
            return [total(key, each) for each in value]
        if veil.coarse and isinstance(value, int) and ("bytes" in key or key in ("size", "copied", "stored")):
            return veil.value("size", value)  # type: ignore[no-any-return]  # a number
        return value

    people = any(column.key in PEOPLE for column in answer.columns)
    figures = [found for found in answer.figures
               if not people or not isinstance(found, Figure) or found.shape == "columns"]  # fmt: skip
    answer.blocks = [block(found) for found in answer.blocks]
    answer.figures = [block(found) for found in figures]
    answer.rows = [hidden(answer.columns, row) for row in answer.rows]
    answer.answer = line(answer.answer)
    answer.totals = {key: total(key, value) for key, value in answer.totals.items()}
    return answer
