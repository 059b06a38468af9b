"""Copies without metadata, written into a folder under the names of their originals, over nothing that is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.safety.codes import NOT_STRIPPED
from occ_media_cli.safety.found import Found
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
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
        if not folder.strip():
            raise UsageError("the folder for copies has no name; nothing was written", hint="name a folder")
        self._swept = set[Path]()
        self._folder, self._guard = Path(folder), guard
        self._given = sorted((each.rstrip("/") for each in given), key=len, reverse=True)
        place = Path(os.path.realpath(folder))
        for each in given:
            if place.is_relative_to(os.path.realpath(each)):
                raise UsageError(
                    "it lies in what is scanned, so that copies would be copied; nothing was written",
                    file=folder, hint=f"name a folder outside of {each}",
                )  # fmt: skip

    def write(self, scan: ScanResult) -> tuple[ScanResult, Written | None]:
        """The copy of a file, while that is open; without one, the scan says why."""
        reason = self._reason(scan)
        if reason is None and scan.stripped is not None:
            target = self._folder / self._name(os.fsdecode(scan.tag))
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
        from occ_media_cli.store import locate, sink, temporary

        if locate.is_looked_for(target.name) or temporary.is_named_so(target.name):
            return f"{target.name} is a name by which this program finds files of its own"
        if os.path.lexists(target):
            return f"{target} is there already"
        if scan.stripped is None:
            return None
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep(target.parent)
            sink.write(target, stream_copy(scan.stripped, scan.fd), self._guard)
        except Changed as problem:
            return str(problem)
        except (FileExistsError, NotADirectoryError):
            return f"a file stands where its folder {target.parent} should be"
        except (UsageError, Incomplete) as problem:  # of this copy: the run goes on, and others have their verdict
            return f"{target}: {problem.what.partition(';')[0].removeprefix(f'{target}: ')}"
        except OSError as problem:
            return f"{target.parent}: {(problem.strerror or 'it cannot be made').lower()}"
        return None

    def _sweep(self, folder: Path) -> None:
        """Clear what an earlier run that was killed was making in a folder."""
        from occ_media_cli.store import temporary

        if folder not in self._swept:
            self._swept.add(folder)
            temporary.sweep(folder)

    def _name(self, path: str) -> str:
        for each in self._given:
            if path.startswith(f"{each}/"):
                return path[len(each) :].lstrip("/")
        return path.rpartition("/")[2]
