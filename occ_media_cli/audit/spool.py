"""Findings on their way from the rules to a format, in a file that has no name, so that memory does not grow."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import IO

from occ_media_cli.audit.finding import Finding

IN_MEMORY = 4_000_000
"""Bytes of findings that are kept in memory; more go to a temporary file that is gone when the program ends."""


class Spool:
    """Findings by rule: each rule's are added together, and read back in the order of the rules."""

    def __init__(self, order: Sequence[str]) -> None:
        import tempfile
        from weakref import finalize

        self._order = list(order)
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as this
        finalize(self, self._file.close)
        self._starts: dict[str, tuple[int, int]] = {}

    def add(self, found: Finding) -> None:
        """Add a finding behind those of its rule that were added before."""
        start, count = self._starts.get(found.rule, (self._file.tell(), 0))
        self._starts[found.rule] = (start, count + 1)
        pickle.dump(found, self._file, pickle.HIGHEST_PROTOCOL)

    def of(self, rule: str) -> Iterator[Finding]:
        """The findings of one rule, in their order."""
        start, count = self._starts.get(rule, (0, 0))
        place = start
        for _ in range(count):
            self._file.seek(place)  # another reader may have moved on meanwhile
            found: Finding = pickle.load(self._file)  # noqa: S301 - written by this process into a file without a name
            place = self._file.tell()
            yield found

    def __iter__(self) -> Iterator[Finding]:
        """Every finding, by rule."""
        for rule in self._order:
            yield from self.of(rule)
