"""A file that somebody holds in the hand, and what the library says of it, in words: for `find` and `verify`."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from occ_media_cli.library.library_list import STATES
from occ_media_cli.library.lookup import OTHER_INBOX, LibraryMatch
from occ_media_cli.library.read_text import read_documents
from occ_media_cli.media.codes import CODES as MEDIA_CODES
from occ_media_cli.media.codes import Code
from occ_media_cli.media.problems import Problem, help_for_unread
from occ_media_cli.report.words import plural, shell
from occ_media_cli.values import value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.library.fingerprint import Difference, Pair
    from occ_media_cli.library.lookup import KnownFile, Lookup
    from occ_media_cli.library.read_text import DocumentFile
    from occ_media_cli.media.look import Look

_ERROR, _NOTE = Severity.ERROR, Severity.NOTE

VERDICTS = (
    "approved", *(state for state in STATES if state != "approved"), OTHER_INBOX, "changed", "unknown", "gone",
    "not-checked",
)  # fmt: skip
"""What is said of a file: its state in the library where its bytes are in it; else `changed` where its words are, or it
lies where an approved file lay; `gone` is an approved file that lay in a folder and does not any more."""

CODES: dict[str, Code] = {
    "other-inbox": Code(_ERROR, "A file that is approved for other inboxes", "Send it there, or have it approved."),
    "replaced-version": Code(_ERROR, "An older version of a document", "Send the current one."),
    "expired-version": Code(_ERROR, "A version whose time has ended", "Send the current one."),
    "retired-version": Code(_ERROR, "A version that somebody retired", "Send the current one."),
    "waits-for-approval": Code(_ERROR, "A file that nobody has approved yet", "Have another person approve it."),
    "same-text": Code(_ERROR, "Another save of a document in the library", "Send the one that is approved."),
    "near-text": Code(_ERROR, "A document of the library with other words in places", "Send the one that is approved."),
    "other-content": Code(_ERROR, "Other bytes where an approved file lay", "Bring the approved one back."),
    "not-in-library": Code(_ERROR, "A file that nobody proposed", "Propose it."),
    "gone-file": Code(_ERROR, "An approved file that is not where it lay", "Bring it back, or retire it."),
    "unreadable": MEDIA_CODES["unreadable"],
    "approved-version": Code(_NOTE, "A file that may be sent", ""),
    "text-not-compared": Code(_NOTE, "A file whose words could not be compared", ""),
}
"""What can be said of a file."""

_BY_STATE = {
    "replaced": ("replaced-version", "was replaced"), "expired": ("expired-version", "has ended"),
    "retired": ("retired-version", "was retired"), OTHER_INBOX: ("other-inbox", "is approved for"),
}  # fmt: skip


@value
class FileAnswer:
    """What the library says of a file. answer: how it is known, and as what. text_missing: why its words were not
    compared."""

    path: bytes
    verdict: str
    problems: tuple[Problem, ...]
    answer: LibraryMatch
    sha256: str | None = None
    type: str | None = None
    size: int | None = None
    text_missing: str | None = None

    @property
    def shown(self) -> str:
        """The path as text; bytes that are no text come back as lone surrogates."""
        return os.fsdecode(self.path)

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes may be sent."""
        return self.answer.may_be_sent


def find_files(look: Look, paths: Iterable[bytes], lookup: Lookup | None) -> Iterator[FileAnswer]:
    """What the library says of each file of the paths, in their order. Raises PartMissing without libmagic.

    lookup: None where there is no library.
    """
    for seen in read_documents(look.jobs(paths), lookup.known_contents() if lookup is not None else ()):
        yield _answer(seen, lookup)


def verify_folder(look: Look, folder: bytes, lookup: Lookup | None) -> Iterator[FileAnswer]:
    """What the library says of each file below a folder, and then of each approved file that lay there and is gone."""
    expected: dict[str, KnownFile] = {}
    if lookup is not None:
        expected = lookup.sendable_below(os.path.abspath(os.fsdecode(folder)))  # noqa: PTH100 - through no link
    for found in find_files(look, [folder], lookup):
        lay = expected.pop(os.path.abspath(found.shown), None)  # noqa: PTH100 - as it was proposed
        yield found if lay is None else _where_it_lay(found, lay)
    for path, lay in expected.items():
        there = _what_is_at(path)
        if there is None:
            continue
        message = f"{_named(lay)} is approved and lay here{there}"
        help_ = f"bring it back, or: {shell('occ-media', 'library', 'retire', lay.name, '--reason', 'TEXT')}"
        problem = Problem("gone-file", _ERROR, message, help_)
        yield FileAnswer(
            os.fsencode(path), "gone", (problem,), LibraryMatch("none", lay, lay), lay.sha256, lay.type, lay.size
        )


