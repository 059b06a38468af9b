"""One run of `check`: what it says of each file, and the report that every format reads from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.cli.files.file_runs import FileRun, of_problems, with_path_bytes
from occ_media_cli.decide.result import FileResult, problem_of, result_of, result_of_scan, work_of
from occ_media_cli.media.codes import CODES
from occ_media_cli.media.look import Look
from occ_media_cli.places.globs import Globs
from occ_media_cli.report.blocks import Column, Lines, Table
from occ_media_cli.report.judged import RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import SEVERITIES, VERDICTS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.store.sink import Guard

SCHEMA = "occ-media/check/1"

_SHEET = (
    Column("path", "File", "path"),
    Column("verdict", "Verdict", "state"),
    Column("type", "Type", "id"),
    Column("category", "Category", "id"),
    Column("media_type", "Media type", "id"),
    Column("size", "Size", "size"),
    Column("limit", "Limit", "size"),
    Column("problems", "Problems", "id", of=lambda file: " ".join(of_problems(file, "code"))),
    Column("messages", "Messages", of=lambda file: "; ".join(of_problems(file, "message"))),
)


class CheckRun(FileRun[FileResult]):
    """Looks at files under some policies, each of which they must pass, and counts what it finds.

    scanner: also look inside.
    """

    columns = (
        Column("verdict", "Verdict", "state", of=lambda file: str(file["verdict"]).replace("-", " ")),
        Column("path", "File", "path"),
        Column("type", "Type", "text"),
        Column("size", "Size", "size"),
    )
    verdicts = VERDICTS
    doing = ("checking", "checked")

    def __init__(
        self,
        policies: Sequence[Policy],
        fail_on: str,
        include: Sequence[str],
        exclude: Sequence[str],
        *,
        all_files: bool,
        quiet: bool,
        guard: Guard | None = None,
        scanner: Scanner | None = None,
    ) -> None:
        self._policies, self._scanner = policies, scanner
        super().__init__(
            Look(work_of(*policies), Globs(include, exclude), all_files=all_files), fail_on, quiet=quiet, guard=guard
        )

    def found_in(self, given: Iterator[bytes]) -> Iterator[FileResult]:
        """Every file as a worker saw it."""
        assert self.look is not None  # noqa: S101  # it was made with one
        if self._scanner is None:
            return (result_of(seen) for seen in self.look.at(given))
        return (result_of_scan(scan, *self._policies) for scan in self._scanner.scan(self.look.jobs(given)))

    def record_of(self, found: FileResult) -> dict[str, Json]:
        """A file as programs read it."""
        return record_of(found)

    def report(self, paths: Sequence[str], *, stdin0: bool) -> Report:
        """The report. Its records, rows and cases are made while they are read; a format reads one of them."""
        given = self.name(paths, stdin0=stdin0)
        return Report(
            schema=SCHEMA,
            title="Files checked",
            records_key="files",
            records=(record_of(each) for each in self.results(given)),
            tail=lambda: {"summary": self._summary()},
            blocks=(self.table(given), Lines(("",), ())),
            sheet=Table.of(_SHEET, (record_of(each) for each in self.results(given))),
            cases=(self.case(each) for each in self.results(given)),
            rules=[RuleInfo(code, about.severity, about.title, "", about.fix) for code, about in CODES.items()],
            answer_after=self.answer_line,
            fail_on=Severity(self.fail_on) if self.fail_on in SEVERITIES else None,
        )

    def _summary(self) -> dict[str, Json]:
        return {
            "accepted": self.counts["accepted"],
            "rejected": self.counts["rejected"],
            "not_checked": self.counts["not-checked"],
            **self.skipped(),
            "incomplete": self.incomplete,
        }


def record_of(found: FileResult) -> dict[str, Json]:
    """A file as contracts.md §5 has it, with the facts that were read in its structure."""
    record: dict[str, Json] = {
        "path": found.shown,
        "verdict": found.verdict,
        "type": found.type,
        "category": found.category,
        "media_type": found.media_type,
        "size": found.size,
        "limit": found.limit,
        "problems": [problem_of(each) for each in found.problems],
        "facts": found.facts,
    }
    return with_path_bytes(record, found.path)
