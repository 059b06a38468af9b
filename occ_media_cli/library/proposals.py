"""Proposals as the store has them: what they propose, whether they are as their events say, and whether they wait."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.library import library_rows
from occ_media_cli.library.library_names import key_of
from occ_media_cli.settings.second_person import Actor
from occ_media_cli.store import canonical
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.who import at_the_lock

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.chain import Stamp

ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal on record. event: its place in the chain. proposed: its valid time. approved: the event of its
    approval, if there is one. files: those that nobody has withdrawn. lost: the event by which it lost its place while
    it waited, so that it cannot be approved any more."""

    event: int
    proposal: str
    name: str
    version: str
    several: bool
    expires: int | None
    proposer: Actor
    proposed: int
    wall: int
    approved: int | None
    files: int
    withdrawn: int
    lost: int | None


@contextmanager
def deciding(connection: sqlite3.Connection, stamp: Stamp, *, dry_run: bool) -> Iterator[Stamp]:
    """One change of the library: what it is decided by stays as it is until it is recorded. Gives its stamp. dry_run:
    nothing is to be recorded, so that a store that is open to read will do."""
    with nullcontext() if dry_run else transaction(connection):
        yield stamp if dry_run else at_the_lock(stamp)


WITHDRAWN = """EXISTS (SELECT 1 FROM library_retirement r
  WHERE r.proposal = f.event AND r.document = f.document)"""
"""SQL for whether a file of a proposal, f, a row of `library_file`, was withdrawn or ended."""

_SELECT = f"""SELECT p.event, p.proposal, p.name, p.version, p.several, p.expires, e.actor, e.os_user, e.ms, e.wall,
  (SELECT a.event FROM library_approval a WHERE a.proposal = p.event),
  (SELECT count(*) FROM library_file f WHERE f.event = p.event AND NOT {WITHDRAWN}),
  (SELECT count(*) FROM library_file f WHERE f.event = p.event AND {WITHDRAWN}),
  (SELECT l.lost_seq FROM library l WHERE l.seq = p.event LIMIT 1)
FROM library_proposal p JOIN event e ON e.seq = p.event"""


def select(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Proposal]:
    """Proposals, oldest first. where: a condition over p, a row of `library_proposal`."""
    rows = connection.execute(f"{_SELECT} WHERE {where} ORDER BY p.event", values)
    return [
        Proposal(event, proposal, name, version, bool(several), expires, Actor(actor, user), *rest)
        for event, proposal, name, version, several, expires, actor, user, *rest in rows
    ]


def waits(proposal: Proposal, now: int) -> bool:
    """Whether a proposal can be approved: nobody did, withdrew it or took its place, and its end has not come at a
    moment."""
    return (
        proposal.approved is None and proposal.files > 0 and proposal.lost is None
        and (proposal.expires is None or proposal.expires > now)
    )  # fmt: skip


def proposed_again(connection: sqlite3.Connection, found: Proposal) -> Proposal | None:
    """The newest of the proposals that took the place of one, each of the one before it; None where none did, or the
    approval of a later one was first."""
    newer = select(connection, "p.event = ?", (found.lost,)) if found.lost is not None else []
    return (proposed_again(connection, newer[0]) or newer[0]) if newer else None


def displaced_by(
    connection: sqlite3.Connection, name: str, version: str, documents: Collection[int]
) -> tuple[list[Proposal], list[Proposal]]:
    """Of the proposals of a name and version that nobody approved: those whose place a proposal of some documents
    takes, and those beside it, which are of other documents. What lost its place does so once."""
    same = select(connection, "p.key = ?", (key_of(name),))
    same = [each for each in same if key_of(each.version) == key_of(version) and each.approved is None
            and each.lost is None]  # fmt: skip
    shares = {
        event for (event,) in connection.execute(
            "SELECT event FROM library_file WHERE document IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(documents)),),
        )
    }  # fmt: skip
    return [each for each in same if each.event in shares], [each for each in same if each.event not in shares]


def documents_without(
    connection: sqlite3.Connection, older: Sequence[Proposal], documents: Collection[int]
) -> tuple[str, ...]:  # fmt: skip
    """The names of what proposals are of, without what was withdrawn from them and without some documents."""
    rows = connection.execute(
        "SELECT DISTINCT d.name FROM library_file f JOIN library_document d ON d.number = f.document"
        " WHERE f.event IN (SELECT value FROM json_each(?1))"
        f" AND f.document NOT IN (SELECT value FROM json_each(?2)) AND NOT {WITHDRAWN} ORDER BY d.key",
        (json.dumps([each.event for each in older]), json.dumps(sorted(documents))),
    )
    return tuple(str(name) for (name,) in rows)


def contents_of(connection: sqlite3.Connection, proposal: Proposal) -> frozenset[tuple[int, str]]:
    """Which bytes a proposal is of: its documents, each with a sha256."""
    rows = connection.execute("SELECT document, sha256 FROM library_file WHERE event = ?", (proposal.event,))
    return frozenset((int(document), str(sha256)) for document, sha256 in rows)


def digest_of_proposal(body: Mapping[str, Any]) -> str:
    """What an approval is of: which bytes, of which documents, for which inboxes, until when, by whom and after what.

    Names and paths are not in it: an erasure may take them, and the chain covers them by commitments of their own.
    """
    content = {key: body[key] for key in ("inboxes", "tags", "expires", "several", "created", "actor", "after")}
    content["files"] = [[each[key] for key in ("document", "sha256", "size", "type")] for each in body["files"]]
    return sha256(canonical.encode(content)).hexdigest()


def refuse_altered(connection: sqlite3.Connection, proposal: Proposal) -> None:
    """StoreInvalid where the rows of a proposal are not what its event says, or that is not what its id stands for."""
    (text,) = connection.execute("SELECT body FROM event WHERE seq = ?", (proposal.event,)).fetchone()
    try:
        body = json.loads(text)
        digest = digest_of_proposal(body)
        right = digest == body["digest"] and body["proposal"] == proposal.proposal == digest[:ID_DIGITS]
        right = right and all(
            sorted(rows) == sorted(_rows(connection, table, proposal.event))
            for table, rows in library_rows.rows_of(body, proposal.event).items()
        )
    except (ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise StoreInvalid(
            f"proposal {proposal.proposal} was altered in the store; nothing was changed", topic=("verify",)
        )


def _rows(connection: sqlite3.Connection, table: str, event: int) -> list[tuple[Any, ...]]:
    """The rows of a proposal; of its documents, as that of their first proposal would have made them."""
    if table == "library_document":
        return connection.execute(
            "SELECT d.number, d.name, d.key, f.event FROM library_file f"
            " JOIN library_document d ON d.number = f.document WHERE f.event = ?", (event,),
        ).fetchall()  # fmt: skip
    return connection.execute(f"SELECT * FROM {table} WHERE event = ?", (event,)).fetchall()
