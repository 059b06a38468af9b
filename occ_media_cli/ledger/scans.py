"""What scanners said of files, on record: events of kind `scan`, and which entries still wait for one.

An event says what was seen of one content: of an entry, by its place in the chain, and of every file with the same
sha256. It names no file and no person: kinds and counts, the signature that matched, or why nobody could look.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction
from occ_media_cli.vocabulary import SCAN_STATES

if TYPE_CHECKING:
    import sqlite3

KIND = "scan"
"""The kind of the event. No table is made from it: the views `scan` and `scan_fact` read it."""

PAGE = 500


class ScanFact(NamedTuple):
    """What a scan saw besides malware. code: `active-content`, `sensitive-content` or `location-metadata`; detail: the
    kinds, without a word of the file; many: how often."""

    code: str
    detail: str
    many: int


class ScanOnRecord(NamedTuple):
    """What goes on record of one file that was scanned.

    state: `clean`, `infected` or `not-scanned`. engine: its name, version and signatures, or None where none was asked.
    detail: the signature that matched, or why it was not scanned. entry: its place in the chain, None for one that is
    no entry; sha256: of the bytes that were looked at, None where they could not be read.
    """

    entry: int | None
    sha256: str | None
    size: int | None
    state: str
    engine: str | None
    detail: str | None
    facts: tuple[ScanFact, ...] = ()

    def fact_rows(self) -> list[dict[str, object]]:
        """The facts as the event has them."""
        return [{"code": code, "detail": detail, "count": many} for code, detail, many in self.facts]

    def as_event(self, stamp: chain.Stamp) -> chain.Event:
        """The event that says it. It was made when the machine says so, whatever moment a command was given."""
        body = {
            "entry": self.entry, "sha256": self.sha256 or "", "state": self.state, "engine": self.engine,
            "detail": self.detail, "size": self.size, "facts": self.fact_rows(),
        }  # fmt: skip
        return chain.Event(KIND, body, stamp.wall)


class Unscanned(NamedTuple):
    """An entry whose bytes wait for a scan. name: `SOURCE:ID`. path: as the entry has it. sha256: in hex, and size, as
    far as the ledger knows them. said: state, engine, detail and facts (JSON) of the newest scan of it on record."""

    seq: int
    name: str
    path: str
    file: str
    sha256: str | None
    size: int | None
    said: tuple[str | None, str | None, str | None, str | None]

    def is_told_already(self, result: ScanOnRecord) -> bool:
        """Whether a result is what the record says: a file that is missing every night is told once."""
        *words, facts = self.said
        same = words == [result.state, result.engine, result.detail] and facts is not None
        return result.state not in SCAN_STATES and same and json.loads(str(facts)) == result.fact_rows()


def record_scans(connection: sqlite3.Connection, results: Sequence[ScanOnRecord], stamp: chain.Stamp) -> None:
    """Append results to the chain, in a transaction of its own."""
    if results:
        with transaction(connection):
            chain.append(connection, [each.as_event(stamp) for each in results], stamp)


def link_gate_scans(connection: sqlite3.Connection, stamp: chain.Stamp, *, after: int = 0) -> int:
    """Put what a gate saw on record for the entries that were delivered then, where an entry has the id of the newest
    decision and no sha256 that would join them. after: look at entries behind this place in the chain alone.

    The time is that of the scan, and `decision` is the place of the answer. Returns how many entries that were.
    """
    gated = "SELECT 1 FROM event WHERE kind = 'scan' AND json_extract(body, '$.entry') IS NULL LIMIT 1"
    if connection.execute(gated).fetchone() is None:
        return 0
    events = []
    for entry, decision, scan in connection.execute(_GATED, {"after": after}).fetchall():
        body, ms = connection.execute("SELECT body, ms FROM event WHERE seq = ?", (scan,)).fetchone()
        events.append(chain.Event(KIND, {**json.loads(body), "entry": entry, "decision": decision}, ms))
    if events:
        with transaction(connection):
            chain.append(connection, events, stamp)
    return len(events)


_LOOKED = ", ".join(f"'{state}'" for state in SCAN_STATES)
_FRESH = f"state IN ({_LOOKED}) AND engine IS :engine AND time_ms >= :stale"

_FROM_GATE = "SELECT seq FROM event WHERE kind = 'scan' AND json_extract(body, '$.decision') IS NOT NULL"
_LOOKED_AT = f"SELECT entry_seq FROM scan WHERE entry_seq IS NOT NULL AND {_FRESH} AND seq NOT IN ({_FROM_GATE})"
"""Entries whose own file was looked at where it lies now. A scan of the same content elsewhere, or before it was
delivered, says nothing of what lies under a path."""

_GATED = f"""
WITH gate AS MATERIALIZED (SELECT seq, json_extract(body, '$.sha256') AS sha256 FROM event
    WHERE kind = 'scan' AND json_extract(body, '$.entry') IS NULL AND json_extract(body, '$.sha256') <> ''),
  unhashed AS MATERIALIZED (SELECT r.seq, r.id, r.inbox FROM {sql.FROM}
    WHERE r.kind = 0 AND r.seq > :after AND r.id IS NOT NULL AND {sql.DELIVERED} AND {sql.SHA256} IS NULL
      AND r.seq NOT IN (SELECT json_extract(body, '$.entry') FROM event WHERE seq IN ({_FROM_GATE}))),
  asked AS MATERIALIZED (SELECT u.seq AS entry, max(d.seq) AS seq, d.sha256 FROM record d JOIN unhashed u
    ON u.id = d.id AND u.inbox = d.inbox WHERE d.kind = 2 AND d.seq > (SELECT min(seq) FROM gate) GROUP BY u.seq)
