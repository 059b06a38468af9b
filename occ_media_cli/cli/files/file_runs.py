"""One run over files that people name: looked at as they come, counted, and listed for people, programs and CI.

What a command says of a file is its own (`check_view`, `scan_view`); how files are given, how long a list gets, and
what a run comes to is here.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar, cast

from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE, MalformedInput
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Line, Lines, Row, Span, Table, row_of
from occ_media_cli.report.judged import Case, ReportFinding, RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.vocabulary import SEVERITIES, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from occ_media_cli.media.codes import Code
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.problems import Problem
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.store.sink import Guard

MOST_LISTED = 40
"""Above so many files, those that are accepted and have nothing to say are counted, not listed."""

FAIL_ON = (*reversed(SEVERITIES[1:]), "never")

COLUMNS = (
    Column("verdict", "Verdict", "state", of=lambda file: str(file["verdict"]).replace("-", " ")),
    Column("path", "File", "path"),
    Column("type", "Type", "text"),
    Column("size", "Size", "size"),
)
"""What people read of each file."""

PROBLEM_CODES = Column("problems", "Problems", "id", of=lambda file: " ".join(of_problems(file, "code")))
PROBLEM_MESSAGES = Column("messages", "Messages", of=lambda file: "; ".join(of_problems(file, "message")))


class FileSaid(Protocol):
    """What a run says of one file."""

    @property
    def shown(self) -> str:
        """The path as text."""

    @property
    def verdict(self) -> str:
        """One of the words that the run counts."""

    @property
    def type(self) -> str | None:
        """What the file is."""

    @property
    def size(self) -> int | None:
        """Bytes, where they are known."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be said, worst first."""


F = TypeVar("F", bound=FileSaid)


