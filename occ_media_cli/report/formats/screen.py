"""Where a report goes, as far as its look depends on it."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from occ_media_cli.values import value


@value
class Screen:
    """What the reader's side can show.

    terminal: a person looks at it as it comes; otherwise it is a pipe or a file, where nothing is cut.
    width: the cells of a terminal's line. encoding: of the bytes. github: a GitHub runner reads the log.
    """

    terminal: bool = False
    color: bool = False
    width: int = 80
    encoding: str = "utf-8"
    github: bool = False

    @property
    def unicode(self) -> bool:
        """Whether `→` and `…` may be used."""
        return self.terminal and self.any_script

    @property
    def any_script(self) -> bool:
        """Whether the letters of every script arrive, with what joins them."""
        return self.encoding.replace("_", "-").lower() in {"utf-8", "utf8"}


def of_stream(stream: TextIO, color: bool | None) -> Screen:
    """The screen behind a stream. color: True or False decides, None asks `NO_COLOR`, `TERM` and the stream."""
    terminal = stream.isatty()
    if color is None:
        color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(
        terminal=terminal,
        color=color,
        width=_width(stream) if terminal else 80,
        encoding=stream.encoding or "utf-8",
        github=os.environ.get("GITHUB_ACTIONS") == "true",
    )


def _width(stream: TextIO) -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and 0 < int(asked) < 100_000:
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):  # a terminal that does not tell its size
        return 80


OF_FILE = Screen()
"""A file that is written for the user, as if it were a screen: no colour and no width."""


def stdout(color: bool | None) -> Screen:
    """The screen behind standard output."""
    return of_stream(sys.stdout, color)
