"""Colour and lines for terminals: two hues and bold, and only as a repetition of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from occ_media_cli.report import safe
from occ_media_cli.report.model import Span

if TYPE_CHECKING:
    from occ_media_cli.report.formats.screen import Screen
    from occ_media_cli.report.model import Line, Style

_CODES: dict[str, str] = {"bold": "1", "error": "1;31", "warning": "33", "dim": "2"}


def paint(text: str, style: Style | Literal["dim"], screen: Screen) -> str:
    """Text that is already safe, in a style, where the screen shows colour."""
    code = _CODES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text and screen.color else text


def line_text(line: Line, screen: Screen) -> str:
    """A line, safe and painted, with `->` for `→` where that cannot be shown."""
    spans = (line,) if isinstance(line, str) else line
    parts = []
    for span in spans:
        piece = Span(span) if isinstance(span, str) else span
        text = safe.terminal(piece.text)
        if not screen.unicode and not piece.verbatim:
            text = text.replace("→", "->")
        parts.append(paint(text, piece.style, screen))
    return "".join(parts)