class FileRun(ABC, Generic[F]):
    """Looks at files and counts what it finds. fail_on: what the exit code 1 stands for."""

    schema: ClassVar[str]
    title: ClassVar[str]
    codes: ClassVar[Mapping[str, Code]]
    """What it can say of a file."""
    verdicts: ClassVar[Sequence[str]]
    """The words that are counted: the good one first, the one for what could not be looked at last."""
    doing: ClassVar[tuple[str, str]]
    """What the run does, for progress and for an interrupt: `checking`, `checked`."""

    def __init__(self, look: Look | None, fail_on: str, *, quiet: bool, guard: Guard | None = None) -> None:
        self.look = look
        if look is not None and guard is not None:
            look.own = guard.writes
        self.counts: dict[str, int] = dict.fromkeys(self.verdicts, 0)
        self.fail_on = fail_on
        self._quiet = quiet
        self._guard = guard
        self._worst = dict.fromkeys(SEVERITIES, 0)
        self._unlisted = 0
        self._names: list[str] = []
        self._at_store: Callable[[str], str] = str
        self._asked = 0

    @abstractmethod
    def found_in(self, given: Iterator[bytes]) -> Iterator[F]:
        """What is said of each file that is given."""

    @abstractmethod
    def record_of(self, found: F) -> dict[str, Json]:
        """A file as programs read it."""

    @abstractmethod
    def sheet_columns(self) -> Sequence[Column]:
        """The columns of csv and xlsx."""

    def head(self) -> dict[str, Json]:
        """What programs read before the files."""
        return {}

    def more_counts(self) -> dict[str, Json]:
        """What programs read behind the counts of verdicts."""
        return {}

    def notices(self) -> Iterable[str]:
        """Without which a result would be taken for more than it is."""
        return ()

    def report(self, paths: Sequence[str], *, stdin0: bool, at_store: Callable[[str], str] = str) -> Report:
        """The report on paths that are given, here and on standard input. at_store: names the store in what people may
        paste, as `Session.at_store`.

        Its records, rows and cases are made while they are read; a format reads one of them.
        """
        self._names, self._at_store = list(paths), at_store
        given = self._given(paths, stdin0=stdin0)
        return Report(
            schema=self.schema,
            title=self.title,
            head=self.head(),
            records_key="files",
            records=(self.record_of(each) for each in self.results(given)),
            tail=lambda: {"summary": self._summary()},
            blocks=(Table(COLUMNS, self._rows(given), header=False, piped=self._piped(given)), Lines(("",), ())),
            sheet=Table.of(self.sheet_columns(), (self.record_of(each) for each in self.results(given))),
            cases=(self.case(each) for each in self.results(given)),
            rules=[RuleInfo(code, about.severity, about.title, "", about.fix) for code, about in self.codes.items()],
            answer_after=self.answer_line,
            fail_on=Severity(self.fail_on) if self.fail_on in SEVERITIES else None,
            notices=tuple(self.notices()),
        )

    def _summary(self) -> dict[str, Json]:
        counts = {name.replace("-", "_"): many for name, many in self.counts.items()}
        return {**counts, **self.more_counts(), **self.skipped(), "incomplete": self.incomplete}

    def exit_code(self) -> int:
        """What the run comes to."""
        if self.fails and self.fail_on != "never":
            return EXIT_FINDINGS
        return EXIT_INCOMPLETE if self.incomplete else EXIT_DONE

    @property
    def fails(self) -> bool:
        """Whether something was found that is as bad as the run was asked to fail for."""
        return bool(self._worst["error"] or (self.fail_on == "warning" and self._worst["warning"]))

    @property
    def incomplete(self) -> bool:
        """Whether a file could not be looked at, or nothing was there to look at."""
        return self.counts[self.verdicts[-1]] > 0 or self.selected_nothing

    @property
    def selected_nothing(self) -> bool:
        """Whether paths were given and no file came of them: then a pass would say more than is known. An empty list on
        standard input is another thing, a change without files."""
        return self._asked > 0 and not any(self.counts.values())

    def _given(self, paths: Sequence[str], *, stdin0: bool) -> Iterator[bytes]:
        for path in paths:
            self._asked += 1
            yield os.fsencode(path)
        for given in _nul_separated(sys.stdin.buffer) if stdin0 else ():
            self._asked += 1
            if self._guard is not None:
                self._guard.meet(given)
            yield given

    def results(self, given: Iterator[bytes]) -> Iterator[F]:
        """What is said of each file, counted."""
        from occ_media_cli.cli.progress import Progress

        doing, done = self.doing
        progress = Progress("files", quiet=self._quiet, unit="files", verb=doing)
        number = 0
        try:
            for number, found in enumerate(self.found_in(given), start=1):
                self.counts[found.verdict] += 1
                self._count(found)
                yield found
                progress.show(number, None)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"{words.plural(number, 'file')} were {done}; run the same command again") from None
        finally:
            progress.end()

    def _count(self, found: F) -> None:
        """Count the gravest problem of a file that was looked at."""
        from occ_media_cli.media.problems import worst

        gravest = worst(found.problems) if found.verdict != self.verdicts[-1] else None
        if gravest is not None:
            self._worst[gravest.value] += 1

    # For people

    def _listed(self, given: Iterator[bytes]) -> Iterator[F]:
        """Every result of a few files; of many, those that have something to say."""
        waiting: list[F] = []
        for number, found in enumerate(self.results(given), start=1):
            if number <= MOST_LISTED:
                waiting.append(found)
                continue
            if number == MOST_LISTED + 1:
                yield from (each for each in waiting if self._worth(each))
                waiting = []
            if self._worth(found):
                yield found
        yield from waiting

    def _worth(self, found: F) -> bool:
        worth = found.verdict != self.verdicts[0] or any(
            problem.severity is not Severity.NOTE for problem in found.problems
        )
        self._unlisted += not worth
        return worth

    def _rows(self, given: Iterator[bytes]) -> Iterator[Row]:
        for found in self._listed(given):
            below: list[Line] = []
            for problem in found.problems:
                lead: Line = (*_lead(problem), f": {problem.message}")
                below.append(lead)
                if problem.help and problem.severity is not Severity.NOTE:
                    below.append((self._at_store(f"help: {problem.help}"),))
            yield Row(row_of(COLUMNS, self.record_of(found)), below)

    def _piped(self, given: Iterator[bytes]) -> Iterator[Line]:
        for found in self._listed(given):
            what = "" if found.type is None else f"{found.type}, "
            size = "-" if found.size is None else words.size(found.size)
            verdict = found.verdict.replace("-", " ")
            if not found.problems:
                yield f"{found.shown}: {verdict}: {what}{size}"
            for problem in found.problems:
                name = "".join(part if isinstance(part, str) else part.text for part in _lead(problem))
                line = f"{found.shown}: {verdict}: {name}: {problem.message}"
                yield line + self._at_store(f"; help: {problem.help}") if problem.help else line

    def skipped(self) -> dict[str, Json]:
        """What was passed over in folders, as programs read it."""
        links, system = (0, 0) if self.look is None else (self.look.skipped_links, self.look.skipped_system)
        return {"skipped_links": links, "skipped_system": system}

    def answer_line(self) -> Line:
        """The last line: how many files, and what became of them."""
        total = sum(self.counts.values())
        by_kind = zip(self.skipped().values(), ("link", "system item"), strict=True)
        skipped = "".join(f"; {words.plural(int(str(many)), what)} skipped" for many, what in by_kind if many)
        if not total:
            where = f" in {', '.join(self._names)}" if self._names else ""
            return f"0 files{where}: nothing was {self.doing[1]}{skipped}"
        parts = [f"{words.count(many)} {each.replace('-', ' ')}" for each, many in self.counts.items() if many]
        more = ""
        if self._unlisted:
            good = words.plural(self._unlisted, f"{self.verdicts[0]} file")
            more = f" ({good} not listed; --format csv lists all)"
        return f"{words.plural(total, 'file')}: {', '.join(parts)}{skipped}{more}"

    # For CI

    def case(self, found: F) -> Case:
        """A file as CI systems count it."""
        if found.verdict == self.verdicts[-1]:
            return Case(found.shown, (), found.problems[0].message, failed=True)
        return Case(found.shown, [finding_of(found.shown, each) for each in found.problems])


