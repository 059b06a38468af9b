"""Files that are to be proposed: opened through no link, recognised and read in a process with limits, and held against
the product's table as files that agents send."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.errors import UsageError
from occ_media_cli.library.read_text import read_documents
from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.look import Look
from occ_media_cli.media.problems import help_for_unread
from occ_media_cli.media.travel import recognise_work
from occ_media_cli.report.file_words import file_word
from occ_media_cli.store.own_files import OwnFiles
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.places.globs import Globs

MOST_FILES = 10_000
"""Files of one proposal: it is one event, which a person approves as a whole."""


class LookedFile(NamedTuple):
    """A file that agents may send. path: absolute. text: what a proposal says of its words, None without any, for the
    reason in text_missing. packed: its words, as they are kept beside the chain."""

    path: bytes
    sha256: str
    size: int
    type: str
    text: dict[str, object] | None = None
    text_missing: str | None = None
    packed: bytes | None = None


class NotProposed(NamedTuple):
    """A file that is not proposed. unreadable: nobody could look at it."""

    path: str
    words: str
    help: str = ""
    unreadable: bool = False


class FileLook:
    """One pass over files and folders; what was passed over in folders is counted."""

    def __init__(self, globs: Globs | None = None) -> None:
        self._look = Look(recognise_work, globs)
        self._look.own = OwnFiles(None).writes

    @property
    def skipped_links(self) -> int:
        """Links in folders."""
        return self._look.skipped_links

    @property
    def skipped_system(self) -> int:
        """What systems leave beside the files of people."""
        return self._look.skipped_system

    def at(self, paths: Sequence[bytes]) -> Iterator[LookedFile | NotProposed]:
        """Every file in their order. Raises PartMissing without libmagic."""
        for seen in read_documents(self._look.jobs(paths)):
            path = os.fsdecode(seen.path)
            if seen.unreadable is not None or seen.known is None:
                why = seen.unreadable or "it cannot be read"
                yield NotProposed(path, why, help_for_unread(why, seen.path), unreadable=True)
                continue
            unfit = why_not_proposed(seen.known, path)
            if unfit is not None:
                yield unfit
                continue
            text = seen.text
            yield LookedFile(
                os.path.abspath(seen.path),  # noqa: PTH100 - bytes
                seen.sha256,
                seen.known.size,
                seen.known.type or "",
                None if text is None else text.for_record(),
                seen.text_missing,
                None if text is None else text.packed,
            )


def why_not_proposed(known: Recognition, path: str) -> NotProposed | None:
    """Why a file that was looked at cannot be proposed; None where it can. path: bytes of it that are no text are lone
    surrogates."""
    found = problems_of(known, path.rpartition("/")[2], "send", path)
    worst = next((each for each in found if each.severity is Severity.ERROR), None)
    if worst is not None:
        return NotProposed(path, f"{worst.code}: {worst.message}", worst.help)
    return None if _is_text(os.path.abspath(path)) else NotProposed(path, "its name is not text", "rename it")  # noqa: PTH100


def look_at_files(
    paths: Sequence[str | os.PathLike[str]], *, folders: bool
) -> tuple[list[LookedFile], list[NotProposed], FileLook]:
    """Look at files before a store is opened. folders: whether one may be a folder, which stands for what is below it.
    UsageError for a folder otherwise, and for too many files."""
    given = list(dict.fromkeys(os.fsencode(path) for path in paths))
    if not given:
        raise UsageError("no file to propose; nothing was changed", hint="name the files")
    for path in given:
        if not folders and os.path.isdir(path):  # noqa: PTH112 - bytes
            name = os.fsdecode(path)
            raise UsageError(f"{name} is a folder; nothing was changed", hint="propose what is in it",
                             topic=("library-add", file_word(name)))  # fmt: skip
    files, unfit, looking = list[LookedFile](), list[NotProposed](), FileLook()
    for seen in looking.at(given):
        if isinstance(seen, NotProposed):
            unfit.append(seen)
        else:
            files.append(seen)
        if len(files) > MOST_FILES:
            raise _too_many(given, {os.path.dirname(file.path) for file in files})  # noqa: PTH120 - bytes
    unique = {file.path: file for file in files}
    return list(unique.values()), unfit, looking


def _too_many(given: Sequence[bytes], seen: set[bytes]) -> UsageError:
    """seen: the folders of the files. One without folders in it has to be taken by how the names of its files begin."""
    here = os.path.abspath(given[0])  # noqa: PTH100 - bytes
    what = f"more than {MOST_FILES:,} files in one proposal; nothing was changed"
    if len(given) == 1 and seen == {here}:
        folder, name = file_word(os.fsdecode(given[0])).rstrip("/") or "/", os.fsdecode(here).rpartition("/")[2]
        return UsageError(what, hint="propose its files in parts", topic=("library-parts", folder, name))
    return UsageError(what, hint="propose the folders in it one by one" if len(given) == 1 else "propose them in parts")


def _is_text(path: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in path)
