"""A folder that agents send from, held to the library: what each file of it is, and which approved ones it has not."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.library.file_answer import FileAnswer, find_files, named, propose_what_is_left, recorded_path
from occ_media_cli.library.library_match import LibraryMatch
from occ_media_cli.library.renewal import retire_line
from occ_media_cli.media.problems import Problem
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.library.library_match import KnownFile
    from occ_media_cli.library.lookup import Lookup
    from occ_media_cli.media.look import Look


def verify_folder(look: Look, folder: bytes, lookup: Lookup | None) -> Iterator[FileAnswer]:
    """What the library says of each file below a folder, and then of each approved file that lay there and is gone.

    A file is `changed` where an approved one lay with other bytes, whatever may be sent of its own. One whose place an
    erasure took may have lain in any folder, under any name: it is gone where no file that was looked at has its bytes.
    """
    lay: dict[str, list[KnownFile]] = {}
    nowhere: list[KnownFile] = []
    if lookup is not None:
        lay = lookup.files.sendable_below(recorded_path(os.fsdecode(folder)))
        nowhere = lookup.files.sendable_nowhere()
    met: set[str | None] = set()
    for found in find_files(look, [folder], lookup):
        met.add(found.sha256)
        here = lay.pop(recorded_path(found.shown), [])
        missing = [each for each in here if found.sha256 not in (None, each.sha256)]
        yield found if len(missing) < len(here) or not missing else _in_its_place(found, missing.pop())
        for each in missing:
            yield _gone(lookup, each, f"{named(each)} is approved and lay here; other bytes are there now")
    root = recorded_path(os.fsdecode(folder)).rstrip("/") + "/"
    for path, files in lay.items():
        if not look.globs.wants(folder, os.fsencode(path.removeprefix(root))):
            continue
        there = _what_is_at(path)
        if there is not None:
            yield from (_gone(lookup, each, f"{named(each)} is approved and lay here{there}") for each in files)
    for each in nowhere:
        if each.sha256 not in met:
            message = f"{named(each)} is approved, where it lay was erased, and no file here has its bytes"
            yield _gone(lookup, each, message)


def _in_its_place(found: FileAnswer, lay: KnownFile) -> FileAnswer:
    """The answer of a file that lies where an approved one lay: changed, where it may be sent as something else."""
    own = found.answer.file
    if own is None or not found.may_be_sent:
        return found
    there = replace(lay, lies=False)
    message = f"the bytes of {named(own)}, not those of {named(lay)}, which lay here"
    problem = Problem("other-content", Severity.ERROR, message, "bring the approved one back")
    answer = LibraryMatch("none", there, there)
    return FileAnswer(found.path, "changed", (problem,), answer, found.sha256, found.type, found.size)


def _gone(lookup: Lookup | None, lay: KnownFile, message: str) -> FileAnswer:
    found = LibraryMatch("none", lay, lay)
    left = None if lookup is None else propose_what_is_left(lookup.advise(found))
    end = f"or: {retire_line(lay.name)}" if left is None else f"or propose a new version of what is left: {left}"
    problem = Problem("gone-file", Severity.ERROR, message, f"bring it back, {end}")
    return FileAnswer(os.fsencode(lay.path), "gone", (problem,), found, lay.sha256, lay.type, lay.size)


def _what_is_at(path: str) -> str | None:
    """What is where an approved file lay that no walk took for it, in words; None for a file that was passed over as
    asked, and where nobody may look, which the walk told."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(found.st_mode) else "; what is there now is no regular file"
