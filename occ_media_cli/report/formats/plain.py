"""Text as it goes into a pipe or a file: the words alone, whole, without colour and without Rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import safe, words
from occ_media_cli.report.blocks import Group, Span
from occ_media_cli.report.formats.cell_text import NUMERIC
from occ_media_cli.report.formats.text_columns import GAP, Laid, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.report.blocks import Line, Style, Table
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.formats.text_columns import Layout


def spans_of(line: Line, screen: Screen) -> list[tuple[str, Style]]:
    """The pieces of a line with their styles, safe, with `->` for `→` where that cannot be shown."""
    pieces: list[tuple[str, Style]] = []
    for part in (line,) if isinstance(line, str) else line:
        span = Span(part) if isinstance(part, str) else part
        text = (safe.prose if span.prose and screen.any_script else safe.terminal)(span.text)
        if not screen.unicode and not span.verbatim:
            text = text.replace("→", "->")
        pieces.append((text, span.style))
    return pieces


def line_text(line: Line, screen: Screen) -> str:
    """A line, safe, without its styles."""
    return "".join(text for text, _ in spans_of(line, screen))


class PlainPen:
    """Writes lines and tables as bare text."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def write_line(self, line: Line, indent: int = 0) -> str:
        """A line behind so many spaces."""
        return " " * indent + line_text(line, self._screen)

    def write_table(self, table: Table) -> Iterator[str]:
        """The lines of a table, the rows as they come."""
        layout = lay_out(table, self._screen)
        if layout.titles:
            yield _joined(layout, layout.titles)
        for row in layout.rows:
            if isinstance(row, Group):
                yield self.write_line(row.line, table.indent)
                continue
            yield _joined(layout, row.cells)
            for line in row.below:
                yield self.write_line(line, layout.start_of(row))

    def write_facts(self, facts: Sequence[Laid]) -> Iterator[str]:
        """Names with their values under each other."""
        widest = max((words.width(fact.cells[0]) for fact in facts), default=0)
        for name, value in (fact.cells for fact in facts):
            yield f"{name}{' ' * (widest - words.width(name))}  {value}"


def _joined(layout: Layout, cells: Sequence[str]) -> str:
    parts = []
    for index, text in enumerate(cells):
        space = " " * (layout.widths[index] - words.width(text))
        right = layout.columns[index].kind in NUMERIC
        parts.append(space + text if right else text if index == len(cells) - 1 else text + space)
    return " " * layout.indent + (" " * GAP).join(parts)
