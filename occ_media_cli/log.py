"""What a run does, step by step, on stderr: for a person who asks why it is slow or stops.

Off unless the command line asks, and then it costs each step one look at `level`: `logging` is loaded by `begin` alone.
A line says which room did what and how long after the start: `info 0.012s store: opened s.db (sqlite, schema 9) for
reading`. No line ever holds a bound value of SQL, an id or name of a customer, a message or content of a file; a path
only as the user named it. Only the process that began the log writes: a worker has untrusted bytes in its hands.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from pathlib import Path
    from types import TracebackType

    Shown = str | int | float | Path
    """What stands in a line: a word or a number of the program's own, or a path that the user named."""

OFF, STEPS, EVERYTHING = 0, 1, 2

level = OFF
"""How much is told. Whoever would have to work out what to say looks here first."""

_logger: logging.Logger | None = None
_began = 0.0
_writer = 0


def begin(wanted: int) -> None:
    """Tell so much from now on, on the stderr of this moment; with OFF nothing, and nothing is loaded."""
    global level, _logger, _began, _writer  # one log a process
    level, _logger = wanted, None
    if wanted == OFF:
        return
    import logging
    import sys

    logging.raiseExceptions = False  # a stderr that is full or closed stops no command
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logging.addLevelName(logging.INFO, "info")
    logging.addLevelName(logging.DEBUG, "debug")
    _logger = logging.Logger("occ_media", logging.DEBUG if wanted == EVERYTHING else logging.INFO)
    _logger.addHandler(handler)
    _began, _writer = time.perf_counter(), os.getpid()


def note(room: str, words: str, *values: Shown) -> None:
    """Tell a step. words: a format text of our own, into which the values go, each made safe for a terminal."""
    if level >= STEPS:
        _write(room, words, values, detail=False)


def detail(room: str, words: str, *values: Shown) -> None:
    """Tell what only somebody who looks for a fault wants to know (`OCC_MEDIA_LOG=debug`)."""
    if level >= EVERYTHING:
        _write(room, words, values, detail=True)


def step(room: str, words: str, *values: Shown, fine: bool = False) -> _Step:
    """Tell how long what is done inside `with` takes, and whether it failed. fine: with EVERYTHING only."""
    return _Step(room, words, values, fine=fine) if level >= (EVERYTHING if fine else STEPS) else _SILENT


class _Step:
    __slots__ = ("_fine", "_room", "_start", "_values", "_words")

    def __init__(self, room: str, words: str, values: tuple[Shown, ...], *, fine: bool) -> None:
        self._room, self._words, self._values, self._fine = room, words, values, fine
        self._start = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if not self._words:
            return
        took = f"{time.perf_counter() - self._start:.3f}s"
        end = f"took {took}" if kind is None else f"stopped after {took} by {kind.__name__}"
        _write(self._room, f"{self._words}, {end}", self._values, detail=self._fine)


_SILENT = _Step("", "", (), fine=False)


def _write(room: str, words: str, values: tuple[Shown, ...], *, detail: bool) -> None:
    if _logger is None or os.getpid() != _writer:
        return
    import logging

    from occ_media_cli.report.safe import github_log, terminal

    shown = [f"{item:,}" if isinstance(item, int) else terminal(str(item)) for item in values]
    line = f"{time.perf_counter() - _began:.3f}s {room}: {words.format(*shown)}"
    if os.environ.get("GITHUB_ACTIONS") == "true":
        line = github_log(line)
    _logger.log(logging.DEBUG if detail else logging.INFO, "%s", line)
