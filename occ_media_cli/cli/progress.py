"""The progress line of a long run: on a terminal in place, elsewhere one plain line a minute."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occ_media_cli.ledger.entry import Counts

FIRST_AFTER = 0.5
EACH = 0.1
EACH_PIPED = 60.0


class Progress:
    """Called with the counts so far; draws at most ten times a second, and nothing with `quiet`."""

    def __init__(self, label: str, *, quiet: bool, unit: str = "rows", verb: str = "reading") -> None:
        self._label = label
        self._unit = unit
        self._verb = verb
        self._quiet = quiet
        self._start = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._next = self._start + (FIRST_AFTER if self._terminal else EACH_PIPED)
        self._drawn = 0

    def __call__(self, counts: Counts, fraction: float | None) -> None:
        """Draw, if it is time to."""
        self.show(counts.read, fraction)

    def show(self, number: int, fraction: float | None) -> None:
        """Draw how many were done and how far that is, if it is time to."""
        now = time.monotonic()
        if self._quiet or now < self._next:
            return
        self._next = now + (EACH if self._terminal else EACH_PIPED)
        from occ_media_cli.report.safe import terminal

        took = now - self._start
        parts = [f"{self._verb} {terminal(self._label)}"]
        if fraction:
            parts.append(f"{int(fraction * 100)}%")
        parts += [f"{number:,} {self._unit}", f"{number / took:,.0f} a second"]
        if fraction and fraction < 1:
            parts.append(f"{took / fraction - took:.0f}s left")
        line = "  ".join(parts)
        if self._terminal:
            sys.stderr.write("\r" + line.ljust(self._drawn))
            self._drawn = len(line)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Erase the line, before the summary."""
        if self._drawn:
            sys.stderr.write("\r" + " " * self._drawn + "\r")
            sys.stderr.flush()
            self._drawn = 0
