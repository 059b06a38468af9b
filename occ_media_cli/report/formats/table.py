"""The default format: text for people, on terminals and in the logs of CI systems.

Blocks are walked here; a pen writes them. On a terminal that is Rich's (`terminal`), elsewhere the plain one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from occ_media_cli.report.blocks import Calendar, Facts, Figure, Lines, Section, Span, Table
from occ_media_cli.report.formats.cell_text import origin_words
from occ_media_cli.report.formats.figure_tables import figure_table, lanes_table
from occ_media_cli.report.formats.screen import OF_FILE
from occ_media_cli.report.formats.text_columns import lay_out_facts
from occ_media_cli.report.formats.weeks import calendar_table
from occ_media_cli.report.lanes import Lanes
from occ_media_cli.report.safe import github_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.formats.text_columns import Laid
    from occ_media_cli.report.model import Report


class Pen(Protocol):
    """Writes the parts of a report as lines of text."""

    def write_line(self, line: Line, indent: int = 0) -> str:
        """A line behind so many spaces."""
        ...

    def write_table(self, table: Table) -> Iterator[str]:
        """The rows of a table, and its titles where it has a head."""
        ...

    def write_facts(self, facts: Sequence[Laid]) -> Iterator[str]:
        """Names with their values."""
        ...


def pen_of(screen: Screen) -> Pen:
    """Rich's pen for a terminal, the plain one for everything else."""
    if screen.terminal:
        from occ_media_cli.report.formats.terminal import RichPen

        return RichPen(screen)
    from occ_media_cli.report.formats.plain import PlainPen

    return PlainPen(screen)


def render(report: Report, screen: Screen) -> Iterator[bytes]:
    """The blocks in their order, then the answer, which is the last line."""
    printed = blank = False
    for line in _lines(report, screen):
        text = line.rstrip(" ")
        if not text:
            blank = printed
            continue
        if screen.github:
            text = github_log(text)
        start = "\n" if blank else ""
        blank, printed = False, True
        yield (start + text + "\n").encode(screen.encoding, "backslashreplace")


def _lines(report: Report, screen: Screen) -> Iterator[str]:
    pen = pen_of(screen)
    yield from _block_lines(report.blocks, screen, pen)
    answer = report.last_line()
    _, made = origin_words(report) if screen is OF_FILE else (None, None)
    if (answer or made or report.notices) and report.blocks and _stands_apart(report.blocks[-1]):
        yield ""
    for notice in report.notices:
        yield pen.write_line((Span(notice, "warning"),))
    if made:  # a file is kept; at a terminal and in a log it is plain who made it
        yield pen.write_line(made)
    if answer:
        yield pen.write_line(answer)


def _stands_apart(block: Block) -> bool:
    """Tables with a head, figures and sections have an empty line around them; bare lines are set solid."""
    return (
        block.header or block.caption is not None if isinstance(block, Table) else not isinstance(block, Lines | Facts)
    )


def _block_lines(blocks: Sequence[Block], screen: Screen, pen: Pen) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None and (_stands_apart(before) or _stands_apart(block)):
            yield ""
        before = block
        if isinstance(block, Lines):
            lines = block.lines if screen.terminal or block.piped is None else block.piped
            for line in lines:
                yield pen.write_line(line)
        elif isinstance(block, Table):
            yield from _table_lines(block, screen, pen)
        elif isinstance(block, Section):
            yield pen.write_line((Span(block.heading, "bold"),))
            yield from _block_lines(block.blocks, screen, pen)
        elif isinstance(block, Facts):
            yield from pen.write_facts(lay_out_facts(block, screen))
        elif isinstance(block, Figure):
            yield from _table_lines(figure_table(block), screen, pen)
        elif isinstance(block, Lanes):
            yield from _table_lines(lanes_table(block), screen, pen)
        elif isinstance(block, Calendar):
            yield from _table_lines(calendar_table(block), screen, pen)


def _table_lines(table: Table, screen: Screen, pen: Pen) -> Iterator[str]:
    if table.piped is not None and not screen.terminal:
        for line in table.piped:
            yield pen.write_line(line, table.indent)
        return
    if table.caption:
        yield pen.write_line(table.caption, table.indent)
    yield from pen.write_table(table)
