"""One run of `library find` or `library verify`: what it says of each file, and the report that formats read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from occ_media_cli import times
from occ_media_cli.cli.files.file_problems import PROBLEM_CODES, PROBLEM_MESSAGES
from occ_media_cli.cli.files.file_runs import FileRun, with_path_bytes
from occ_media_cli.library import file_answer, held_folder
from occ_media_cli.library.file_answer import CODES, VERDICTS, FileAnswer
from occ_media_cli.report.blocks import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.library.compare_words import Difference
    from occ_media_cli.library.library_match import KnownFile
    from occ_media_cli.library.lookup import Lookup
    from occ_media_cli.media.look import Look
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.store.sink import Guard


def _of(member: str, key: str) -> Column:
    """A column of what a file is like, or of the version that may be sent."""
    titles = {"document": "Document", "current": "Current"}
    title = titles[member] if key == "name" else f"{titles[member]} {key}"
    return Column(
        f"{member}_{key}", title, "path" if key == "path" else "id",
        of=lambda file: cast("Record", file[member] or {key: None})[key],
    )  # fmt: skip


_SHEET = (
    Column("path", "File", "path"),
    Column("verdict", "Verdict", "state"),
    Column("answer", "Answer", "id"),
    _of("document", "name"),
    _of("document", "version"),
    _of("document", "state"),
    _of("current", "version"),
    _of("current", "path"),
    Column("type", "Type", "id"),
    Column("size", "Size", "size"),
    Column("sha256", "SHA-256", "id"),
    PROBLEM_CODES,
    PROBLEM_MESSAGES,
)


class FindRun(FileRun[FileAnswer]):
    """Asks the library about files and counts what it says. inboxes: who would send them; none asks for any inbox."""

    schema: ClassVar[str] = "occ-media/library-find/1"
    title: ClassVar[str] = "Files in the library"
    codes = CODES
    verdicts = VERDICTS
    doing: ClassVar[tuple[str, str]] = ("looking up", "looked up")

    def __init__(
        self, lookup: Lookup | None, look: Look, inboxes: Sequence[str], now: int, *, quiet: bool, guard: Guard | None
    ) -> None:
        super().__init__(look, "error", quiet=quiet, guard=guard)
        self._lookup, self._inboxes, self._now = lookup, inboxes, now

    def found_in(self, given: Iterator[bytes]) -> Iterator[FileAnswer]:
        """What the library says of each file."""
        assert self.look is not None  # noqa: S101  # it was made with one
        return file_answer.find_files(self.look, given, self._lookup)

    def head(self) -> dict[str, Json]:
        """For which inboxes, and at which moment."""
        return {"inboxes": list(self._inboxes) or None, "at": times.text(self._now)}

    def record_of(self, found: FileAnswer) -> dict[str, Json]:
        """A file as contracts.md §10 has it."""
        answer = found.answer
        record: dict[str, Json] = {
            "path": found.shown,
            "verdict": found.verdict,
            "may_be_sent": found.may_be_sent,
            "answer": answer.how,
            "sha256": found.sha256,
            "type": found.type,
            "size": found.size,
            "document": _version(answer.file),
            "current": _version(answer.current),
            "difference": _difference(answer.difference),
            "text_missing": found.text_missing,
            "problems": [
                {"code": each.code, "severity": each.severity.value, "message": each.message, "help": each.help}
                for each in found.problems
            ],
        }
        return with_path_bytes(record, found.path)

    def sheet_columns(self) -> Sequence[Column]:
        """The columns of csv and xlsx."""
        return _SHEET


class VerifyRun(FindRun):
    """The same for a folder, with the approved files that lay in it and are gone."""

    schema: ClassVar[str] = "occ-media/library-verify/1"
    title: ClassVar[str] = "Folder held to the library"
    doing: ClassVar[tuple[str, str]] = ("verifying", "verified")

    def found_in(self, given: Iterator[bytes]) -> Iterator[FileAnswer]:
        """What the library says of each file of the folder, and of those that are gone."""
        assert self.look is not None  # noqa: S101  # it was made with one
        for folder in given:
            yield from held_folder.verify_folder(self.look, folder, self._lookup)

    @property
    def incomplete(self) -> bool:
        """Whether something could not be looked at: a link counts, which agents follow when they send from the
        folder, and no walk does."""
        return super().incomplete or (self.look is not None and self.look.skipped_links > 0)


def _version(file: KnownFile | None) -> Json:
    """A file of a version as programs read it."""
    if file is None:
        return None
    return {
        "name": file.name, "version": file.version, "state": file.state, "path": file.path, "type": file.type,
        "sha256": file.sha256, "expires": times.optional_text(file.expires),
    }  # fmt: skip


def _difference(found: Difference | None) -> Json:
    """Which words differ, as programs read it."""
    if found is None:
        return None
    return {
        "words": found.words, "about": found.about, "least": found.least, "moved": found.moved,
        "places": [{"old": each.old, "new": each.new, "cut": each.cut} for each in found.pairs],
        "left_out": found.left_out,
    }  # fmt: skip
