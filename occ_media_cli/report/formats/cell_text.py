"""One cell, as people and as programs read it. Nothing here is safe for a sink yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report import known_sizes, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.report.blocks import Cell, CellKind, Style
    from occ_media_cli.report.model import Report

NUMERIC: frozenset[CellKind] = frozenset({"count", "size", "extent", "percent"})
"""Kinds that stand at the right of their column."""

CUT_KINDS: frozenset[CellKind] = frozenset({"text", "change", "name", "path", "list"})
"""Kinds that may be cut where a terminal is too narrow. All others are whole or the row is longer than the line."""

STATE_STYLES: dict[str, Style] = {
    "error": "error",
    "rejected": "error",
    "ALTERED": "error",
    "problem": "error",
    "warning": "warning",
    "not checked": "warning",
    "missing": "warning",
    "off": "bold",
}
"""The only words that colour repeats. Success is quiet."""


def people(cell: Cell, kind: CellKind) -> str:
    """The cell in words: `-` for nothing, `unknown` for a size that nobody knows, `1,204`, `2.1 MB`, `61%`, `yes`."""
    if cell is None:
        return known_sizes.UNKNOWN if kind == "size" else "-"
    if isinstance(cell, bool):
        return words.yes_no(cell)
    if isinstance(cell, int):
        if kind in ("size", "extent"):
            return words.size(cell)
        if kind == "count":
            return words.count(cell)
        return f"{cell}%" if kind == "percent" else str(cell)
    if isinstance(cell, str):
        return cell or "-"
    if kind == "trend":
        numbers = numbers_of(cell)
        if not numbers:
            return "-"
        low, high = min(numbers), max(numbers)
        return words.count(low) if low == high else f"{low:,} to {high:,}"
    return ", ".join(str(item) for item in cell) or "-"


def programs(cell: Cell) -> str:
    """The cell for csv and workbooks: bare integers, `true` and `false`, nothing for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return str(cell)
    return (", " if all(isinstance(item, str) for item in cell) else " ").join(str(item) for item in cell)


def numbers_of(cell: Cell) -> Sequence[int]:
    """The numbers of a trend, oldest first."""
    if cell is None or isinstance(cell, str | int):
        return ()
    return [item for item in cell if isinstance(item, int)]


def origin_words(report: Report) -> tuple[str | None, str | None]:
    """What every form of a report for people says of where it comes from, in this order: the part of time and the
    inboxes that it looked at, and who made it, when and where. None for what the report does not know."""
    window = None if report.window is None else report.window.in_words()
    return window, None if report.made is None else _made_words(report.made)


def _made_words(made: Mapping[str, str]) -> str:
    """The machine's clock is said only where it is another time."""
    clock = f", by this machine's clock {made['wall']}" if made["wall"] != made["at"] else ""
    by = f"{made['actor']} ({made['os_user']} on {made['host']})"
    return f"Made {made['at']}{clock}, by {by}, version {made['version']}"
