"""Paths as they are given: behind a command and on standard input, counted as they come."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.store.sink import Guard

LONGEST_PATH = 1_048_576
"""Bytes of a path on standard input; systems know none of more than a few thousand."""


class GivenPaths:
    """The paths of one run, to be read once. typed: those behind the command. stdin0: also those on standard input,
    which `guard` meets, so that no output is written over one. asked: how many came so far."""

    def __init__(self, typed: Sequence[str] = (), *, stdin0: bool = False, guard: Guard | None = None) -> None:
        self.typed = list(typed)
        self.asked = 0
        self._stdin0, self._guard = stdin0, guard

    def __iter__(self) -> Iterator[bytes]:
        for path in self.typed:
            self.asked += 1
            yield os.fsencode(path)
        for given in _nul_separated(sys.stdin.buffer) if self._stdin0 else ():
            self.asked += 1
            if self._guard is not None:
                self._guard.meet(given)
            yield given


def _nul_separated(stream: object) -> Iterable[bytes]:
    """Paths as `find -print0` and `git diff -z` write them, as they come."""
    read = stream.read1  # type: ignore[attr-defined] # the buffer of a text stream
    rest = b""
    while piece := read(65_536):
        *whole, rest = (rest + piece).split(b"\0")
        yield from (path for path in whole if path)
        if len(rest) > LONGEST_PATH:
            raise MalformedInput(
                f"--stdin0: a path is longer than {LONGEST_PATH:,} bytes: no NUL ends it",
                hint="find FOLDER -type f -print0 | occ-media check --stdin0",
            )
    if rest:
        yield rest
