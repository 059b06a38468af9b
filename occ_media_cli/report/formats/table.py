"""The default format: plain text for people, on terminals and in the logs of CI systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.formats.columns import table_lines
from occ_media_cli.report.formats.figures import facts_lines, figure_table, lanes_table
from occ_media_cli.report.formats.paint import line_text
from occ_media_cli.report.formats.weeks import calendar_table
from occ_media_cli.report.lanes import Lanes
from occ_media_cli.report.model import Calendar, Facts, Figure, Lines, Section, Span, Table
from occ_media_cli.report.safe import github_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Block, Report


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
    yield from _block_lines(report.blocks, screen)
    answer = report.last_line()
    if answer:
        if report.blocks and _stands_apart(report.blocks[-1]):
            yield ""
        yield line_text(answer, screen)


def _stands_apart(block: Block) -> bool:
    """Tables with a head, figures and sections have an empty line around them; bare lines are set solid."""
    return (
        block.header or block.caption is not None if isinstance(block, Table) else not isinstance(block, Lines | Facts)
    )


def _block_lines(blocks: Sequence[Block], screen: Screen) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None and (_stands_apart(before) or _stands_apart(block)):
            yield ""
        before = block
        if isinstance(block, Lines):
            lines = block.lines if screen.terminal or block.piped is None else block.piped
            for line in lines:
                yield line_text(line, screen)
        elif isinstance(block, Table):
            yield from table_lines(block, screen)
        elif isinstance(block, Section):
            yield line_text((Span(block.heading, "bold"),), screen)
            yield from _block_lines(block.blocks, screen)
        elif isinstance(block, Facts):
            yield from facts_lines(block, screen)
        elif isinstance(block, Figure):
            yield from table_lines(figure_table(block), screen)
        elif isinstance(block, Lanes):
            yield from table_lines(lanes_table(block), screen)
        elif isinstance(block, Calendar):
            yield from table_lines(calendar_table(block), screen)
