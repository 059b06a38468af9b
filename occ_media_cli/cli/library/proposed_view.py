"""What came of proposing files, in lines for people; the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.cli.library.library_options import NOT_DONE
from occ_media_cli.cli.library.reach_words import describe_reach
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE
from occ_media_cli.library.renewal import retire_line
from occ_media_cli.report.words import plural, shell_named, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.library.names_alike import AlikeName
    from occ_media_cli.library.record_proposal import Proposed
    from occ_media_cli.library.same_bytes import StoppedBytes

MOST_LISTED = 20
"""Files, or other things a line each, that are listed; the rest is counted."""


def show(session: Session, found: Proposed, *, dry_run: bool) -> int:
    """Say it, and return the exit code."""
    for each in found.refused:
        session.warn(f"not proposed: {each.path}: {each.words}" + (f"; help: {each.help}" if each.help else ""))
    if found.is_empty:
        session.say(f"{found.name}: nothing was proposed: there is no file")
    elif found.proposal is None:
        why = "no file of it may be sent" if not found.unchanged else "nothing in it is new"
        session.say(f"{found.name}: nothing was proposed: {why}")
    else:
        proposal = "" if dry_run else f", proposal {found.proposal}"
        session.say(f"{found.name}, version {found.version}{proposal}")
        list_lines(session, [f"{each.document}  {each.type}  {size(each.size)}" for each in found.files])
        session.say(f"  {describe_reach(found.inboxes, found.tags, found.expires)}")
    if found.unchanged:
        session.say(f"  {plural(found.unchanged, 'file')} unchanged, approved as {_it_is(found.unchanged)}")
    _note_left_out(session, found)
    warn_of_same_bytes(session, (), found.stopped)
    warn_of_alike(session, found.alike)
    for old in found.displaced:
        which = "is of other bytes and waited" if found.other_bytes else "waited"
        session.note(
            f"note: it takes the place of {old.proposal}, by {old.proposer.actor} at {times.text(old.proposed)}, which"
            f" {which} for approval"
        )
    for name in found.left_out[:MOST_LISTED]:
        session.note(f"note: {name} waited with that, and is not in this one: it waits no more by it")
    if len(found.left_out) > MOST_LISTED:
        session.note(f"note: nor {plural(len(found.left_out) - MOST_LISTED, 'more document')}")
    for other in found.beside:
        session.note(
            f"note: {other.proposal} of that name, by {other.proposer.actor} at {times.text(other.proposed)}, waits"
            " beside it: it is of other documents"
        )
    if found.proposal is not None:
        count = plural(len(found.files), "file")
        if dry_run:
            session.say(f"{count} would be proposed; {NOT_DONE}")
        else:
            them = "it" if len(found.files) == 1 else "them"
            session.say(f"{count} proposed by {session.actor}; nobody may send {them} until another person approves")
            meant = found.proposal if found.other_bytes or found.beside else found.name
            session.hint(f"next, by another person: {shell_named(('occ-media', 'library', 'approve'), (meant,))}")
    if not found.refused:
        return EXIT_INCOMPLETE if found.is_empty else EXIT_DONE
    return EXIT_INCOMPLETE if all(each.unreadable for each in found.refused) else EXIT_FINDINGS


def list_lines(
    session: Session, lines: Sequence[str], *, what: str = "file", rest: str = "; occ-media library list has all"
) -> None:
    """Say some lines, and how many more there are. what: a line is about; rest: what has them all."""
    session.say(*(f"  {line}" for line in lines[:MOST_LISTED]))
    if len(lines) > MOST_LISTED:
        session.say(session.at_store(f"  and {plural(len(lines) - MOST_LISTED, f'more {what}')}{rest}"))


def warn_of_nameless(session: Session, names: Sequence[str]) -> None:
    """Say which documents stay approved whose names an erasure took, and how to end each."""
    for name in names[:MOST_LISTED]:
        session.warn(
            f"warning: {name} stays approved; its name was erased, and it may be the same document",
            f"  to end it: {retire_line(name)}",
        )
    if len(names) > MOST_LISTED:
        more = plural(len(names) - MOST_LISTED, "more document")
        session.warn(f"warning: {more}: occ-media library list --name '(erased*'")


def warn_of_same_bytes(
    session: Session, still: Sequence[tuple[str, str]], stopped: Sequence[StoppedBytes] = ()
) -> None:
    """Say by what the bytes that ended may still be sent, and under which names those that begin were stopped."""
    told = [f"some of the same bytes may still be sent as {document} {version}" for document, version in still]
    told += [f"the same bytes are {each.in_words()}" for each in stopped]
    for words in told[:MOST_LISTED]:
        session.warn(f"warning: {words}")
    if len(told) > MOST_LISTED:
        more = plural(len(told) - MOST_LISTED, "more version")
        session.warn(f"warning: {more} of the same bytes: occ-media library list")


def warn_of_alike(session: Session, alike: Sequence[AlikeName]) -> None:
    """Say which names and versions on record are read like those that are told of."""
    for each in alike[:MOST_LISTED]:
        session.warn(f"warning: {each.in_words()}")
    if len(alike) > MOST_LISTED:
        session.warn(f"warning: {plural(len(alike) - MOST_LISTED, 'more name')} that are read like others")


def _note_left_out(session: Session, found: Proposed) -> None:
    warn_of_nameless(session, found.nameless)
    for name in found.gone:
        session.note(
            f"note: {name} is approved, and is not in the folder any more",
            f"  to end it: {retire_line(name)}",
        )
    if found.skipped_links:
        session.note(f"note: {plural(found.skipped_links, 'link')} left out: a link is no file of the folder")
    if found.skipped_system:
        session.note(f"note: {plural(found.skipped_system, 'system file')} left out")


def _it_is(count: int) -> str:
    return "it is" if count == 1 else "they are"
