"""The files of a run in lines for people: every one of a few, and of many those that have something to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from occ_media_cli.cli.files.file_problems import lead_of
from occ_media_cli.report import known_sizes
from occ_media_cli.report.blocks import Column, Line, Row, row_of
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from occ_media_cli.media.problems import Problem
    from occ_media_cli.report.json_types import Json

MOST_LISTED = 40
"""Above so many files, those that are accepted and have nothing to say are counted, not listed."""

COLUMNS = (
    Column("verdict", "Verdict", "state", of=lambda file: str(file["verdict"]).replace("-", " ")),
    Column("path", "File", "path"),
    Column("type", "Type", "text"),
    Column("size", "Size", "size"),
)
"""What people read of each file."""


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


class FileListing(Generic[F]):
    """Lists what a run says of its files.

    good: the verdict that has nothing to say. record_of: a file as programs read it. at_store: names the store in what
    people may paste. unlisted: how many files were left out so far.
    """

    def __init__(
        self, good: str, record_of: Callable[[F], dict[str, Json]], at_store: Callable[[str], str] = str
    ) -> None:
        self.unlisted = 0
        self._good, self._record_of, self._at_store = good, record_of, at_store

    def _listed(self, results: Iterator[F]) -> Iterator[F]:
        """Every result of a few files; of many, those that have something to say."""
        waiting: list[F] = []
        for number, found in enumerate(results, start=1):
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
        worth = found.verdict != self._good or any(problem.severity is not Severity.NOTE for problem in found.problems)
        self.unlisted += not worth
        return worth

    def list_rows(self, results: Iterator[F]) -> Iterator[Row]:
        """Rows for a terminal, each with the problems of its file below it."""
        for found in self._listed(results):
            below: list[Line] = []
            for problem in found.problems:
                lead: Line = (*lead_of(problem), f": {problem.message}")
                below.append(lead)
                if problem.help and problem.severity is not Severity.NOTE:
                    below.append((self._at_store(f"help: {problem.help}"),))
            yield Row(row_of(COLUMNS, self._record_of(found)), below)

    def list_lines(self, results: Iterator[F]) -> Iterator[Line]:
        """Lines for another program, one for each problem."""
        for found in self._listed(results):
            what = "" if found.type is None else f"{found.type}, "
            size = known_sizes.known_size(found.size)
            verdict = found.verdict.replace("-", " ")
            if not found.problems:
                yield f"{found.shown}: {verdict}: {what}{size}"
            for problem in found.problems:
                name = "".join(part if isinstance(part, str) else part.text for part in lead_of(problem))
                line = f"{found.shown}: {verdict}: {name}: {problem.message}"
                yield line + self._at_store(f"; help: {problem.help}") if problem.help else line
