"""Copies without metadata, written into a folder under the names of their originals, over nothing that is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from occ_media_cli.safety.codes import NOT_STRIPPED
from occ_media_cli.safety.found import Found
from occ_media_cli.store.copy_folder import CopyFolder, NotCopied
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from pathlib import Path

    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.store.sink import Guard


@value
class Written:
    """A copy that was written. removed: the facts that its original told and it does not, none where it told none."""

    path: str
    sha256: str
    removed: tuple[str, ...]

    def as_json(self) -> dict[str, Json]:
        """As programs read it."""
        return {"path": self.path, "sha256": self.sha256, "removed": list(self.removed)}


class CopyWriter:
    """Writes the copies of one run into a folder, which is made if it is missing.

    given: the paths that are scanned: a file below one of them keeps its way from there. UsageError for an empty name,
    and where the folder lies in one of them, so that copies would be scanned and copied too.
    """

    def __init__(self, folder: str, given: Sequence[str], guard: Guard | None = None) -> None:
        self._folder = CopyFolder(folder, given, guard)

    def write(self, scan: ScanResult) -> tuple[ScanResult, Written | None]:
        """The copy of a file, while that is open; without one, the scan says why."""
        reason = self._reason(scan)
        if reason is None and scan.stripped is not None:
            target = self._folder.place_for(os.fsdecode(scan.tag))
            reason = self._write(scan, target)
            if reason is None:
                return scan, Written(str(target), scan.stripped.sha256, scan.stripped.removed)
        why = Found(
            NOT_STRIPPED, "warning", f"no copy without metadata was made: {reason}", "", "do not send it as it is"
        )
        return replace(scan, found=(*scan.found, why)), None

    def _reason(self, scan: ScanResult) -> str | None:
        if scan.verdict == "infected":
            return "it is infected"
        if scan.stripped is None:
            return scan.refused or "it could not be read"
        return None

    def _write(self, scan: ScanResult, target: Path) -> str | None:
        from occ_media_cli.media.source import Changed
        from occ_media_cli.safety.strip import stream_copy

        if scan.stripped is None:
            return None
        try:
            self._folder.write(target, stream_copy(scan.stripped, scan.fd))
        except (Changed, NotCopied) as problem:
            return str(problem)
        return None
