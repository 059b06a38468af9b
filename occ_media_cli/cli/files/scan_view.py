"""One run of `scan`: what it says of each file, and the report that every format reads from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from occ_media_cli import times
from occ_media_cli.cli.files.file_problems import PROBLEM_CODES, PROBLEM_MESSAGES, finding_of, of_problems
from occ_media_cli.cli.files.file_runs import FileRun, with_path_bytes
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column
from occ_media_cli.report.judged import Case
from occ_media_cli.safety.codes import CODES, UNSEEN
from occ_media_cli.safety.scanned_file import ScannedFile, problem_of_found, scan_paths
from occ_media_cli.vocabulary import SCAN_VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.decide.ledger_scan import LedgerScan
    from occ_media_cli.media.look import Look
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.safety.antivirus import About
    from occ_media_cli.safety.copies import CopyWriter
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.store.sink import Guard

_SHEET = (
    Column("path", "File", "path"),
    Column("verdict", "Verdict", "state"),
    Column("antivirus", "Antivirus", "state"),
    Column("type", "Type", "id"),
    Column("size", "Size", "size"),
    Column("sha256", "SHA-256", "id"),
    Column("parts", "Parts", "count"),
    PROBLEM_CODES,
    Column("severity", "Severity", "id", of=lambda file: " ".join(of_problems(file, "severity"))),
    Column("where", "Where", of=lambda file: "; ".join(where or "-" for where in of_problems(file, "where"))),
    PROBLEM_MESSAGES,
    Column(
        "metadata",
        "Metadata",
        "id",
        of=lambda file: _told(file["metadata"]),
    ),
    Column("labels", "Labels", "list"),
    Column("copy", "Copy", "path", of=lambda file: cast("Record", file["stripped"] or {"path": None})["path"]),
)


class ScanRun(FileRun[ScannedFile]):
    """Scans files, or with `ledger` those of entries, and counts what is found. copies: where copies are written."""

    schema = "occ-media/scan/1"
    title = "Files scanned"
    codes = CODES
    verdicts = SCAN_VERDICTS
    doing = ("scanning", "scanned")

    def __init__(
        self, scanner: Scanner, look: Look | None, fail_on: str, *, quiet: bool, guard: Guard | None = None,
        ledger: LedgerScan | None = None, copies: CopyWriter | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, fail_on, quiet=quiet, guard=guard)
        self._scanner, self._ledger, self._copies = scanner, ledger, copies
        self._refused = 0

    @property
    def incomplete(self) -> bool:
        """Whether something was not scanned, no copy could be made of something, or nothing was there."""
        return super().incomplete or self._refused > 0

    @property
    def selected_nothing(self) -> bool:
        """As for a check; entries that were all scanned before are another thing."""
        return self._ledger is None and super().selected_nothing

    def found_in(self, given: Iterator[bytes]) -> Iterator[ScannedFile]:
        """Every file as the checks saw it."""
        if self._ledger is not None:
            for entry, scan in self._ledger.files():
                yield ScannedFile(os.fsencode(entry.path), scan, entry.name)
            return
        assert self.look is not None  # noqa: S101  # a scan of files was made with one
        for found in scan_paths(self._scanner, self.look, given, self._copies):
            self._refused += self._copies is not None and found.written is None
            yield found

    def _count(self, found: ScannedFile) -> None:
        """What nobody looked at is no finding, and a file of which a part is so can have some."""
        severities = [each.severity for each in found.problems if each.code not in UNSEEN]
        if severities:
            self._worst[max(severities, key=lambda each: each.rank).value] += 1

    def record_of(self, found: ScannedFile) -> dict[str, Json]:
        """A file as contracts.md §9 has it."""
        scan = found.scan
        record: dict[str, Json] = {
            "path": found.shown,
            "sha256": scan.sha256,
            "type": scan.type,
            "size": scan.size,
            "verdict": scan.verdict,
            "antivirus": scan.antivirus,
            "parts": scan.parts,
            "problems": [each._asdict() for each in scan.found],
            "metadata": None if scan.metadata is None else dict(scan.metadata),
            "labels": list(scan.labels),
            "stripped": None if found.written is None else found.written.as_json(),
        }
        if found.entry is not None:
            record["entry"] = found.entry
        return with_path_bytes(record, found.path)

    def case(self, found: ScannedFile) -> Case:
        """A file as CI systems count it: what was found in it, and whether all of it was looked at.

        Malware is a failure whatever else nobody looked at, which is then found beside it.
        """
        infected = found.scan.verdict == "infected"
        findings = [
            finding_of(found.shown, problem_of_found(each), each.where)
            for each in found.scan.found
            if infected or each.code not in UNSEEN
        ]
        unseen = () if infected else found.scan.unseen
        return Case(found.shown, findings, unseen[0].message if unseen else None, failed=bool(unseen))

    def head(self) -> dict[str, Json]:
        """Which antivirus answered; with --ledger also why nothing goes on record as clean, where that is so."""
        engine = engine_record(self._scanner.about)
        ledger = self._ledger
        return {"engine": engine} if ledger is None else {"engine": engine, "not_scanned_because": ledger.why_no_scan}

    def notices(self) -> Iterator[str]:
        """Whether an antivirus looked, with signatures that are not too old, and whether that goes on record."""
        about, absent = self._scanner.about, self._scanner.absent
        if absent is not None:
            yield f"No antivirus looked at these files: {absent}."
        elif about is None:
            yield "No antivirus looked at these files: it was left out."
        elif about.stale is not None:
            yield "; ".join(part for part in (f"No file is called clean: {about.stale}", about.help) if part) + "."
        if self._ledger is not None and (why := self._ledger.why_no_scan) is not None:
            yield f"What is clean here is on record as not scanned: {why}."

    def sheet_columns(self) -> Sequence[Column]:
        """The columns of a sheet, which has no head: the antivirus stands in each row, and with --ledger the entry."""
        about = self._scanner.about
        engine, signatures = ("", "") if about is None else (f"{about.name} {about.version}", about.signatures or "")
        dated = times.optional_text(about.signatures_time) if about is not None else None
        whose = (Column("entry", "Entry", "id"),) if self._ledger is not None else ()
        return (
            *whose, *_SHEET,
            Column("engine", "Engine", "id", of=lambda _: engine or None),
            Column("signatures", "Signatures", "id", of=lambda _: "/".join(filter(None, (signatures, dated))) or None),
        )  # fmt: skip

    def _why_none(self) -> str:
        """Why no file of an entry was scanned: that it needed none is said only where that is so."""
        assert self._ledger is not None  # noqa: S101  # its caller asked
        if not self._ledger.inboxes:
            return "no inbox asks for a scan, so nothing was scanned"
        if self._ledger.left_out:
            return "nothing new to scan"
        return "nothing was scanned, for no delivered file with a path was found in these inboxes and this period"

    def more_counts(self) -> dict[str, Json]:
        """With --ledger, what became of the results."""
        if self._ledger is None:
            return {}
        return {"recorded": self._ledger.recorded, "recorded_not_scanned": self._ledger.recorded_not_scanned,
                "left_out": self._ledger.left_out, "without_path": self._ledger.without_path}  # fmt: skip

    def answer_line(self) -> Line:
        """The last line."""
        said = super().answer_line()
        if self._ledger is None or not isinstance(said, str):
            return said
        known, pathless = self._ledger.left_out, self._ledger.without_path
        left = ""
        if known:
            left = f"; {words.plural(known, 'file')} left out: scanned already with these signatures"
        if pathless:
            verb = "names" if pathless == 1 else "name"
            left += f"; {words.plural(pathless, 'entry', 'entries')} {verb} no file"
        if not sum(self.counts.values()):
            return f"0 files: {self._why_none()}{left}"
        if not self._ledger.on_record:
            return f"{said}{left}; nothing was put on record (--dry-run)"
        return f"{said}{left}; {self._recorded(self._ledger)}"

    @staticmethod
    def _recorded(ledger: LedgerScan) -> str:
        """What went on record: a file that is clean here may be there as one that nobody scanned."""
        many, unscanned = ledger.recorded, ledger.recorded_not_scanned
        said = f"{words.plural(many, 'result')} on record"
        if unscanned == many > 0:
            said += " as not scanned"
        elif unscanned:
            said += f", {words.count(unscanned)} as not scanned"
        if ledger.why_no_scan is not None and unscanned:
            said += f": {ledger.why_no_scan}"
        if ledger.told_already:
            was = "was" if ledger.told_already == 1 else "were"
            said += f"; {words.count(ledger.told_already)} {was} on record as not scanned already"
        return said


def engine_record(about: About | None) -> Json:
    """The antivirus as programs read it."""
    if about is None:
        return None
    return {
        "name": about.name, "version": about.version, "signatures": about.signatures,
        "signatures_time": times.optional_text(about.signatures_time), "age_known": about.age_known,
    }  # fmt: skip


def _told(metadata: Json) -> str:
    """What a file tells of itself, for a sheet; `-` where nobody looked."""
    return "-" if metadata is None else " ".join(name for name, said in cast("Record", metadata).items() if said)
