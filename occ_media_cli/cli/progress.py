"""The progress line of a long run: on a terminal in place, drawn by Rich; elsewhere one plain line a minute."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.live import Live

    from occ_media_cli.ledger.entry import Counts

FIRST_AFTER = 0.5
"""Seconds before anything is shown: what ends sooner needs no progress, and does not load Rich."""

EACH = 0.1
EACH_PIPED = 60.0
"""Seconds between two lines of a log, so that CI does not take silence for a hang."""


class Progress:
    """Called with the counts so far; draws at most ten times a second, and nothing with `quiet`.

    label: what is worked on; it may be set again. rated: say how many a second, which says nothing of few and long
    ones.
    """

    def __init__(
        self, label: str, *, quiet: bool, unit: str = "rows", verb: str = "reading", rated: bool = True
    ) -> None:
        self.label = label
        self._rated = rated
        self._unit = unit
        self._verb = verb
        self._quiet = quiet
        self._start = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._next = self._start + (FIRST_AFTER if self._terminal else EACH_PIPED)
        self._live: Live | None = None

    def __call__(self, counts: Counts, fraction: float | None) -> None:
        """Draw, if it is time to."""
        self.show(counts.read, fraction)

    def show(self, number: int, fraction: float | None) -> None:
        """Draw how many were done and how far that is, if it is time to."""
        now = time.monotonic()
        if self._quiet or now < self._next:
            return
        self._next = now + (EACH if self._terminal else EACH_PIPED)
        line = self._words(number, fraction, now - self._start)
        if self._terminal:
            self._draw(line)
        else:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Erase the line, before the summary."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _words(self, number: int, fraction: float | None, took: float) -> str:
        from occ_media_cli.report.safe import terminal

        parts = [f"{self._verb} {terminal(self.label)}"]
        if fraction:
            parts.append(f"{int(fraction * 100)}%")
        parts.append(f"{number:,} {self._unit}")
        parts.append(f"{number / took:,.0f} a second" if self._rated else f"{took:.0f}s")
        if fraction and fraction < 1:
            parts.append(f"{took / fraction - took:.0f}s left")
        return "  ".join(parts)

    def _draw(self, line: str) -> None:
        """One line in place. Rich's own refreshing thread stays off: workers are forked while this runs."""
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        text = Text(line, no_wrap=True, overflow="ellipsis")
        if self._live is None:
            console = Console(stderr=True, highlight=False, markup=False, emoji=False, color_system=None)
            self._live = Live(text, console=console, auto_refresh=False, transient=True, redirect_stdout=False,
                              redirect_stderr=False)  # fmt: skip
            self._live.start()
        self._live.update(text, refresh=True)