SELECT asked.entry, asked.seq, max(gate.seq) FROM asked
JOIN gate ON gate.sha256 = lower(hex(asked.sha256)) AND gate.seq < asked.seq
GROUP BY asked.entry ORDER BY asked.entry"""

_WAITING = f"""
WITH newest AS (SELECT entry_seq, state, engine, detail, max(seq) AS seq FROM scan
    WHERE entry_seq IS NOT NULL GROUP BY entry_seq),
  said AS MATERIALIZED (SELECT n.*, json_extract(e.body, '$.facts') AS facts FROM newest n JOIN event e USING (seq))
SELECT r.seq, so.text || ':' || r.id, r.path, r.name, lower(hex({sql.SHA256})), {sql.SIZE},
  said.state, said.engine, said.detail, said.facts
FROM record r JOIN word so ON so.code = r.source {sql.AMENDED} LEFT JOIN said ON said.entry_seq = r.seq
WHERE {sql.STORED} AND r.id IS NOT NULL AND r.ms >= :since AND r.inbox IN (SELECT value FROM json_each(:inboxes))
  AND r.seq NOT IN ({_LOOKED_AT})"""

_LEFT_OUT = f"""
SELECT count(*) FROM {sql.FROM}
WHERE {sql.STORED} AND r.id IS NOT NULL AND r.ms >= :since AND r.inbox IN (SELECT value FROM json_each(:inboxes))
  AND r.seq IN ({_LOOKED_AT})"""

_PATHLESS = f"""
SELECT count(*) FROM {sql.FROM} WHERE r.kind = 0 AND r.path IS NULL AND r.id IS NOT NULL AND {sql.WITH_BYTES}
  AND r.ms >= :since AND r.inbox IN (SELECT value FROM json_each(:inboxes))"""


class ScanQueue:
    """The entries of some inboxes that were delivered, whose bytes should be there, and whose own file was not looked
    at with these signatures, or longer ago than `stale` (milliseconds). left_out: how many were.

    The connection gets a temporary table, so that what is recorded on the way changes nothing of what is to come.
    aside: False where nothing will be recorded, and the connection may only read; then there is no such table.
    """

    def __init__(
        self, connection: sqlite3.Connection, inboxes: Sequence[int], *, engine: str | None, since: int, stale: int,
        aside: bool = True,
    ) -> None:  # fmt: skip
        self._connection, self._read = connection, None if aside else (_WAITING + " ORDER BY r.seq")
        values = {"engine": engine, "since": since, "stale": stale, "inboxes": json.dumps(list(inboxes))}
        self._values = values
        (self.left_out,) = connection.execute(_LEFT_OUT, values).fetchone()
        (self.without_path,) = connection.execute(_PATHLESS, values).fetchone()
        if self._read is not None:
            return
        connection.execute("DROP TABLE IF EXISTS temp.waiting_scan")
        connection.execute(
            "CREATE TEMP TABLE waiting_scan"
            " (seq INTEGER PRIMARY KEY, name, path, file, sha256, size, state, engine, detail, facts)"
        )
        connection.execute(f"INSERT INTO temp.waiting_scan {_WAITING}", values)

    def __iter__(self) -> Iterator[Unscanned]:
        if self._read is not None:
            for row in self._connection.execute(self._read, self._values):
                yield Unscanned._make((*row[:4], row[4] or None, row[5], row[6:]))
            return
        after = -1
        while page := self._connection.execute(
            "SELECT seq, name, path, file, nullif(sha256, ''), size, state, engine, detail, facts"
            " FROM temp.waiting_scan"
            " WHERE seq > ? ORDER BY seq LIMIT ?", (after, PAGE),
        ).fetchall():  # fmt: skip
            after = page[-1][0]
            for row in page:
                yield Unscanned._make((*row[:6], row[6:]))

    def close(self) -> None:
        """Take the table away."""
        if self._read is None:
            self._connection.execute("DROP TABLE IF EXISTS temp.waiting_scan")
