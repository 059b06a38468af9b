"""The scans that a gate makes of files that wait for its answer, and what it puts on record of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.safety.on_record import as_record
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.ledger.append.appender import Appender
    from occ_media_cli.ledger.scans import ScanOnRecord
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.sandbox.pool import Job
    from occ_media_cli.store.chain import Stamp

REMEMBERED = 10_000
"""Results that are known to be on record: one content that many share is one result."""


class GateScans:
    """Scans for a gate. stamp: who runs it; each result has the time at which it was given."""

    def __init__(self, scanner: Scanner, stamp: Stamp) -> None:
        self._scanner, self._stamp = scanner, stamp
        self._waiting: list[ScanOnRecord] = []
        self._told: dict[ScanOnRecord, None] = {}

    def scan(self, jobs: Iterable[Job]) -> Iterator[ScanResult]:
        """What each file holds, in the order of the jobs; `record` puts it on record."""
        for found in self._scanner.scan(jobs):
            if found.sha256 is not None:
                self._waiting.append(as_record(found, self._scanner.engine_text()))
            yield found

    def record(self, appender: Appender, now: int) -> None:
        """Put what was scanned on record, in the transaction of the answers."""
        stamp = replace(self._stamp, now=now, wall=times.wall())
        for result in dict.fromkeys(self._waiting):
            if result not in self._told:
                appender.append_event(result.as_event(stamp), stamp)
                self._told[result] = None
        self._waiting.clear()
        while len(self._told) > REMEMBERED:
            self._told.pop(next(iter(self._told)))
