"""How many entries and bytes the ledger holds, by inbox and outcome."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.report import known_sizes
from occ_media_cli.store import chain
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES, word_sql

if TYPE_CHECKING:
    import sqlite3

MEDIA_ID_DAYS = 7
"""How long a media id of a WhatsApp webhook can be fetched; after that the evidence is gone."""

_UNCAPTURED = """
SELECT count(*) FILTER (WHERE time_ms > :edge), count(*) FILTER (WHERE time_ms <= :edge),
  min(CASE WHEN time_ms > :edge THEN time_ms END)
FROM entry WHERE source = 'whatsapp' AND outcome = 'delivered' AND direction = 'receive'
  AND path IS NULL AND deleted_ms IS NULL
  AND (coalesce(sha256, '') = ''
    OR sha256 NOT IN (SELECT sha256 FROM entry WHERE path IS NOT NULL AND coalesce(sha256, '') <> ''))"""

_REPEATED = """
WITH content AS MATERIALIZED (
  SELECT sha256, md5 FROM entry_now WHERE sha256 IS NOT NULL OR md5 IS NOT NULL
), both AS MATERIALIZED (
  SELECT md5, min(sha256) AS sha256 FROM content WHERE md5 IS NOT NULL AND sha256 IS NOT NULL GROUP BY md5
)
SELECT count(*), coalesce(sum(places), 0) FROM (
  SELECT count(*) AS places FROM content LEFT JOIN both ON content.sha256 IS NULL AND both.md5 = content.md5
  GROUP BY coalesce(content.sha256, both.sha256, content.md5) HAVING count(*) > 1)"""
"""An entry with only an MD5 counts with the sha256 that another entry gives for that MD5."""


_ANY_UNSIZED = "SELECT 1 FROM block_total WHERE without_hash > 0 LIMIT 1"
_UNSIZED = f"""
SELECT r.inbox, {word_sql("r.direction", DIRECTIONS)}, {word_sql(sql.OUTCOME, OUTCOMES)}, count(*),
  sum({sql.WITH_BYTES})
FROM {sql.FROM} WHERE r.kind = 0 AND {sql.SIZE} IS NULL GROUP BY 1, 2, 3"""
"""Entries whose size nobody knows, and those of them that are stored. Totals have no such number."""


@dataclass(frozen=True, slots=True)
class InboxStats:
    """One inbox: its entries by outcome, and what is still stored of it. stored_bytes: as far as sizes are known, None
    where no size is; stored_without_size: stored files of unknown size."""

    inbox: str
    delivered: int
    blocked: int
    failed: int
    stored: int
    stored_bytes: int | None
    stored_without_size: int


@dataclass(frozen=True, slots=True)
class Stats:
    """The ledger in numbers. Times are milliseconds, None in an empty ledger. Bytes are of the files whose size is
    known, None where no size is.

    days: direction, outcome, files, bytes, and files of unknown size.

    A file of WhatsApp counts as captured when any entry with a path has its content.

    repeated: contents seen more than once, repeated_places: the entries they have. expiring: files of WhatsApp whose
    bytes are not captured and can still be fetched, the first until `expiring_first`; expired: those that cannot.
    """

    entries: int
    corrections: int
    decisions: int
    erased: int
    events: int
    first: int | None
    last: int | None
    days: tuple[tuple[str, str, int, int | None, int], ...]
    inboxes: tuple[InboxStats, ...]
    stored: int
    stored_bytes: int | None
    stored_without_size: int
    repeated: int
    repeated_places: int
    expiring: int
    expiring_first: int | None
    expired: int
    seq: int
    head: str


def stats(connection: sqlite3.Connection, now: int) -> Stats:
    """Count everything. One pass over the entries and a look at the totals."""
    kinds = dict(connection.execute("SELECT kind, count(*) FROM record GROUP BY kind").fetchall())
    first, last = connection.execute("SELECT min(ms), max(ms) FROM record WHERE kind = 0").fetchone()
    days = connection.execute(
        "SELECT direction, outcome, sum(files), sum(bytes) FROM shared_by_day GROUP BY direction, outcome"
        " ORDER BY direction DESC, outcome = 'failed', outcome = 'blocked'"
    ).fetchall()
    unsized: dict[tuple[str, str], int] = defaultdict(int)
    lacking: dict[int, int] = defaultdict(int)
    if connection.execute(_ANY_UNSIZED).fetchone():
        for inbox, direction, outcome, files, stored in connection.execute(_UNSIZED):
            unsized[direction, outcome] += files
            lacking[inbox] += stored
    found = list(
        connection.execute(
            "SELECT t.inbox, i.name, sum((state IN (0, 3)) * files), sum((state = 1) * files),"
            " sum((state = 2) * files), sum((state = 0) * files), sum((state = 0) * bytes)"
            " FROM inbox_total t JOIN inbox_state i ON i.id = t.inbox GROUP BY t.inbox ORDER BY sum(files) DESC, i.name"
        )
    )
    inboxes = tuple(
        InboxStats(
            name,
            delivered,
            blocked,
            failed,
            there,
            known_sizes.known_bytes(size, there, lacking[inbox]),
            lacking[inbox],
        )
        for inbox, name, delivered, blocked, failed, there, size in found
    )
    stored, without = sum(inbox.stored for inbox in inboxes), sum(lacking.values())
    repeated, places = connection.execute(_REPEATED).fetchone()
    edge = now - MEDIA_ID_DAYS * 86_400_000
    expiring, expired, oldest = connection.execute(_UNCAPTURED, {"edge": edge}).fetchone()
    seq, state = chain.head(connection)
    return Stats(
        entries=kinds.get(0, 0),
        corrections=kinds.get(1, 0),
        decisions=kinds.get(2, 0),
        erased=connection.execute("SELECT count(*) FROM erased").fetchone()[0],
        events=connection.execute("SELECT count(*) FROM event").fetchone()[0],
        first=first,
        last=last,
        days=tuple(
            (*key, files, known_sizes.known_bytes(size, files, unsized[key]), unsized[key])
            for *names, files, size in days
            for key in [(names[0], names[1])]
        ),
        inboxes=inboxes,
        stored=stored,
        stored_bytes=known_sizes.known_bytes(sum(row[-1] for row in found), stored, without),
        stored_without_size=without,
        repeated=repeated,
        repeated_places=places,
        expiring=expiring,
        expiring_first=None if oldest is None else oldest + MEDIA_ID_DAYS * 86_400_000,
        expired=expired,
        seq=seq,
        head=state.hex(),
    )
