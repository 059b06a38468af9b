"""Approving a proposal: a second person says that exactly these files may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import Refused
from occ_media_cli.library import library_rows, proposals
from occ_media_cli.library.approval_ends import (
    ApprovalEnd,
    documents_left,
    ending_retirements,
    next_approvals,
    replaced_versions,
)
from occ_media_cli.library.find_proposal import find_proposal
from occ_media_cli.library.library_documents import nameless_documents
from occ_media_cli.library.lying_files import look_where_they_lay
from occ_media_cli.library.names_alike import AlikeName, names_alike
from occ_media_cli.library.same_bytes import StoppedBytes, sendable_otherwise, stopped_before
from occ_media_cli.report.words import items, plural
from occ_media_cli.settings import past, second_person
from occ_media_cli.settings.second_person import Actor
from occ_media_cli.store import chain
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.lying_files import LyingFile
    from occ_media_cli.library.proposals import Proposal
    from occ_media_cli.store.open import Store


@dataclass(frozen=True, slots=True)
class LibraryApproval:
    """An approval. two_people: how sure it is that two people agreed. replaced: versions that ended by it, each with
    the name of its document. ends: by what it ends itself, of what was decided for a later time than its own.
    not_compared: files that are not there or cannot be read from here, so that nobody knows whether what lies there is
    what was approved, each with the reason. nameless: documents whose names an erasure took, which stay approved and of
    which these may be a new version. still: documents and versions by which bytes of what ended may be sent all the
    same. stopped: under which names these bytes were retired or replaced before. alike: names and
    versions on record that are read like these."""

    proposal: Proposal
    approver: str
    two_people: str
    replaced: tuple[tuple[str, str], ...]
    ends: tuple[ApprovalEnd, ...] = ()
    not_compared: tuple[tuple[str, str], ...] = ()
    nameless: tuple[str, ...] = ()
    still: tuple[tuple[str, str], ...] = ()
    stopped: tuple[StoppedBytes, ...] = ()
    alike: tuple[AlikeName, ...] = ()


def approve(
    store: Store,
    name: str,
    stamp: chain.Stamp,
    *,
    version: str | None = None,
    backdate: str | None = None,
    dry_run: bool = False,
) -> LibraryApproval:
    """Approve the proposal of a name, or of an id, so that its files may be sent from now on.

    backdate: why it is approved at a moment before the newest change of the library, which is refused otherwise.
    Refused for who proposed it, while the store asks for a second person, for a name that may be read as another, for a
    proposal that is approved, withdrawn, expired or older than what is approved now, and where other bytes lie at the
    path of a file. UsageError where several versions wait and none is named, or several proposals of one version with
    other bytes and it is not named by its id. NotFound where nothing waits. StoreInvalid where it is not what was
    proposed.
    """  # fmt: skip
    connection = store.ledger
    refuse_unfit(backdate)
    looked_at = find_proposal(connection, name, version, stamp.now)
    lying = look_where_they_lay(connection, looked_at.event)  # before anybody has to wait for it
    with proposals.deciding(connection, stamp, dry_run=dry_run) as stamp:
        found = find_proposal(connection, name, version, stamp.now)
        if found.event != looked_at.event:
            raise Refused(f"{found.name} was proposed again meanwhile, as {found.proposal}; nothing was approved",
                          hint="look at it first")  # fmt: skip
        proposals.refuse_altered(connection, found)
        _refuse_person(connection, found, stamp.actor)
        _refuse_state(connection, found, stamp)
        _refuse_other_bytes(lying)
        if stamp.now < found.proposed:
            raise Refused(
                f"{found.proposal} was proposed at {times.text(found.proposed)}, after {times.text(stamp.now)};"
                " nothing was approved",
                hint="approve it at a later time",
            )
        changes = f"SELECT seq FROM event WHERE kind IN ({', '.join('?' * len(library_rows.KINDS))})"
        past.refuse_events_past(connection, "the library was", (changes, library_rows.KINDS), stamp, backdate,
                                library_rows.HOLDS_FROM)  # fmt: skip
        replaced = replaced_versions(connection, found, stamp.now)
        ended = ending_retirements(connection, found, stamp.now)
        ends = (*next_approvals(connection, found, stamp.now), *(each for each, _ in ended))
        nameless = _nameless_beside(connection, found, stamp.now)
        over = {(each.event, each.document) for each in replaced}
        still = sendable_otherwise(connection, over, stamp.now, instead=found.event)
        stopped = _stopped_before(connection, found, stamp.now)
        names = (found.name, *documents_left(connection, found))
        alike = names_alike(connection, [(each, found.version) for each in names], stamp.now)
        (digest,) = connection.execute("SELECT digest FROM library_proposal WHERE event = ?", (found.event,)).fetchone()
        body = {
            "proposed": found.event, "proposal": found.proposal, "digest": digest, "name": found.name,
            "version": found.version, **past.recorded(backdate),
        }  # fmt: skip
        if ended:
            body["ended"] = list(dict.fromkeys(pair for _, pair in ended))
        if not dry_run:
            library_rows.record(connection, chain.Event(library_rows.APPROVE, body, stamp.now), stamp)
    people = second_person.describe_two_people(found.proposer, [Actor(stamp.actor, stamp.os_user)])
    return LibraryApproval(
        found, stamp.actor, people, tuple(dict.fromkeys((each.name, each.version) for each in replaced)), ends,
        tuple((each.path, each.why) for each in lying), nameless, still, stopped, alike,
    )  # fmt: skip


def _refuse_other_bytes(lying: list[LyingFile]) -> None:
    """Refused where the file that an approver would look at is not the one that was proposed."""
    other = [each for each in lying if each.found is not None]
    if other:
        more = f" and {plural(len(other) - 1, 'more file')}" if len(other) > 1 else ""
        raise Refused(
            f"{other[0].path}{more} has other bytes than what was proposed ({str(other[0].found)[:16]}, not"
            f" {other[0].proposed[:16]}); nothing was approved",
            hint="bring the file back that was proposed, or propose what lies there",
        )


def _refuse_person(connection: sqlite3.Connection, found: Proposal, actor: str) -> None:
    second_person.refuse_unclear_approver(actor)
    if second_person.is_refused(connection, found.proposer.actor, actor):
        who = second_person.name_both(actor, found.proposer.actor)
        raise Refused(
            f"{who} proposed {found.name} {found.version} and cannot approve it too; nothing was approved",
            hint="another person must approve it",
            topic=("library-by-another", "another person must approve it", found.proposal),
        )


def _refuse_state(connection: sqlite3.Connection, found: Proposal, stamp: chain.Stamp) -> None:
    what = f"{found.name} {found.version} ({found.proposal})"
    if found.approved is not None:
        raise Refused(f"{what} was approved before; nothing was changed", hint="see what is approved",
                      topic=("library",))  # fmt: skip
    if not found.files:
        raise Refused(f"{what} was withdrawn; nothing was approved", hint="propose it again")
    if found.expires is not None and found.expires <= stamp.now:
        raise Refused(
            f"{what} ends at {times.text(found.expires)}, which is past; nothing was approved",
            hint="propose it again with a later end",
        )
    if found.lost is not None:
        _refuse_lost(connection, found, what)


def _refuse_lost(connection: sqlite3.Connection, found: Proposal, what: str) -> None:
    """Refused for a proposal that lost its place, with what took it."""
    newest = proposals.proposed_again(connection, found) or found
    if newest.lost is not None or newest.approved is not None:
        names = _approved_by(connection, newest, newest.lost if newest.approved is None else newest.approved)
        raise Refused(
            f"{what} is older than what is approved now of {items(names)}; nothing was approved",
            hint="propose it again",
        )
    if not newest.files:
        raise Refused(
            f"{what} was proposed again as {newest.proposal}, which was withdrawn; nothing was approved",
            hint="propose it again",
        )
    raise Refused(
        f"{what} was proposed again as {newest.proposal}; nothing was approved",
        hint="approve the newer one", topic=("library-approve", newest.proposal),
    )  # fmt: skip


def _approved_by(connection: sqlite3.Connection, found: Proposal, approval: int | None) -> list[str]:
    """The documents of a proposal that an approval is of, too."""
    rows = connection.execute(
        "SELECT DISTINCT d.name FROM library_approval a JOIN library_file n ON n.event = a.proposal"
        " JOIN library_document d ON d.number = n.document JOIN library_file f ON f.document = n.document"
        " WHERE a.event = ? AND f.event = ? ORDER BY d.key",
        (approval, found.event),
    )
    return [str(name) for (name,) in rows]


def _stopped_before(connection: sqlite3.Connection, found: Proposal, now: int) -> tuple[StoppedBytes, ...]:
    """What became of the bytes of a proposal, those of its files that nobody withdrew, before it."""
    rows = connection.execute(
        f"SELECT f.sha256, f.document FROM library_file f WHERE f.event = ? AND NOT {proposals.WITHDRAWN}",
        (found.event,),
    ).fetchall()
    return stopped_before(connection, {row[0] for row in rows}, {row[1] for row in rows}, now, found.event)


def _nameless_beside(connection: sqlite3.Connection, found: Proposal, now: int) -> tuple[str, ...]:
    """Documents without a name that stay approved and of which a proposal may be a new version."""
    rows = connection.execute(
        "SELECT d.number, d.event FROM library_file f JOIN library_document d ON d.number = f.document"
        " WHERE f.event = ?", (found.event,),
    ).fetchall()  # fmt: skip
    own = {number for number, _ in rows}
    new = any(event == found.event for _, event in rows)
    return nameless_documents(connection, found.name, now, own, new=new)
