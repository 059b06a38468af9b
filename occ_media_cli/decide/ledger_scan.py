"""Scanning what was delivered: the files of entries, found under a root, with the result of each on record.

Each file of an entry is opened, whatever other entries say of the same content: where its bytes are hashed and found to
be a content that was clean in this run, that result is its own too. A file that is missing, cannot be opened or is
not what the ledger says is on record as not scanned, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from occ_media_cli.decide.settings_now import settings_of
from occ_media_cli.ledger.inboxes import KnownInboxes
from occ_media_cli.ledger.scans import ScanOnRecord, ScanQueue, Unscanned, link_gate_scans, record_scans
from occ_media_cli.media.travel import digest_of
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept
from occ_media_cli.safety.on_record import as_record, of_other_bytes, why_no_scan
from occ_media_cli.sandbox.pool import Failed, Job
from occ_media_cli.vocabulary import SCAN_STATES

if TYPE_CHECKING:
    from occ_media_cli.places.storage import Storage
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store

TOGETHER, SECONDS = 100, 5.0
"""Results that are put on record together, at most, and how long they wait for each other."""

REMEMBERED = 100_000
"""Contents that are known to be clean in one run."""


class LedgerScan:
    """One scan of the files of entries.

    inboxes: names; none stands for those whose `scan` is `record` or `required` now. since: entries from this moment,
    in milliseconds. stale: scan again what was scanned before this moment, whatever the signatures. on_record: put the
    results on record. NotFound for an unknown inbox. recorded: how many went there; recorded_not_scanned: as not
    scanned; told_already: the record said the same of them, that they are not scanned.
    """

    def __init__(
        self, store: Store, scanner: Scanner, root: str, stamp: Stamp, *, inboxes: Sequence[str] = (), since: int = 0,
        stale: int = 0, on_record: bool = True,
    ) -> None:  # fmt: skip
        self.on_record = on_record
        self._ledger, self._scanner, self._root, self._stamp = store.ledger, scanner, root, stamp
        self.inboxes = tuple(inboxes) or tuple(
            name for name, version in settings_of(store, stamp.now).inboxes.items() if version.settings.scan != "off"
        )
        known = KnownInboxes(store.ledger)
        for name in self.inboxes:
            known.must_have(name)
        self._numbers = [known.number(name) for name in self.inboxes]
        self._since, self._stale = since, stale
        self._done: dict[str, ScanOnRecord] = {}
        self._waiting: list[ScanOnRecord] = []
        self.recorded = self.recorded_not_scanned = self.told_already = 0
        self.left_out = 0
        self.without_path = 0

    @property
    def why_no_scan(self) -> str | None:
        """Why no result of this run goes on record as clean, in words; None where they do."""
        return why_no_scan(self._scanner.engine_text(), self._scanner.left_out) if self.on_record else None

    def files(self) -> Iterator[tuple[Unscanned, ScanResult]]:
        """Every entry with what its file holds, in the order of the ledger; on record some hundred at a time."""
        if self.on_record:
            link_gate_scans(self._ledger, self._stamp)
        queue = ScanQueue(
            self._ledger,
            self._numbers,
            engine=self._scanner.engine_text(),
            since=self._since,
            stale=self._stale,
            aside=self.on_record,
        )
        self.without_path, self.left_out = queue.without_path, queue.left_out
        waiting = self._waiting
        begun = monotonic()
        try:
            with open_place(self._root, locked=False) as storage:
                for found in self._scanner.scan(self._jobs(storage, queue)):
                    entry: Unscanned = found.tag
                    scan = of_other_bytes(found, entry.sha256) if entry.sha256 is not None else found
                    result = as_record(scan, self._scanner.engine_text(), entry.seq, left_out=self._scanner.left_out)
                    if entry.is_told_already(result):
                        self.told_already += 1
                    else:
                        waiting.append(result)
                    if scan.sha256 is not None and scan.verdict == result.state == "clean":
                        self._remember(scan.sha256, result)
                    yield entry, scan
                    if len(waiting) >= TOGETHER or monotonic() - begun > SECONDS:
                        self._record(waiting)
                        begun = monotonic()
        finally:
            self._record(waiting)
            queue.close()

    def _jobs(self, storage: Storage, queue: ScanQueue) -> Iterator[Job]:
        for entry in queue:
            names = parts(entry.path)
            opened = (
                storage.open_object(names) if names is not None else Kept("unsafe-path", "its path leaves the root")
            )
            if isinstance(opened, Kept):
                yield Job(-1, -1, "", entry, Failed(opened.words))
            elif (known := self._done.get(entry.sha256 or "")) and digest_of(opened.fd) == entry.sha256:
                os.close(opened.fd)
                self._waiting.append(known._replace(entry=entry.seq))
                self.left_out += 1
                if len(self._waiting) >= TOGETHER:
                    self._record(self._waiting)
            else:
                yield Job(opened.fd, opened.found.st_size, entry.file, entry)

    def _remember(self, sha256: str, result: ScanOnRecord) -> None:
        self._done[sha256] = result
        if len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]

    def _record(self, waiting: list[ScanOnRecord]) -> None:
        if self.on_record:
            record_scans(self._ledger, waiting, self._stamp)
            self.recorded += len(waiting)
            self.recorded_not_scanned += sum(each.state not in SCAN_STATES for each in waiting)
        waiting.clear()
