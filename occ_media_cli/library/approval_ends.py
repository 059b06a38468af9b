"""What an approval ends, and by what it ends itself, of what was decided for a later time than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.library import proposals
from occ_media_cli.library.library_names import key_of
from occ_media_cli.library.library_states import IS_APPROVED

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.library.proposals import Proposal


class ApprovalEnd(NamedTuple):
    """When an approval of a document ends. by: the version whose approval begins then, None for a retirement."""

    document: str
    since: int
    by: str | None


_LEFT = f"""SELECT DISTINCT f.document AS document, d.name AS name FROM library_file f
JOIN library_document d ON d.number = f.document
WHERE f.event = ?1 AND NOT {proposals.WITHDRAWN}"""
"""The documents of a proposal that nobody withdrew from it."""


def documents_left(connection: sqlite3.Connection, found: Proposal) -> list[str]:
    """The names of the documents of a proposal that nobody withdrew from it."""
    return [str(name) for _, name in connection.execute(_LEFT, (found.event,))]


class ReplacedVersion(NamedTuple):
    """A version that an approval ends. event, document: of its proposal, and of the document in it."""

    name: str
    version: str
    event: int
    document: int


def replaced_versions(connection: sqlite3.Connection, found: Proposal, now: int) -> list[ReplacedVersion]:
    """The versions that may be sent at a moment and that the approval of a proposal ends."""
    rows = connection.execute(
        "SELECT DISTINCT l.name, l.version, l.seq, l.document FROM library l"
        " WHERE l.document IN (SELECT document FROM library_file WHERE event = :event) AND l.seq <> :event"
        f" AND {IS_APPROVED} ORDER BY l.name, l.version",
        {"event": found.event, "now": now},
    )
    return [ReplacedVersion(*row) for row in rows]


def next_approvals(connection: sqlite3.Connection, found: Proposal, now: int) -> list[ApprovalEnd]:
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


def ending_retirements(
    connection: sqlite3.Connection, found: Proposal, now: int
) -> list[tuple[ApprovalEnd, tuple[int, int]]]:
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
