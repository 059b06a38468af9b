"""Patterns of the operator, run over the words of a file, and bounded in time while they do.

Where google-re2 is installed they run in it, in time that grows with the text alone. Else they are those alone of which
Python's own engine is known to come back (`own_patterns.py`), and a clock stops the rest. What it did not finish is
told, and such a file is never called clean.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from occ_media_cli.own_patterns import OwnPattern, check_number, check_time, compiled
from occ_media_cli.safety.sensitive.sighting import Sighting

SECONDS = 2.0
"""Seconds that all own patterns together may take for one file."""


class TooSlow(Exception):
    """Patterns took longer than they may."""


def check_runs(own: OwnPattern) -> None:
    """Whether a pattern can be run on this machine. Raises `PatternRefused`; for those who begin a scan."""
    _runnable(own)


def _runnable(own: OwnPattern) -> Any:
    found = compiled(own)
    linear = _linear(own.pattern)
    if linear is not None:
        return linear
    check_time(own)
    return found


def _linear(pattern: str) -> Any:
    """The pattern in google-re2, or None where that is not installed or does not take it."""
    try:
        import re2  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    try:
        options = re2.Options()
        options.log_errors = False
        return re2.compile(pattern, options)
    except re2.error:
        return None


class OwnSearch:
    """All patterns of an operator over the passages of one file. Raises `PatternRefused` for one that cannot run."""

    def __init__(self, patterns: Sequence[OwnPattern], seconds: float = SECONDS) -> None:
        check_number(len(patterns))
        self._patterns = [(own, _runnable(own)) for own in patterns]
        self._left = seconds

    def find_in(self, text: str) -> Iterator[tuple[OwnPattern, Sighting]]:
        """Where each pattern matches, pattern by pattern. Raises `TooSlow` when the file's time is over."""
        for own, runnable in self._patterns:
            begin = time.monotonic()
            with _Clock(self._left):
                found = [match.span() for match in runnable.finditer(text) if match.end() > match.start()]
            self._left -= time.monotonic() - begin
            yield from ((own, Sighting(start, end, "high", own.name, text[start:end])) for start, end in found)
            if self._left <= 0:
                raise TooSlow


class _Clock:
    """Stops what runs inside of it after some seconds of processor time, where the process lets itself be told.

    Python's engine asks for signals while it matches. A worker has one thread; in any other thread the whole file's
    time limit is what stops it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = max(seconds, 0.001)
        self._before: Any = None

    def __enter__(self) -> None:
        try:
            self._before = signal.signal(signal.SIGVTALRM, self._stop)
        except ValueError:  # not the main thread
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._before)

    @staticmethod
    def _stop(_: int, __: FrameType | None) -> None:
        raise TooSlow
