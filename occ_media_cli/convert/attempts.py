"""Copies that are tried until one fits; they stand in memory, and only the best is handed over."""

from __future__ import annotations

import os
from typing import IO

from occ_media_cli.convert.coding import CodedFile, Coding, CodingEngine, Overflow, Passes
from occ_media_cli.sandbox.still import hold_in_memory

_ABOVE = 1.25
"""How far above the limit a copy may grow before it is given up: its size tells what to correct."""

_PIECE = 1 << 20


class Attempts:
    """What was tried for one goal. most: bytes of the copy, at most. Use it as a context manager.

    size: of the best copy that fits, 0 before there is one. tried: of the last one, whether it fits or not.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._best = -1
        self.size = self.tried = 0

    def __enter__(self) -> Attempts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._best >= 0:
            os.close(self._best)

    @property
    def best(self) -> int:
        """The descriptor of the best copy."""
        return self._best

    def attempt(
        self, engine: CodingEngine, file: CodedFile, coding: Coding, passes: Passes = "one", folder: str = ""
    ) -> bool:
        """Whether a copy came out that fits; the larger of those that fit is the best."""
        held = hold_in_memory(b"")
        try:
            engine.write_copy(file, coding, held, int(self._most * _ABOVE) + 65_536, passes, folder)
            self.tried = os.fstat(held).st_size
        except Overflow:
            self.tried = int(self._most * _ABOVE) + 65_536
        except BaseException:
            os.close(held)
            raise
        fits = 0 < self.tried <= self._most
        if fits and self.tried > self.size:
            held, self._best, self.size = self._best, held, self.tried
        if held >= 0:
            os.close(held)
        return fits

    def take_best(self, other: Attempts) -> None:
        """Have the best copy of another one instead, which gets ours."""
        self._best, other._best = other._best, self._best
        self.size, other.size = other.size, self.size

    def replace_best(self) -> None:
        """Forget the best copy: the next one that fits takes its place, be it smaller."""
        self.size = 0

    def hand_over(self, out: IO[bytes]) -> None:
        """Write the best copy to `out`."""
        at = 0
        while piece := os.pread(self._best, _PIECE, at):
            out.write(piece)
            at += len(piece)
        out.flush()
