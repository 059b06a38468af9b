"""A file of a scan under the name by which people know it, and the way from paths to such files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.media.problems import Problem
from occ_media_cli.values import value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.media.look import Look
    from occ_media_cli.safety.copies import CopyWriter, Written
    from occ_media_cli.safety.found import Found
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.safety.scan_result import ScanResult


@value
class ScannedFile:
    """A file of a scan. scan: all that was found. entry: `SOURCE:ID` where it is one of the ledger. written: its copy
    without metadata, where one was asked for and made."""

    path: bytes
    scan: ScanResult
    entry: str | None = None
    written: Written | None = None

    @property
    def shown(self) -> str:
        """The path as text; bytes that are no text come back as lone surrogates."""
        return os.fsdecode(self.path)

    @property
    def verdict(self) -> str:
        """`clean`, `flagged`, `infected` or `not-scanned`."""
        return self.scan.verdict

    @property
    def antivirus(self) -> str:
        """`clean`, `infected`, `not-scanned` or `off`."""
        return self.scan.antivirus

    @property
    def type(self) -> str | None:
        """What it was recognised as."""
        return self.scan.type

    @property
    def size(self) -> int | None:
        """Bytes, where they are known."""
        return self.scan.size

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, worst first, with its place in the words."""
        return tuple(problem_of_found(each) for each in self.scan.found)


def problem_of_found(found: Found) -> Problem:
    """What was found, as the problem of a file."""
    return Problem(found.code, Severity(found.severity), found.placed, found.help)


def scan_paths(
    scanner: Scanner, look: Look, paths: Iterable[bytes], copies: CopyWriter | None = None
) -> Iterator[ScannedFile]:
    """Every file of the paths, as it is scanned. copies: where copies without metadata go."""
    for scan in scanner.scan(look.jobs(paths)):
        told, written = (scan, None) if copies is None else copies.write(scan)
        yield ScannedFile(scan.tag, told, None, written)
