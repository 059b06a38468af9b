"""Proposals as the store has them: what they propose, whether they are as their events say, and whether they wait."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
    approval, if there is one. files: those that nobody has withdrawn."""

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
  (SELECT count(*) FROM library_file f WHERE f.event = p.event AND {WITHDRAWN})
FROM library_proposal p JOIN event e ON e.seq = p.event"""


def select(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Proposal]:
    """Proposals, oldest first. where: a condition over p, a row of `library_proposal`."""
    rows = connection.execute(f"{_SELECT} WHERE {where} ORDER BY p.event", values)
    return [
        Proposal(event, proposal, name, version, bool(several), expires, Actor(actor, user), *rest)
        for event, proposal, name, version, several, expires, actor, user, *rest in rows
    ]


def waits(proposal: Proposal, now: int) -> bool:
    """Whether nobody approved or withdrew a proposal, and its end has not come at a moment."""
    return (
        proposal.approved is None and proposal.files > 0 and (proposal.expires is None or proposal.expires > now)
    )  # fmt: skip


def proposed_again(connection: sqlite3.Connection, found: Proposal) -> Proposal | None:
    """The newest proposal that took the place of one which waits: of the same name and version. One that was withdrawn
    since counts where it has a document of this one; what it took the place of does not come back by that."""
    newer = select(
        connection, "p.key = (SELECT key FROM library_proposal WHERE event = ?1) AND p.event > ?1", (found.event,)
    )  # fmt: skip
    shares = (
        "SELECT 1 FROM library_file f JOIN library_file n ON n.document = f.document WHERE f.event = ? AND n.event = ?"
    )
    return next(
        (each for each in reversed(newer) if key_of(each.version) == key_of(found.version) and each.approved is None
         and (each.files or connection.execute(shares, (found.event, each.event)).fetchone())), None,
    )  # fmt: skip


def approved_after(connection: sqlite3.Connection, found: Proposal) -> list[str]:
    """The documents of a proposal of which a later proposal was approved."""
    rows = connection.execute(
        "SELECT DISTINCT d.name FROM library_file f JOIN library_document d ON d.number = f.document"
        " JOIN library_file n ON n.document = f.document AND n.event > f.event"
        " JOIN library_approval a ON a.proposal = n.event WHERE f.event = ? ORDER BY d.key",
        (found.event,),
    )
    return [str(name) for (name,) in rows]


def contents_of(connection: sqlite3.Connection, proposal: Proposal) -> frozenset[tuple[int, str]]:
    """Which bytes a proposal is of: its documents, each with a sha256."""
    rows = connection.execute("SELECT document, sha256 FROM library_file WHERE event = ?", (proposal.event,))
    return frozenset((int(document), str(sha256)) for document, sha256 in rows)


def digest_of(body: Mapping[str, Any]) -> str:
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
        digest = digest_of(body)
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
