"""One run of `check`: what it says of each file, and the report that every format reads from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.cli.files.file_problems import PROBLEM_CODES, PROBLEM_MESSAGES
from occ_media_cli.cli.files.file_runs import FileRun, with_path_bytes
from occ_media_cli.decide.result import FileResult, check_files, problem_of, work_of
from occ_media_cli.media.codes import CODES
from occ_media_cli.media.look import Look
from occ_media_cli.places.globs import Globs
from occ_media_cli.report.blocks import Column
from occ_media_cli.vocabulary import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.scan import Scanner
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard

_SHEET = (
    Column("path", "File", "path"),
    Column("verdict", "Verdict", "state"),
    Column("type", "Type", "id"),
    Column("category", "Category", "id"),
    Column("media_type", "Media type", "id"),
    Column("size", "Size", "size"),
    Column("limit", "Limit", "extent"),
    PROBLEM_CODES,
    PROBLEM_MESSAGES,
)


class CheckRun(FileRun[FileResult]):
    """Looks at files under some policies, each of which they must pass, and counts what it finds.

    location, now: the store whose library is asked, and when. scanner: also look inside.
    """

    schema = "occ-media/check/1"
    title = "Files checked"
    codes = CODES
    verdicts = VERDICTS
    doing = ("checking", "checked")

    def __init__(
        self,
        location: Location,
        now: int,
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
        self._location, self._now, self._policies, self._scanner = location, now, policies, scanner
        super().__init__(
            Look(work_of(*policies), Globs(include, exclude), all_files=all_files), fail_on, quiet=quiet, guard=guard
        )

    def found_in(self, given: Iterator[bytes]) -> Iterator[FileResult]:
        """Every file as a worker saw it."""
        assert self.look is not None  # noqa: S101  # it was made with one
        return check_files(self._location, self._now, self.look, given, self._policies, self._scanner)

    def record_of(self, found: FileResult) -> dict[str, Json]:
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

    def sheet_columns(self) -> Sequence[Column]:
        """The columns of csv and xlsx."""
        return _SHEET