def _what_is_at(path: str) -> str | None:
    """What is where an approved file lay that no walk met, in words; None for a file that was passed over as asked, and
    where nobody may look, which the walk told."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError):
        return None
    return None if stat.S_ISREG(found.st_mode) else "; what is there now is no regular file"


def _answer(seen: DocumentFile, lookup: Lookup | None) -> FileAnswer:
    if seen.unreadable is not None:
        problem = Problem("unreadable", _ERROR, seen.unreadable, help_for_unread(seen.unreadable, seen.path))
        return FileAnswer(seen.path, "not-checked", (problem,), LibraryMatch("none"), size=seen.size)
    found = lookup.find_version(seen.sha256, seen.text) if lookup is not None else LibraryMatch("none")
    problems = [problem_of_answer(found, os.fsdecode(seen.path))]
    if found.how == "none" and seen.text_missing is not None:
        problems.append(Problem("text-not-compared", _NOTE, f"its words were not compared: {seen.text_missing}"))
    verdict = "unknown"
    if found.file is not None:
        verdict = found.file.state if found.how == "exact" else "changed"
    kind = seen.known.type if seen.known is not None else None
    return FileAnswer(seen.path, verdict, tuple(problems), found, seen.sha256, kind, seen.size, seen.text_missing)


def _where_it_lay(found: FileAnswer, lay: KnownFile) -> FileAnswer:
    """A file at the place of an approved one; nobody knew its words."""
    if found.verdict != "unknown":
        return found
    problem = Problem("other-content", _ERROR, f"other bytes than {_named(lay)}, which lay here",
                      "bring the approved one back, or propose this one")  # fmt: skip
    return FileAnswer(
        found.path, "changed", (problem, *found.problems[1:]), LibraryMatch("none", lay, lay), found.sha256, found.type,
        found.size, found.text_missing,
    )  # fmt: skip


def problem_of_answer(found: LibraryMatch, shown: str, inboxes: str = "other inboxes") -> Problem:
    """What an answer says of a file in words, and what to do. shown: the path of the file. inboxes: for which it is
    approved, where that is not the one that is asked about."""
    file, current = found.file, found.current
    if file is None:
        return Problem("not-in-library", _ERROR, "nobody proposed it", _propose(shown, "NAME"))
    send = f"send {shell(current.path)}" if current is not None else _propose(shown, file.name)
    if current is not None and current.path == os.path.abspath(shown):  # noqa: PTH100 - as it was proposed
        send = f"bring the approved one back here, or propose this one: {_propose(shown, file.name)}"
    if found.how == "same-text":
        message = f"the same words as {_named(file)} ({_in_words(file)}) in another save{_instead(found)}"
        return Problem("same-text", _ERROR, message, send)
    if found.how == "near":
        message = f"{differs(found.difference)} from {_named(file)} ({_in_words(file)}){_instead(found)}"
        return Problem("near-text", _ERROR, message, send)
    if file.state == "approved":
        return Problem("approved-version", _NOTE, f"{_named(file)} may be sent; it lies at {file.path}")
    if file.state == "proposed":
        message = f"{_named(file)} was proposed by {file.proposed_by} and waits for approval{_instead(found)}"
        help_ = f"another person: {shell('occ-media', '--actor', 'NAME', 'library', 'approve', file.proposal)}"
        return Problem("waits-for-approval", _ERROR, message, help_ if current is None else send)
    code, what = _BY_STATE[file.state]
    why = f" {inboxes}" if file.state == OTHER_INBOX else ""
    if file.state == "retired" and file.ended_why:
        why = f" ({file.ended_why})"
    return Problem(code, _ERROR, f"{_named(file)} {what}{why}{_instead(found)}", send)


def _named(file: KnownFile) -> str:
    return f"{file.name} {file.version}"


def _in_words(file: KnownFile) -> str:
    return file.state.replace("-", " ")


def _instead(found: LibraryMatch) -> str:
    """What may be sent in its place."""
    current, file = found.current, found.file
    if current is None:
        return "; no version of it may be sent now"
    if file is not None and (current.event, current.place) == (file.event, file.place):
        return f"; that lies at {current.path}"
    return f"; {current.version} is current and lies at {current.path}"


def _propose(shown: str, name: str) -> str:
    return shell("occ-media", "library", "propose", shown, "--name", name, "--version", "V")


def differs(found: Difference | None) -> str:
    """A difference in words: how many differ, and which."""
    if found is None:
        return "its words differ"
    count = (
        f"{'about ' if found.about else ''}{plural(found.words, 'word')} {'differs' if found.words == 1 else 'differ'}"
    )
    if found.moved:
        return f"the same words in another order: {count}"
    if not found.pairs:
        return count
    pairs = "; ".join(_pair(each) for each in found.pairs)
    more = f"; and {plural(found.left_out, 'more place', 'more places')}" if found.left_out else ""
    return f"{count} ({pairs}{more})"


def _pair(pair: Pair) -> str:
    cut = " …" if pair.cut else ""
    if not pair.old:
        return f"new: {pair.new}{cut}"
    return f"left out: {pair.old}{cut}" if not pair.new else f"{pair.old} → {pair.new}{cut}"
