"""One run over files that people name: looked at as they come, counted, and reported for people, programs and CI.

What a command says of a file is its own (`check_view`, `scan_view`); what a run comes to is here. How files are given,
how long a list gets, and how a problem is told is beside it (`given_paths`, `file_listing`, `file_problems`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic

from occ_media_cli.cli.files.file_listing import COLUMNS, F, FileListing
from occ_media_cli.cli.files.file_problems import finding_of
from occ_media_cli.cli.files.given_paths import GivenPaths
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Line, Lines, Table
from occ_media_cli.report.judged import Case, RuleInfo
from occ_media_cli.report.model import Report
from occ_media_cli.store.own_files import OwnFiles
from occ_media_cli.vocabulary import SEVERITIES, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from occ_media_cli.media.codes import Code
    from occ_media_cli.media.look import Look
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.store.sink import Guard

FAIL_ON = (*reversed(SEVERITIES[1:]), "never")


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
        if look is not None:
            look.own = OwnFiles(None, guard).writes
        self.counts: dict[str, int] = dict.fromkeys(self.verdicts, 0)
        self.fail_on = fail_on
        self._quiet = quiet
        self._guard = guard
        self._worst = dict.fromkeys(SEVERITIES, 0)
        self._given = GivenPaths()
        self._listing = FileListing(self.verdicts[0], self.record_of)

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
        self._given = GivenPaths(paths, stdin0=stdin0, guard=self._guard)
        self._listing = FileListing(self.verdicts[0], self.record_of, at_store)
        given, listing = iter(self._given), self._listing
        rows, lines = listing.list_rows(self.results(given)), listing.list_lines(self.results(given))
        return Report(
            schema=self.schema,
            title=self.title,
            head=self.head(),
            records_key="files",
            records=(self.record_of(each) for each in self.results(given)),
            tail=lambda: {"summary": self._summary()},
            blocks=(Table(COLUMNS, rows, header=False, piped=lines), Lines(("",), ())),
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
        return self._given.asked > 0 and not any(self.counts.values())

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
            where = f" in {', '.join(self._given.typed)}" if self._given.typed else ""
            return f"0 files{where}: nothing was {self.doing[1]}{skipped}"
        parts = [f"{words.count(many)} {each.replace('-', ' ')}" for each, many in self.counts.items() if many]
        more = ""
        if self._listing.unlisted:
            good = words.plural(self._listing.unlisted, f"{self.verdicts[0]} file")
            more = f" ({good} not listed; --format csv lists all)"
        return f"{words.plural(total, 'file')}: {', '.join(parts)}{skipped}{more}"

    def case(self, found: F) -> Case:
        """A file as CI systems count it."""
        if found.verdict == self.verdicts[-1]:
            return Case(found.shown, (), found.problems[0].message, failed=True)
        return Case(found.shown, [finding_of(found.shown, each) for each in found.problems])


def with_path_bytes(record: dict[str, Json], path: bytes) -> dict[str, Json]:
    """The record of a file, with the bytes of its path where these are no text."""
    try:
        path.decode()
    except UnicodeDecodeError:
        import base64

        record["path_bytes"] = base64.b64encode(path).decode("ascii")
    return record
