"""A file that somebody holds in the hand, and what the library says of it, in words: for `find` and `verify`."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.library.library_match import OTHER_INBOX, LibraryMatch
from occ_media_cli.library.library_names import is_erased
from occ_media_cli.library.library_states import STATES
from occ_media_cli.library.proposed_files import why_not_proposed
from occ_media_cli.library.read_text import read_documents
from occ_media_cli.library.renewal import propose_line
from occ_media_cli.media.codes import CODES as MEDIA_CODES
from occ_media_cli.media.codes import Code
from occ_media_cli.media.problems import Problem, help_for_unread
from occ_media_cli.report.words import items, plural, shell
from occ_media_cli.values import value
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.library.compare_words import Difference, Pair
    from occ_media_cli.library.library_match import KnownFile
    from occ_media_cli.library.lookup import Lookup
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
    "approved-later": Code(_ERROR, "A version that is approved from a later moment on", "Wait until then."),
    "same-text": Code(_ERROR, "Another save of a document in the library", "Send the one that is approved."),
    "near-text": Code(_ERROR, "A document of the library with other words in places", "Send the one that is approved."),
    "other-content": Code(_ERROR, "Other bytes where an approved file lay", "Bring the approved one back."),
    "not-in-library": Code(_ERROR, "A file that nobody proposed", "Propose it."),
    "gone-file": Code(_ERROR, "An approved file that is not where it lay", "Bring it back, or retire it."),
    "unreadable": MEDIA_CODES["unreadable"],
    "approved-version": Code(_NOTE, "A file that may be sent", ""),
    "approval-ended": MEDIA_CODES["approval-ended"],
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


def _answer(seen: DocumentFile, lookup: Lookup | None) -> FileAnswer:
    if seen.unreadable is not None:
        problem = Problem("unreadable", _ERROR, seen.unreadable, help_for_unread(seen.unreadable, seen.path))
        return FileAnswer(seen.path, "not-checked", (problem,), LibraryMatch("none"), size=seen.size)
    shown = os.fsdecode(seen.path)
    found, lay = LibraryMatch("none"), None
    if lookup is not None:
        found = lookup.advise(lookup.find_version(seen.sha256, seen.text), shown)
        lay = lookup.lay_at(recorded_path(shown)) if found.how == "none" else None
    if lay is not None:
        there = dataclasses.replace(lay, lies=False)
        found = lookup.advise(LibraryMatch("none", there, there), shown) if lookup is not None else found
    unfit = None if seen.known is None else why_not_proposed(seen.known, shown)
    if unfit is not None:
        found = dataclasses.replace(found, unfit="; ".join(filter(None, (unfit.words, unfit.help))))
    problems = [problem_of_answer(found, shown)]
    over = lookup.ended(seen.sha256, shown) if lookup is not None and found.may_be_sent else None
    if over is not None:
        why = problem_of_answer(over, shown)
        what = f"it may be sent at the moment asked about only: {why.message}"
        problems.append(Problem("approval-ended", _NOTE, what, why.help))
    if found.how == "none" and seen.text_missing is not None:
        problems.append(Problem("text-not-compared", _NOTE, f"its words were not compared: {seen.text_missing}"))
    verdict = "unknown"
    if found.file is not None:
        verdict = found.file.state if found.how == "exact" else "changed"
    kind = seen.known.type if seen.known is not None else None
    return FileAnswer(seen.path, verdict, tuple(problems), found, seen.sha256, kind, seen.size, seen.text_missing)


def recorded_path(shown: str) -> str:
    """A path as it is on record where a file of it is proposed: absolute, and through no link."""
    return os.path.abspath(shown)  # noqa: PTH100 - Path.resolve follows links


def problem_of_answer(found: LibraryMatch, shown: str, version: str = "V") -> Problem:
    """What an answer says of a file in words, and what to do. found: with what `Adviser.advise` adds. shown: the path
    of the file. version: what another version of the document may be called."""
    file = found.file
    if file is None:
        return Problem("not-in-library", _ERROR, "nobody proposed it", propose_again(found, shown))
    if found.how == "none":
        help_ = _or_propose(found, shown, version, "bring the approved one back")
        return Problem("other-content", _ERROR, f"other bytes than {named(file)}, which lay here", help_)
    send = _what_to_send(found, shown, version)
    if found.how == "same-text":
        message = f"the same words as {named(file)} ({_in_words(file)}) in another save{_instead(found)}"
        return Problem("same-text", _ERROR, message, send)
    if found.how == "near":
        message = f"{differs(found.difference)} from {named(file)} ({_in_words(file)}){_instead(found)}"
        return Problem("near-text", _ERROR, message, send)
    if file.state == "approved":
        return Problem("approved-version", _NOTE, f"{named(file)} may be sent; it {_lies(file)}")
    if file.state == "proposed":
        message = f"{named(file)} was proposed by {file.proposed_by} and waits for approval{_instead(found)}"
        help_ = f"another person: {shell('occ-media', '--actor', 'NAME', 'library', 'approve', file.proposal)}"
        return Problem("waits-for-approval", _ERROR, message, help_ + _until_then(found, shown, send))
    if file.state == "approved-later":
        message = f"{named(file)} is approved from {times.optional_text(file.approved)} on{_instead(found)}"
        help_ = "from then on those that it is for may send it"
        return Problem("approved-later", _ERROR, message, help_ + _until_then(found, shown, send))
    code, what = _BY_STATE[file.state]
    why = f" {_for_whom(found)}" if file.state == OTHER_INBOX else ""
    if found.tags_unrecorded:
        why += "; the tags that the document of the settings has now are not recorded yet"
    if file.state == "retired" and file.ended_why:
        why = f" ({file.ended_why})"
    return Problem(code, _ERROR, f"{named(file)} {what}{why}{_instead(found)}", send)


def _until_then(found: LibraryMatch, shown: str, send: str) -> str:
    """What to send until a file may be sent, where there is one."""
    current = found.current
    is_sendable = current is not None and current.lies and current.path != recorded_path(shown)
    return f"; until then {send}" if is_sendable else ""


def propose_again(found: LibraryMatch, shown: str, version: str = "V") -> str:
    """The command that proposes a file as a version of the document that it is like, for everybody who has one."""
    if found.unfit:
        return f"it cannot be proposed: {found.unfit}"
    name = "NAME" if found.file is None else found.file.name
    return propose_line(shown, name, version, found.renewal)


def propose_what_is_left(found: LibraryMatch) -> str | None:
    """The command that proposes the other files of a version without one that is gone; None where none of them lies
    where it lay. A retirement would end them too."""
    renewal = found.renewal
    left = [path for path in renewal.beside if path not in renewal.away]
    if not left:
        return None
    kept = tuple(path for path in renewal.beside if path in left or is_erased(path))
    without = dataclasses.replace(renewal, beside=kept, away=())
    return propose_again(dataclasses.replace(found, renewal=without), left[0])


def _or_propose(found: LibraryMatch, shown: str, version: str, back: str) -> str:
    """What brings the approved file back, or what has this one approved, where it can be proposed."""
    return back if found.unfit else f"{back}, or propose this one: {propose_again(found, shown, version)}"


def _what_to_send(found: LibraryMatch, shown: str, version: str) -> str:
    """What to send in the place of a file, where it lies; else where to get it."""
    file, current, elsewhere = found.file, found.current, found.elsewhere
    assert file is not None  # noqa: S101  # asked of those alone
    if current is not None:
        is_here = current.path == recorded_path(shown)
        if current.lies and not is_here:
            return f"send {shell(current.path)}"
        back = "bring the approved one back here" if is_here else f"bring {current.version} back{_to(current)}"
        if found.how == "exact" or (found.how == "same-text" and file.state != "approved"):
            return back  # nobody is led to propose what was replaced, or is for others
        return _or_propose(found, shown, version, back)
    if found.how == "exact" and file.state == OTHER_INBOX:
        return propose_again(found, shown) if found.unfit else _widen(found, file, shown)
    if elsewhere is None:
        return propose_again(found, shown, version)
    back = "" if elsewhere.lies else f"bring {elsewhere.version} back{_to(elsewhere)}, then "
    return back + _widen(found, elsewhere, elsewhere.path)


def _to(file: KnownFile) -> str:
    return "" if is_erased(file.path) else f" to {file.path}"


def _widen(found: LibraryMatch, file: KnownFile, path: str) -> str:
    """Have a version approved for those who ask, too."""
    renewal = found.renewal
    more = tuple(name for name in found.not_for if name not in renewal.inboxes)
    line = propose_line(path, file.name, file.version, dataclasses.replace(renewal, inboxes=renewal.inboxes + more))
    what = "it" if file is found.file and found.how == "exact" else file.version
    return f"have {what} approved for {items(found.not_for)}: {line}" if found.not_for else line


def _for_whom(found: LibraryMatch) -> str:
    """Which inboxes may send what those that ask may not."""
    if found.approved_for:
        return items(found.approved_for) + (f", not for {items(found.not_for)}" if found.not_for else "")
    tags = found.renewal.tags + found.renewal.unused
    if not tags:  # its inboxes were removed
        return "no inbox that is there now"
    return f"the {'tag' if len(tags) == 1 else 'tags'} {items(tags)}, which no inbox has"


def named(file: KnownFile) -> str:
    """A document and its version in words."""
    return f"{file.name} {file.version}"


def _in_words(file: KnownFile) -> str:
    return file.state.replace("-", " ")


def _lies(file: KnownFile) -> str:
    """Where a file is, or was: one may have been moved, or something else be in its place."""
    if is_erased(file.path):
        return "lay at a place whose name was erased"
    return f"{'lies' if file.lies else 'lay'} at {file.path}"


def _instead(found: LibraryMatch) -> str:
    """What may be sent in its place."""
    current, file, elsewhere = found.current, found.file, found.elsewhere
    if current is None and elsewhere is not None and file is not None and elsewhere.event != file.event:
        return f"; {elsewhere.version} is approved for {_for_whom(found)}"
    if current is None:
        return "; no version of it may be sent now"
    where = _lies(current)
    if file is not None and (current.event, current.place) == (file.event, file.place):
        return f"; that {where}"
    return f"; {current.version} is current and {where}"


def differs(found: Difference | None) -> str:
    """A difference in words: how many differ, and which."""
    if found is None:
        return "its words differ"
    roughly = "about " if found.about else "at least " if found.least else ""
    count = f"{roughly}{plural(found.words, 'word')} {'differs' if found.words == 1 else 'differ'}"
    if found.moved:
        return "the same words in another order" + ("" if found.least else f": {count}")
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
