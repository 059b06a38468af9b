"""What a person sees at a terminal, drawn by Rich; loaded only there, so that pipes start without it.

Rich gets `Text` that `report.safe` has cleaned, never markup, and columns whose widths and cuts are already decided
(`columns`): left to itself it cuts ids, and with `no_wrap` it loses text without a mark.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from occ_media_cli.report.blocks import Group
from occ_media_cli.report.formats.cell_text import NUMERIC
from occ_media_cli.report.formats.plain import spans_of
from occ_media_cli.report.formats.text_columns import GAP, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.text import Text

    from occ_media_cli.report.blocks import Line, Table
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.formats.text_columns import Laid, Layout

STYLES = {"bold": "bold", "error": "bold red", "warning": "yellow", "dim": "dim"}
"""Two hues and bold, and only as a repetition of words; every other style is plain."""

ROWS_AT_ONCE = 500
"""Rich's tables hold all of their rows, so a long list is drawn in pieces that share their widths."""

WIDEST = 1_000_000
"""Rich wraps and cuts at a console's width. Nothing here may be cut but by `columns`, so its console has no end."""


def console_of(screen: Screen) -> Console:
    """A console that draws into memory, with the colours that the screen has and none of the environment's wishes."""
    from rich.console import Console

    return Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard" if screen.color else None,
        width=WIDEST,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


class RichPen:
    """Draws lines, tables and facts; each comes back as lines with the terminal's own codes in them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._console = console_of(screen)

    def write_line(self, line: Line, indent: int = 0) -> str:
        """A line behind so many spaces; never wrapped and never cut."""
        from rich.text import Text

        text = Text(" " * indent, no_wrap=True, overflow="ignore", end="")
        for piece, style in spans_of(line, self._screen):
            text.append(piece, STYLES.get(style, ""))
        return next(self._drawn(text), "")

    def write_table(self, table: Table) -> Iterator[str]:
        """The lines of a table, in pieces of rows that stand without anything between them."""
        layout = lay_out(table, self._screen)
        head = [_text(title, "dim") for title in layout.titles]
        waiting: list[Laid] = []
        for row in layout.rows:
            if isinstance(row, Group) or row.below or len(waiting) == ROWS_AT_ONCE:
                yield from self._rows(layout, head, waiting)
                head, waiting = [], []
            if isinstance(row, Group):
                yield self.write_line(row.line, table.indent)
            elif row.below:
                yield from self._rows(layout, [], [row])
                for line in row.below:
                    yield self.write_line(line, layout.start_of(row))
            else:
                waiting.append(row)
        yield from self._rows(layout, head, waiting)

    def write_facts(self, facts: Sequence[Laid]) -> Iterator[str]:
        """Names with their values under each other."""
        from rich.table import Table as Grid

        grid = Grid.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        grid.add_column(no_wrap=True, overflow="ignore")
        grid.add_column(no_wrap=True, overflow="ignore")
        for fact in facts:
            grid.add_row(*map(_text, fact.cells))
        yield from self._drawn(grid)

    def _rows(self, layout: Layout, head: Sequence[Text], rows: Sequence[Laid]) -> Iterator[str]:
        """Some rows as one grid. A cell that is wider than its column, past the measured rows, widens it here."""
        from rich.cells import cell_len
        from rich.padding import Padding
        from rich.table import Table as Grid

        if not head and not rows:
            return
        grid = Grid.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        for index, column in enumerate(layout.columns):
            width = max([layout.widths[index], *(cell_len(row.cells[index]) for row in rows)])
            justify = "right" if column.kind in NUMERIC else "left"
            grid.add_column(width=width, justify=justify, no_wrap=True, overflow="crop")  # type: ignore[arg-type]  # two of Rich's words
        if head:
            grid.add_row(*head)
        for row in rows:
            grid.add_row(*map(_text, row.cells, (STYLES.get(style, "") for style in row.styles)))
        yield from self._drawn(Padding(grid, (0, 0, 0, layout.indent), expand=False))

    def _drawn(self, drawing: RenderableType) -> Iterator[str]:
        """The lines of a drawing as text, without spaces at their ends."""
        from rich.color import ColorSystem

        system = ColorSystem.STANDARD if self._screen.color else None
        for segments in self._console.render_lines(drawing, pad=False):
            pieces = [(segment.text, segment.style) for segment in segments if not segment.control]
            while pieces and not pieces[-1][0].rstrip(" "):
                pieces.pop()
            if pieces:
                pieces[-1] = (pieces[-1][0].rstrip(" "), pieces[-1][1])
            yield "".join(
                style.render(text, color_system=system) if style and system else text for text, style in pieces
            )


def _text(text: str, style: str = "") -> Text:
    """A cell. The style is that of the words alone: Rich would give a whole cell's to the spaces behind them too."""
    from rich.text import Text

    return Text().append(text, style)
