"""Approving a proposal: a second person says that exactly these files may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli import times
from occ_media_cli.errors import Refused, UsageError
from occ_media_cli.library import library_rows, proposals
from occ_media_cli.library.library_documents import nameless_documents, no_document, no_version
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_states import NOT_ENDED
from occ_media_cli.library.lying_files import look_where_they_lay
from occ_media_cli.report.words import items, plural
from occ_media_cli.settings import past, second_person
from occ_media_cli.settings.inbox_names import plain_text
from occ_media_cli.settings.second_person import Actor
from occ_media_cli.store import chain

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.lying_files import LyingFile
    from occ_media_cli.library.proposals import Proposal
    from occ_media_cli.store.open import Store


class ApprovalEnd(NamedTuple):
    """When an approval of a document ends. by: the version whose approval begins then, None for a retirement."""

    document: str
    since: int
    by: str | None


@dataclass(frozen=True, slots=True)
class LibraryApproval:
    """An approval. two_people: how sure it is that two people agreed. replaced: versions that ended by it, each with
    the name of its document. ends: by what it ends itself, of what was decided for a later time than its own.
    not_compared: files that are not there or cannot be read from here, so that nobody knows whether what lies there is
    what was approved, each with the reason. nameless: documents whose names an erasure took, which stay approved and of
    which these may be a new version."""

    proposal: Proposal
    approver: str
    two_people: str
    replaced: tuple[tuple[str, str], ...]
    ends: tuple[ApprovalEnd, ...] = ()
    not_compared: tuple[tuple[str, str], ...] = ()
    nameless: tuple[str, ...] = ()


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
    plain_text(backdate or "", "the reason")
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
        past.refuse_events_past(connection, "the library was", (changes, library_rows.KINDS), stamp, backdate)
        replaced, ended = _replaced(connection, found, stamp.now), _ended(connection, found, stamp.now)
        ends = (*_next(connection, found, stamp.now), *(each for each, _ in ended))
        nameless = _nameless(connection, found, stamp.now)
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
        found, stamp.actor, people, replaced, ends, tuple((each.path, each.why) for each in lying), nameless
    )


def find_proposal(connection: sqlite3.Connection, name: str, version: str | None, now: int) -> Proposal:
    """The proposal that a name or an id means: the newest that waits, of one version."""
    by_id = proposals.select(connection, "p.proposal = ?", (name,))
    if by_id:
        return by_id[0]
    every = proposals.select(connection, "p.key = ?", (key_of(name),))
    if not every:
        _refuse_part(connection, name)
        raise no_document(connection, name)
    if version is not None:
        labels = [each.version for each in every]
        every = [each for each in every if key_of(each.version) == key_of(version)]
        if not every:
            raise no_version(name, version, labels, hint="see what waits")
    waiting = [each for each in every if proposals.waits(each, now)]
    waiting = [each for each in waiting if (again := _again(connection, each)) is None or again.files]
    versions = list(dict.fromkeys(each.version for each in waiting))
    if len({key_of(each) for each in versions}) > 1:
        newer = [each for each in versions if not _is_older(connection, _newest(waiting, each))]
        if len(newer) != 1:
            raise UsageError(
                f"several versions of '{name}' wait: {', '.join(newer or versions)}; nothing was approved",
                hint=f"say which by its id, {_ids(waiting, newer or versions)}", topic=("library-versions",),
            )  # fmt: skip
        waiting = [each for each in waiting if each.version == newer[0]]
    _refuse_swapped(connection, [each for each in waiting if not _is_older(connection, each)])
    return waiting[-1] if waiting else every[-1]


def _refuse_swapped(connection: sqlite3.Connection, waiting: list[Proposal]) -> None:
    """UsageError where proposals of one version with other bytes wait: who looked at one does not approve another."""
    if len({proposals.contents_of(connection, each) for each in waiting}) < 2:
        return
    newest = waiting[-1]
    those = ", ".join(
        f"{each.proposal} by {each.proposer.actor} at {times.text(each.proposed)}" for each in waiting
    )  # fmt: skip
    raise UsageError(
        f"several proposals of {newest.name} {newest.version} with other bytes wait: {those}; nothing was approved",
        hint="look at the newest, and approve it by its id", topic=("library-approve", newest.proposal),
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


def _newest(waiting: list[Proposal], version: str) -> Proposal:
    return [each for each in waiting if each.version == version][-1]


def _ids(waiting: list[Proposal], versions: list[str]) -> str:
    """The ids of what waits, each with its version."""
    ids = [f"{_newest(waiting, each).proposal} (version {each})" for each in versions]
    return f"{', '.join(ids[:-1])} or {ids[-1]}"


def _again(connection: sqlite3.Connection, found: Proposal) -> Proposal | None:
    """The newest proposal that took the place of one which waits: of the same name and version. One that was withdrawn
    since counts where it has a document of this one; what it took the place of does not come back by that."""
    newer = proposals.select(
        connection, "p.key = (SELECT key FROM library_proposal WHERE event = ?1) AND p.event > ?1", (found.event,)
    )  # fmt: skip
    shares = (
        "SELECT 1 FROM library_file f JOIN library_file n ON n.document = f.document WHERE f.event = ? AND n.event = ?"
    )
    return next(
        (each for each in reversed(newer) if key_of(each.version) == key_of(found.version) and each.approved is None
         and (each.files or connection.execute(shares, (found.event, each.event)).fetchone())), None,
    )  # fmt: skip


def _refuse_part(connection: sqlite3.Connection, name: str) -> None:
    """UsageError for a document that was proposed together with others."""
    row = connection.execute(
        "SELECT p.name FROM library_document d JOIN library_file f ON f.document = d.number"
        " JOIN library_proposal p ON p.event = f.event WHERE d.key = ? ORDER BY p.event DESC LIMIT 1", (key_of(name),)
    ).fetchone()  # fmt: skip
    if row is not None:
        raise UsageError(
            f"'{name}' was proposed together with others as '{row[0]}'; nothing was approved",
            hint="approve all of them, or propose that file by itself", topic=("library-part", str(row[0])),
        )  # fmt: skip


def _refuse_person(connection: sqlite3.Connection, found: Proposal, actor: str) -> None:
    second_person.refuse_unclear_approver(actor)
    if second_person.is_asked_for(connection) and second_person.is_same_person(actor, found.proposer.actor):
        raise Refused(
            f"{actor} proposed {found.name} {found.version} and cannot approve it too; nothing was approved",
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
    again = _again(connection, found)
    if again is not None and not again.files:
        raise Refused(
            f"{what} was proposed again as {again.proposal}, which was withdrawn; nothing was approved",
            hint="propose it again",
        )
    if again is not None:
        raise Refused(
            f"{what} was proposed again as {again.proposal}; nothing was approved",
            hint="approve the newer one", topic=("library-approve", again.proposal),
        )  # fmt: skip
    older = _is_older(connection, found)
    if older:
        raise Refused(
            f"{what} is older than what is approved now of {items(older)}; nothing was approved",
            hint="propose it again",
        )


def _is_older(connection: sqlite3.Connection, found: Proposal) -> list[str]:
    """The documents of a proposal of which a later proposal was approved."""
    rows = connection.execute(
        "SELECT DISTINCT d.name FROM library_file f JOIN library_document d ON d.number = f.document"
        " JOIN library_file n ON n.document = f.document AND n.event > f.event"
        " JOIN library_approval a ON a.proposal = n.event WHERE f.event = ? ORDER BY d.key",
        (found.event,),
    )
    return [str(name) for (name,) in rows]


def _replaced(connection: sqlite3.Connection, found: Proposal, now: int) -> tuple[tuple[str, str], ...]:
    """The versions that may be sent at a moment and that the approval of a proposal ends."""
    rows = connection.execute(
        "SELECT DISTINCT l.name, l.version FROM library l"
        " WHERE l.document IN (SELECT document FROM library_file WHERE event = :event) AND l.seq <> :event"
        f" AND {NOT_ENDED} ORDER BY l.name, l.version",
        {"event": found.event, "now": now},
    )
    return tuple((str(name), str(version)) for name, version in rows)


def _nameless(connection: sqlite3.Connection, found: Proposal, now: int) -> tuple[str, ...]:
    """Documents without a name that stay approved and of which a proposal may be a new version."""
    rows = connection.execute(
        "SELECT d.number, d.event FROM library_file f JOIN library_document d ON d.number = f.document"
        " WHERE f.event = ?", (found.event,),
    ).fetchall()  # fmt: skip
    own = {number for number, _ in rows}
    new = any(event == found.event for _, event in rows)
    return nameless_documents(connection, found.name, now, own, new=new)


_LEFT = f"""SELECT DISTINCT f.document AS document, d.name AS name FROM library_file f
JOIN library_document d ON d.number = f.document
WHERE f.event = ?1 AND NOT {proposals.WITHDRAWN}"""
"""The documents of a proposal that nobody withdrew from it."""


def _next(connection: sqlite3.Connection, found: Proposal, now: int) -> list[ApprovalEnd]:
    """The first approval after a moment of each document of a proposal, without those that were retired before they
    began."""
    rows = connection.execute(
        f"SELECT m.name, min(x.ms), q.version FROM ({_LEFT}) m JOIN library_file n ON n.document = m.document"
        " JOIN library_proposal q ON q.event = n.event JOIN library_approval b ON b.proposal = n.event"
        " JOIN event x ON x.seq = b.event WHERE x.ms > ?2 AND NOT EXISTS (SELECT 1 FROM library_retirement r"
        " JOIN event z ON z.seq = r.event WHERE r.proposal = n.event AND r.document = n.document"
        " AND min(z.ms, z.wall) <= x.ms) GROUP BY m.document ORDER BY m.name",
        (found.event, now),
    )
    return [ApprovalEnd(str(name), int(since), str(version)) for name, since, version in rows]


def _ended(connection: sqlite3.Connection, found: Proposal, now: int) -> list[tuple[ApprovalEnd, tuple[int, int]]]:
    """The retirements that end an approval of a proposal at a moment: those of its documents, or of its version of
    them, that hold from no earlier moment. Each with the document and the event of the retirement.

    One that a restore carried over is of the versions that it names.
    """
    rows = connection.execute(
        f"SELECT m.name, m.document, r.event, min(z.ms, z.wall), q.version,"
        " json_extract(z.body, '$.version') IS NULL AND json_extract(z.body, '$.carried') IS NULL"
        f" FROM ({_LEFT}) m JOIN library_retirement r ON r.document = m.document"
        " JOIN library_proposal q ON q.event = r.proposal JOIN event z ON z.seq = r.event"
        " WHERE min(z.ms, z.wall) >= ?2 ORDER BY m.name, 4, r.event",
        (found.event, now),
    )
    ended: dict[tuple[int, int], ApprovalEnd] = {}
    for name, document, event, since, version, whole in rows:
        if whole or key_of(version) == key_of(found.version):
            ended.setdefault((document, event), ApprovalEnd(str(name), int(since), None))
    return [(end, pair) for pair, end in ended.items()]
