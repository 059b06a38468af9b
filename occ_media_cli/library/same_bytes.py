"""What else the library has of the same bytes: by what they may still be sent, and under which name they were stopped.

A content is let through by any approval of it, so whoever ends one version has to know of the others, and whoever
approves bytes that somebody stopped has to know of that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli import times
from occ_media_cli.library.library_states import STATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable


class StoppedBytes(NamedTuple):
    """Bytes that may not be sent any more as the version under which they were known. state: `retired`, with who did
    it and why, or `replaced`. since: from when on, in milliseconds."""

    name: str
    version: str
    state: str
    since: int
    by: str | None
    reason: str | None

    def in_words(self) -> str:
        """What became of them, to stand behind what they are."""
        moment = times.text(self.since)
        if self.state == "replaced":
            return f"{self.name} {self.version}, which was replaced at {moment}"
        return f"{self.name} {self.version}, which {self.by} retired at {moment}: {self.reason}"


def sendable_otherwise(
    connection: sqlite3.Connection, over: Iterable[tuple[int, int]], now: int, *, instead: int | None = None
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    """Documents and versions by which bytes may be sent after a moment, though some of their versions are over.

    over: proposals, each with a document; the bytes are those of its files. instead: the event of the proposal that
    ends them: what it has itself goes on by it, and is not asked about.
    """
    those = set(over)
    others = connection.execute(
        "SELECT f.event, f.document, o.event, o.document, o.place, o.sha256 FROM library_file f"
        " JOIN library_file o ON o.sha256 = f.sha256 AND (o.event <> f.event OR o.place <> f.place)"
        " WHERE f.event IN (SELECT value FROM json_each(?1))"
        " AND f.sha256 NOT IN (SELECT n.sha256 FROM library_file n WHERE n.event = ?2)",
        (json.dumps(sorted({proposal for proposal, _ in those})), instead),
    )
    places = {(seq, place, sha256) for proposal, mine, seq, theirs, place, sha256 in others
              if (proposal, mine) in those and (seq, theirs) not in those}  # fmt: skip
    found = {
        (str(name), str(version))
        for seq, place, sha256 in places
        for name, version in connection.execute(
            "SELECT name, version FROM library_allowed WHERE sha256 = ? AND seq = ? AND place = ? AND to_ms > ?",
            (sha256, seq, place, now),
        )
    }
    return tuple(sorted(found))


def stopped_before(
    connection: sqlite3.Connection, contents: Collection[str], documents: Collection[int], now: int, but: int
) -> tuple[StoppedBytes, ...]:
    """What somebody retired of the bytes that are to be sent, under whatever name, and what was replaced of other
    documents: the newest of each document with these bytes, which is not approved any more.

    documents: those that the bytes are to be of. but: the event of the proposal that is asked about.
    """
    rows = connection.execute(
        f"SELECT l.document, l.name, l.version, {STATE}, l.retired_ms, l.replaced_ms, l.retired_by, l.retired_reason,"
        " l.approved_seq FROM library l WHERE l.sha256 IN (SELECT value FROM json_each(:contents)) AND l.seq <> :but"
        " ORDER BY l.seq, l.place",
        {"contents": json.dumps(sorted(contents)), "but": but, "now": now},
    )
    found: dict[int, StoppedBytes | None] = {}
    for document, name, version, state, retired, replaced, by, reason, approval in rows:
        if state == "retired":
            found[document] = StoppedBytes(name, version, state, retired, by, reason)
        elif state == "replaced" and approval is not None:
            own = document in documents  # whoever takes an older version of a document up again sees it by its name
            found[document] = None if own else StoppedBytes(name, version, state, replaced, None, None)
        elif approval is not None:
            found[document] = None
    return tuple(sorted({each for each in found.values() if each is not None}))
