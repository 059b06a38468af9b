"""What the events of a chain say of the library, held against the rows by which files are let through.

Rows are quick to ask and easy to add: whoever can write the store file can put a file, an approval or an inbox among
them. So no row is believed before it was compared with the event that it says it was made from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.library import library_rows
from occ_media_cli.library.proposals import digest_of_proposal
from occ_media_cli.settings import setting_rows
from occ_media_cli.store.connect import roll_back

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

Row = tuple[Any, ...]

_COLUMNS = {
    "library_file": "event, place, document, sha256, size, type",
    "library_retirement": "proposal, document, event",
    "library_proposal": "event, proposal, digest, several, everywhere, expires",
    "library_scope": "event, position, inbox, tag",
    "library_approval": "proposal, event, digest",
    "library_displaced": "event, proposal",
}
"""What is compared of each table: texts that an erasure may take let nothing through."""

_BY = {
    "library_file": "document", "library_retirement": "document", "library_proposal": "event", "library_scope": "event",
    "library_approval": "proposal", "library_displaced": "proposal",
}  # fmt: skip
"""By which number the rows of each table are looked up: that of their document, else that of their proposal."""

_PLACE = {table: columns.split(", ").index(_BY[table]) for table, columns in _COLUMNS.items()}


class RecordedLibrary:
    """The library by the events of an open store. What they say is read once, and then only what is new; keep one for
    as long as the store is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._seq = connection, 0
        self._rows: dict[str, dict[int, set[Row]]] = {table: {} for table in _COLUMNS}
        self._inboxes: dict[int, tuple[str, int | None]] = {}
        self._wrong: int | None = None

    def refuse_altered(self, sha256: str) -> None:
        """StoreInvalid where a row of any document that has a file with this content differs from the events: of its
        proposals, approvals, inboxes and retirements."""
        rows = "SELECT DISTINCT document FROM library_file WHERE sha256 = ?"
        self._compare(rows, (sha256.lower(),))

    def newest_change(self, sha256: str) -> int:
        """When the documents that have a file with this content were changed last, in milliseconds, 0 for never: by the
        earlier of both clocks, so that what is recorded for a later moment does not count before it."""
        found = self._connection.execute(
            "WITH d AS (SELECT document FROM library_file WHERE sha256 = ?1), p AS (SELECT event FROM library_file"
            " WHERE document IN d), c AS (SELECT event FROM p UNION SELECT event FROM library_approval"
            " WHERE proposal IN p UNION SELECT event FROM library_retirement WHERE document IN d AND proposal IN p)"
            " SELECT max(min(e.ms, e.wall)) FROM event e WHERE e.seq IN c",
            (sha256.lower(),),
        ).fetchone()
        return int(found[0] or 0)

    def refuse_any_altered(self) -> None:
        """StoreInvalid where a row of any document differs from the events."""
        self._compare(None, ())

    def _compare(self, documents: str | None, values: Row) -> None:
        if self._connection.in_transaction:
            self._compare_in_snapshot(documents, values)
            return
        self._connection.execute("BEGIN")
        try:
            self._compare_in_snapshot(documents, values)
        finally:
            roll_back(self._connection)

    def _compare_in_snapshot(self, documents: str | None, values: Row) -> None:
        self._read()
        if self._wrong is not None:
            raise _altered(f"event {self._wrong} is none that this program records")
        self._compare_inboxes()
        numbers = None if documents is None else {int(row[0]) for row in self._connection.execute(documents, values)}
        asked = {"document": numbers, "event": None, "proposal": None}
        for table in _COLUMNS:
            right, found = self._recorded(table, asked[_BY[table]]), self._stored(table, asked[_BY[table]])
            if right != found:
                row = min(right ^ found, key=repr)
                what = "a row was added" if row not in right else "a row is missing"
                raise _altered(f"{table}: {what} or changed ({_COLUMNS[table].split(', ')[0]} {row[0]})")
            if table == "library_file" and numbers is not None:
                asked["event"] = asked["proposal"] = {row[0] for row in right}

    def _compare_inboxes(self) -> None:
        """StoreInvalid where an inbox has another name than on record, or is there although it was removed: what was
        approved for one would be let through for another."""
        there = {
            int(number): (str(name), removed)
            for number, name, removed in self._connection.execute("SELECT id, name, removed FROM inbox_state")
        }
        if there != self._inboxes:
            number = next(each for each in {**there, **self._inboxes} if there.get(each) != self._inboxes.get(each))
            raise _altered(f"inbox_state: an inbox was added, removed or changed (id {number})")

    def _recorded(self, table: str, numbers: Iterable[int] | None) -> set[Row]:
        by = self._rows[table]
        return set[Row]().union(*(by.get(number, ()) for number in (by if numbers is None else numbers)))

    def _stored(self, table: str, numbers: Iterable[int] | None) -> set[Row]:
        query = f"SELECT {_COLUMNS[table]} FROM {table}"
        if numbers is None:
            return set(self._connection.execute(query))
        query += f" WHERE {_BY[table]} IN (SELECT value FROM json_each(?))"
        return set(self._connection.execute(query, (json.dumps(list(numbers)),)))

    def _read(self) -> None:
        """Read the events that are new since the last time."""
        kinds = (*library_rows.KINDS, *setting_rows.OF_INBOXES)
        for seq, kind, text in self._connection.execute(
            f"SELECT seq, kind, body FROM event WHERE seq > ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq",
            (self._seq, *kinds),
        ):
            self._seq = seq
            try:
                body = json.loads(text)
                if kind in setting_rows.OF_INBOXES:
                    setting_rows.follow_inbox(self._inboxes, kind, body)
                    continue
                for table, rows in _said_by(kind, body, seq):
                    for row in rows:
                        self._rows[table].setdefault(row[_PLACE[table]], set()).add(row)
            except (ValueError, KeyError, TypeError):
                self._wrong = seq


def _said_by(kind: str, body: dict[str, Any], seq: int) -> Iterable[tuple[str, list[Row]]]:
    """The rows that an event stands for, without what is not compared."""
    if "digest" not in body and kind != library_rows.RETIRE:
        return
    yield "library_retirement", list(library_rows.ends_of(kind, body, seq))
    if kind == library_rows.APPROVE:
        yield "library_approval", [(body["proposed"], seq, body["digest"])]
    elif kind == library_rows.PROPOSE:
        if digest_of_proposal(body) != body["digest"]:
            raise ValueError("it is not what its digest is of")
        files = [{**each, "text": None} for each in body["files"]]  # words let nothing through
        made = library_rows.rows_of({**body, "files": files}, seq)
        yield "library_file", [row[:6] for row in made["library_file"]]
        yield "library_proposal", [(*row[:3], *row[6:]) for row in made["library_proposal"]]
        yield "library_scope", made["library_scope"]
        yield "library_displaced", [(newer, older) for older, newer in made["library_displaced"]]


def _altered(what: str) -> StoreInvalid:
    return StoreInvalid(
        f"the library was altered in the store: {what}; nothing is let through by it", topic=("verify",)
    )
