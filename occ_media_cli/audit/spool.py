"""Findings on their way from the rules to a format, in a file that has no name, so that memory does not grow."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import IO

from occ_media_cli.audit.finding import AuditFinding
from occ_media_cli.vocabulary import Severity

IN_MEMORY = 4_000_000
"""Bytes of findings that are kept in memory; more go to a temporary file that is gone when the program ends."""

_FIELDS = tuple(name for name in AuditFinding.__slots__ if name != "severity")
_values = attrgetter(*_FIELDS)
_SIZE = 4


class Spool:
    """Findings by rule: each rule's are added together, and read back in the order of the rules."""

    def __init__(self, order: Sequence[str]) -> None:
        import tempfile
        from weakref import finalize

        self._order = list(order)
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as this
        finalize(self, self._file.close)
        self._starts: dict[str, tuple[int, int]] = {}
        self._end = 0

    def add_finding(self, found: AuditFinding) -> None:
        """Add a finding behind those of its rule that were added before."""
        start, count = self._starts.get(found.rule, (self._end, 0))
        self._starts[found.rule] = (start, count + 1)
        data = marshal.dumps((found.severity.value, *_values(found)))
        self._file.write(len(data).to_bytes(_SIZE, "big") + data)
        self._end += _SIZE + len(data)

    def findings_of(self, rule: str) -> Iterator[AuditFinding]:
        """The findings of one rule, in their order."""
        place, count = self._starts.get(rule, (0, 0))
        for _ in range(count):
            self._file.seek(place)  # another reader may have moved on meanwhile
            size = int.from_bytes(self._file.read(_SIZE), "big")
            severity, *values = marshal.loads(self._file.read(size))  # noqa: S302 - written by this process, into a file without a name
            place += _SIZE + size
            yield AuditFinding(severity=Severity(severity), **dict(zip(_FIELDS, values, strict=True)))

    def __iter__(self) -> Iterator[AuditFinding]:
        """Every finding, by rule."""
        for rule in self._order:
            yield from self.findings_of(rule)
