"""GitHub-flavoured Markdown, for pull requests, issues and job summaries (which GitHub cuts off at 1 MiB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Calendar, Facts, Figure, Group, Lines, Row, Section, Span, Table
from occ_media_cli.report.formats.cell_text import NUMERIC, origin_words, people
from occ_media_cli.report.formats.figure_tables import facts_table, figure_table, lanes_table
from occ_media_cli.report.formats.weeks import calendar_table
from occ_media_cli.report.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.report.blocks import Block, Cell, CellKind, Line
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Report

_CODE: frozenset[CellKind] = frozenset({"name", "id", "path"})


def render(report: Report, _screen: Screen) -> Iterator[bytes]:
    """A title, what it is about, the window, who made it, the blocks, and the answer in bold."""
    yield f"## {safe.markdown(report.title)}\n".encode()
    yield from (text.encode() for text in _lines(report.about))
    yield from (f"\n{safe.markdown(words)}\n".encode() for words in origin_words(report) if words)
    for notice in report.notices:
        yield f"\n**{safe.markdown(notice)}**\n".encode()
    yield from (text.encode() for text in _blocks(report.blocks, 3))
    answer = report.last_line()
    if answer:
        text = _line(answer).replace("**", "")
        yield f"\n**{text}**\n".encode()


def _blocks(blocks: Sequence[Block], level: int) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Lines):
            yield from _lines(block.lines)
        elif isinstance(block, Section):
            yield f"\n{'#' * min(level, 6)} {safe.markdown(block.heading)}\n"
            yield from _blocks(block.blocks, level + 1)
        elif isinstance(block, Table):
            yield from _table(block)
        elif isinstance(block, Facts):
            yield from _table(facts_table(block))
        elif isinstance(block, Figure):
            yield from _table(figure_table(block))
        elif isinstance(block, Lanes):
            yield from _table(lanes_table(block))
        elif isinstance(block, Calendar):
            yield from _table(calendar_table(block))


def _line(line: Line) -> str:
    spans = (line,) if isinstance(line, str) else line
    if len(spans) == 1 and isinstance(spans[0], str):
        return safe.markdown(spans[0])
    parts = []
    for span in spans:
        text = span if isinstance(span, str) else span.text
        shown = safe.markdown(text)
        strong = isinstance(span, Span) and span.style != "plain" and shown and "`" not in shown
        left, right = " " * (text[:1] == " "), " " * (text[-1:] == " ")
        parts.append(f"{left}**{shown}**{right}" if strong else f"{left}{shown}{right}" if shown else left)
    return "".join(parts).strip()


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    """Lines stay lines; an empty one parts paragraphs."""
    open_paragraph = False
    for line in lines:
        text = _line(line)
        if not text:
            if open_paragraph:
                yield "\n"
            open_paragraph = False
            continue
        yield f"\\\n{text}" if open_paragraph else f"\n{text}"
        open_paragraph = True
    if open_paragraph:
        yield "\n"


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"\n{safe.markdown(table.caption)}\n"
    yield "\n| " + " | ".join(safe.markdown(column.title) for column in table.columns) + " |\n"
    yield "|" + "|".join(" ---: " if column.kind in NUMERIC else " --- " for column in table.columns) + "|\n"
    for row in table.rows:
        if isinstance(row, Group):
            yield f"| **{_line(row.line).replace('**', '')}** |" + " |" * (len(table.columns) - 1) + "\n"
            continue
        cells = row.cells if isinstance(row, Row) else row
        shown = [_cell(cell, column.kind) for cell, column in zip(cells, table.columns, strict=True)]
        if isinstance(row, Row) and row.below:
            under = min(row.under, len(shown) - 1)
            shown[under] = "<br>".join([shown[under], *(_line(line) for line in row.below)])
        yield "| " + " | ".join(shown) + " |\n"


def _cell(cell: Cell, kind: CellKind) -> str:
    text = people(cell, kind)
    if text == "-" or isinstance(cell, int):
        return text
    return safe.markdown_code(text) if kind in _CODE else safe.markdown(text)
