"""Lines and cells inside a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from occ_media_cli.report import safe
from occ_media_cli.report.blocks import Span
from occ_media_cli.report.formats.cell_text import STATE_STYLES, numbers_of, people
from occ_media_cli.report.formats.web.figures import sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.report.blocks import Cell, CellKind, Line

_MOMENT = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}\.\d{3}Z)?")
_BETWEEN_NUMBER_AND_NOUN = re.compile(r"(?<=\d) (?=[^\W\d_])")


DEEPEST = 12
"""Spaces at the start of a line up to which it is set in further."""


def line_html(line: Line) -> str:
    """A line with its styles. A number is never parted from its noun, and no time is broken, at the end of a line."""
    spans = (line,) if isinstance(line, str) else line
    return "".join(_span(Span(span) if isinstance(span, str) else span) for span in spans)


def _span(span: Span) -> str:
    text = safe.html(span.text)
    if span.style == "code":
        return f"<code>{text}</code>"
    if not span.verbatim:
        text = _MOMENT.sub(r'<span class="time">\g<0></span>', _BETWEEN_NUMBER_AND_NOUN.sub("\u00a0", text))
    if span.style == "plain":
        return text
    return f"<strong>{text}</strong>" if span.style == "bold" else f'<strong class="{span.style}">{text}</strong>'


def paragraphs(lines: Iterable[Line]) -> Iterator[str]:
    """Lines as paragraphs: an empty line parts them, a line that starts with spaces is set in by as much."""
    together: list[str] = []
    for line in lines:
        text = line_html(line)
        if text.strip():
            depth = min(len(text) - len(text.lstrip(" ")), DEEPEST) // 2
            together.append(
                f'<span class="in" style="padding-left:{depth}rem">{text.strip()}</span>' if depth else text
            )
        elif together:
            yield f"<p>{'<br>'.join(together)}</p>\n"
            together = []
    if together:
        yield f"<p>{'<br>'.join(together)}</p>\n"


def cell_html(cell: Cell, kind: CellKind) -> str:
    """A cell as people read it: a small line for a trend, a bold word for a state that matters, monospace for ids."""
    text = safe.html(people(cell, kind))
    if kind == "trend":
        numbers = numbers_of(cell)
        return sparkline(numbers, text) + text if numbers else text
    if kind == "state":
        style = STATE_STYLES.get(people(cell, kind), "plain")
        if style != "plain":
            return f"<strong>{text}</strong>" if style == "bold" else f'<strong class="{style}">{text}</strong>'
    if kind == "list" and cell is not None and not isinstance(cell, str | int):
        return ", ".join(f"<bdi>{safe.html(str(item))}</bdi>" for item in cell) or "-"
    if kind in {"text", "name", "path", "id"} and not text.isascii():
        return f"<bdi>{text}</bdi>"  # a right-to-left name does not reorder what stands beside it
    return text