def finding_of(shown: str, problem: Problem, where: str = "") -> ReportFinding:
    """A problem of a file as CI systems read it. where: the part of the file, where it has parts."""
    from hashlib import sha256

    identity = f"{problem.code}\0{shown}\0{problem.channel or where}".encode("utf-8", "surrogatepass")
    return ReportFinding(
        problem.code,
        problem.severity,
        problem.message,
        problem.help,
        path=shown,
        fingerprint=sha256(identity).hexdigest()[:32],
    )


def with_path_bytes(record: dict[str, Json], path: bytes) -> dict[str, Json]:
    """The record of a file, with the bytes of its path where these are no text."""
    try:
        path.decode()
    except UnicodeDecodeError:
        import base64

        record["path_bytes"] = base64.b64encode(path).decode("ascii")
    return record


def of_problems(file: Record, member: str) -> list[str]:
    """One member of each problem of a file."""
    return [str(each[member]) for each in cast("list[Mapping[str, str]]", file["problems"])]


def _lead(problem: Problem) -> tuple[Span | str, ...]:
    """The code, with its severity in front where it is not an error."""
    code = Span(problem.code, "bold")
    if problem.severity is Severity.ERROR:
        return (code,)
    return (Span(problem.severity.value, "warning" if problem.severity is Severity.WARNING else "plain"), " ", code)


LONGEST_PATH = 1_048_576
"""Bytes of a path on standard input; systems know none of more than a few thousand."""


def _nul_separated(stream: object) -> Iterable[bytes]:
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
