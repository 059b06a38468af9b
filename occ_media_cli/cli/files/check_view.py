"""One run of `check`: files looked at as they come, and the report that every format reads from."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

from occ_media_cli.decide.result import problem_of, result_of, work_of
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE, MalformedInput
from occ_media_cli.media.codes import CODES
from occ_media_cli.media.look import Look
from occ_media_cli.places.globs import Globs
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Lines, Row, Span, Table, row_of
from occ_media_cli.report.judged import Case, ReportFinding, RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import SEVERITIES, VERDICTS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.decide.result import FileResult
    from occ_media_cli.media.problems import Problem
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.store.sink import Guard

SCHEMA = "occ-media/check/1"
MOST_LISTED = 40
FAIL_ON = (*reversed(SEVERITIES[1:]), "never")
"""Above so many files, those that are accepted and have nothing to say are counted, not listed."""

_COLUMNS = (
    Column("verdict", "Verdict", "state", of=lambda file: str(file["verdict"]).replace("-", " ")),
    Column("path", "File", "path"),
    Column("type", "Type", "text"),
    Column("size", "Size", "size"),
)
_SHEET = (
    Column("path", "File", "path"),
    Column("verdict", "Verdict", "state"),
    Column("type", "Type", "id"),
    Column("category", "Category", "id"),
    Column("media_type", "Media type", "id"),
    Column("size", "Size", "size"),
    Column("limit", "Limit", "size"),
    Column("problems", "Problems", "id", of=lambda file: " ".join(_of_problems(file, "code"))),
    Column("messages", "Messages", of=lambda file: "; ".join(_of_problems(file, "message"))),
)


class CheckRun:
    """Looks at files under some policies, each of which they must pass, and counts what it finds."""

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
    ) -> None:
        self._look = Look(work_of(*policies), Globs(include, exclude), all_files=all_files)
        self._fail_on = fail_on
        self._quiet = quiet
        self._guard = guard
        self._counts: dict[str, int] = dict.fromkeys(VERDICTS, 0)
        self._warned = 0
        self._unlisted = 0
        self._names: list[str] = []
        self._asked = 0

    def report(self, paths: Sequence[str], *, stdin0: bool) -> Report:
        """The report. Its records, rows and cases are made while they are read; a format reads one of them."""
        self._names = list(paths)
        given = self._given(paths, stdin0=stdin0)
        return Report(
            schema=SCHEMA,
            title="Files checked",
            records_key="files",
            records=(record_of(each) for each in self._results(given)),
            tail=lambda: {"summary": self._summary()},
            blocks=(Table(_COLUMNS, self._rows(given), header=False, piped=self._piped(given)), Lines(("",), ())),
            sheet=Table.of(_SHEET, (record_of(each) for each in self._results(given))),
            cases=(_case(each) for each in self._results(given)),
            rules=[RuleInfo(code, about.severity, about.title, "", about.fix) for code, about in CODES.items()],
            answer_after=self._answer,
            fail_on=Severity(self._fail_on) if self._fail_on in SEVERITIES else None,
        )

    def exit_code(self) -> int:
        """What the run comes to."""
        found = self._counts["rejected"] or (self._fail_on == "warning" and self._warned)
        if found and self._fail_on != "never":
            return EXIT_FINDINGS
        return EXIT_INCOMPLETE if self._counts["not-checked"] or self._selected_nothing() else EXIT_DONE

    def _selected_nothing(self) -> bool:
        """Whether paths were given and no file came of them: then a pass would say more than is known. An empty list on
        standard input is another thing, a change without files."""
        return self._asked > 0 and not any(self._counts.values())

    def _given(self, paths: Sequence[str], *, stdin0: bool) -> Iterator[bytes]:
        for path in paths:
            self._asked += 1
            yield os.fsencode(path)
        for given in _nul_separated(sys.stdin.buffer) if stdin0 else ():
            self._asked += 1
            if self._guard is not None:
                self._guard.meet(given)
            yield given

    def _results(self, given: Iterable[bytes]) -> Iterator[FileResult]:
        from occ_media_cli.cli.progress import Progress

        progress = Progress("files", quiet=self._quiet, unit="files", verb="checking")
        number = 0
        try:
            for number, seen in enumerate(self._look.at(given), start=1):
                found = result_of(seen)
                self._counts[found.verdict] += 1
                self._warned += found.verdict == "accepted" and found.worst is Severity.WARNING
                yield found
                progress.show(number, None)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"{words.plural(number, 'file')} were checked; run the same command again"
            ) from None
        finally:
            progress.end()

    def _listed(self, given: Iterable[bytes]) -> Iterator[FileResult]:
        """Every result of a few files; of many, those that have something to say."""
        waiting: list[FileResult] = []
        for number, found in enumerate(self._results(given), start=1):
            if number <= MOST_LISTED:
                waiting.append(found)
                continue
            if number == MOST_LISTED + 1:
                yield from (each for each in waiting if self._worth(each))
                waiting = []
            if self._worth(found):
                yield found
        yield from waiting

    def _worth(self, found: FileResult) -> bool:
        worth = found.verdict != "accepted" or found.worst in (Severity.WARNING, Severity.ERROR)
        self._unlisted += not worth
        return worth

    def _rows(self, given: Iterable[bytes]) -> Iterator[Row]:
        for found in self._listed(given):
            below: list[Line] = []
            for problem in found.problems:
                lead: Line = (*_lead(problem), f": {problem.message}")
                below.append(lead)
                if problem.help and problem.severity is not Severity.NOTE:
                    below.append((f"help: {problem.help}",))
            yield Row(row_of(_COLUMNS, record_of(found)), below)

    def _piped(self, given: Iterable[bytes]) -> Iterator[Line]:
        for found in self._listed(given):
            what = "" if found.type is None else f"{found.type}, "
            size = "-" if found.size is None else words.size(found.size)
            if not found.problems:
                yield f"{found.shown}: {_verdict(found)}: {what}{size}"
            for problem in found.problems:
                name = "".join(part if isinstance(part, str) else part.text for part in _lead(problem))
                line = f"{found.shown}: {_verdict(found)}: {name}: {problem.message}"
                yield f"{line}; help: {problem.help}" if problem.help else line

    def _summary(self) -> dict[str, Json]:
        return {
            "accepted": self._counts["accepted"],
            "rejected": self._counts["rejected"],
            "not_checked": self._counts["not-checked"],
            "skipped_links": self._look.skipped_links,
            "skipped_system": self._look.skipped_system,
            "incomplete": self._counts["not-checked"] > 0 or self._selected_nothing(),
        }

    def _answer(self) -> Line:
        counts = self._counts
        total = sum(counts.values())
        skipped = "".join(
            f"; {words.plural(many, what)} skipped"
            for many, what in ((self._look.skipped_links, "link"), (self._look.skipped_system, "system item"))
            if many
        )
        if not total:
            where = f" in {', '.join(self._names)}" if self._names else ""
            return f"0 files{where}: nothing was checked{skipped}"
        parts = [f"{words.count(counts[each])} {each.replace('-', ' ')}" for each in counts if counts[each]]
        more = ""
        if self._unlisted:
            more = f" ({words.plural(self._unlisted, 'accepted file')} not listed; --format csv lists all)"
        return f"{words.plural(total, 'file')}: {', '.join(parts)}{skipped}{more}"


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
    try:
        found.path.decode()
    except UnicodeDecodeError:
        import base64

        record["path_bytes"] = base64.b64encode(found.path).decode("ascii")
    return record


def _lead(problem: Problem) -> tuple[Span | str, ...]:
    """The code, with its severity in front where it is not an error."""
    code = Span(problem.code, "bold")
    if problem.severity is Severity.ERROR:
        return (code,)
    return (Span(problem.severity.value, "warning" if problem.severity is Severity.WARNING else "plain"), " ", code)


def _verdict(found: FileResult) -> str:
    return found.verdict.replace("-", " ")


def _of_problems(file: Record, member: str) -> list[str]:
    """One member of each problem of a file."""
    return [str(each[member]) for each in cast("list[dict[str, str]]", file["problems"])]


def _case(found: FileResult) -> Case:
    if found.verdict == "not-checked":
        return Case(found.shown, (), found.problems[0].message, failed=True)
    return Case(found.shown, [_finding(found, each) for each in found.problems])


def _finding(found: FileResult, problem: Problem) -> ReportFinding:
    from hashlib import sha256

    identity = f"{problem.code}\0{found.shown}\0{problem.channel or ''}".encode("utf-8", "surrogatepass")
    return ReportFinding(
        problem.code,
        problem.severity,
        problem.message,
        problem.help,
        path=found.shown,
        fingerprint=sha256(identity).hexdigest()[:32],
    )


LONGEST_PATH = 1_048_576
"""Bytes of a path on standard input; systems know none of more than a few thousand."""


def _nul_separated(stream: object) -> Iterator[bytes]:
    """Paths as `find -print0` and `git diff -z` write them, as they come."""
    read = stream.read1  # type: ignore[attr-defined] # the buffer of a text stream
    rest = b""
    while piece := read(65_536):
        *whole, rest = (rest + piece).split(b"\0")
        yield from (path for path in whole if path)
        if len(rest) > LONGEST_PATH:
            raise MalformedInput(
                f"--stdin0: a path is longer than {LONGEST_PATH:,} bytes: no NUL ends it",
                hint="find FOLDER -type f -print0 | occ-media check --stdin0",
            )
    if rest:
        yield rest
