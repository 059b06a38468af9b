"""Appending rows to the ledger: the hot path of an ingest.

Rows go in by batches inside a transaction that commits every `COMMIT_EVERY` rows, with synchronous FULL: what was
acknowledged survives a power cut. A batch goes the quick way first, which handles rows that are new and in order; at
the first row that is anything else the batch is rolled back to its savepoint and goes the careful way, row by row,
which alone decides what is new, a duplicate or refused.

The quick way costs 10 µs a row, most of it in SQLite. What made it so: adapters for None and bytes (SQLite's module
asks them through a slow protocol otherwise), a narrow INSERT that leaves out what is mostly NULL, one urandom call a
batch, one commitment for all personal values, and times by two dictionary look-ups.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec  # noqa: TID253 - as in ledger.entry
from msgspec.structs import astuple  # noqa: TID253 - as above

from occ_media_cli.ledger import careful, totals
from occ_media_cli.ledger.entry import Batch, Refusal, Row, Unfit
from occ_media_cli.ledger.inboxes import Inboxes
from occ_media_cli.ledger.judge import FIRST_TIME, LAST_TIME, extension, moment
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.ledger.words import Words
from occ_media_cli.store import chain, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

COMMIT_EVERY = 50_000

CACHE_KIB = 49_152
"""Pages of the store in memory, in KiB: ids come in random order, and each new one meets another page of the index."""

_TIMES_CACHED = 100_000
_SUFFIX_LENGTHS = (4, 5)
"""The lengths of `.pdf` and `.docx`: the ends of names that the quick way looks up."""

_NARROW = (
    "seq", "key", "kind", "source", "ms", "inbox", "direction", "outcome", "channel", "agent", "declared", "detected",
    "ext", "reason", "size", "sha256", "id", "customer", "conversation", "name", "path", "salt", "link",
)  # fmt: skip
_WIDE = (*_NARROW, "md5", "deleted", "corrects", "message")


def _insert(columns: tuple[str, ...]) -> str:
    return f"INSERT INTO record ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


INSERT_NARROW = _insert(_NARROW)
INSERT_WIDE = _insert(_WIDE)


class Unusual(Exception):
    """A row that the quick way does not handle."""


@dataclass(slots=True)
class Counts:
    """What came of the rows so far."""

    read: int = 0
    new: int = 0
    duplicate: int = 0
    refused: int = 0
    skipped: int = 0
    groups: dict[str, int] = field(default_factory=dict)


class Appender:
    """Appends the rows of one source. Use it inside `with`: what was not committed is rolled back on an error."""

    def __init__(self, connection: sqlite3.Connection, source: str, *, commit_every: int = COMMIT_EVERY) -> None:
        _quicken()
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        if not connection.in_transaction:
            # What a savepoint may undo: a few MB a batch, else in a file. Inside a transaction it cannot be moved.
            connection.execute("PRAGMA temp_store=MEMORY")
        self.connection = connection
        self.source = source
        self.words = Words(connection)
        self.inboxes = Inboxes(connection)
        self.counts = Counts()
        self.days: totals.Totals = {}
        self.stored: totals.Totals = {}
        self.seq = 0
        self.state = chain.ZERO
        self._commit_every = commit_every
        self._open = 0
        self.kept = 0
        self._minutes: dict[str, int] = {}
        self._seconds: dict[str, int] = {}
        self._extensions: dict[str, str | None] = {}
        self._repeats = False
        self._encode = msgspec.json.Encoder().encode
        secret = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0]
        self.prefixes = tuple(record.key_prefix(bytes(secret), kind, source) for kind in range(3))
        self._entry_prefixes = [record.key_prefix(bytes(secret), record.FILE, name) for name in SOURCES]

    def __enter__(self) -> Appender:
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self.connection.in_transaction:
            if kind is None:
                self.commit()
            else:
                self.connection.execute("ROLLBACK")

    def begin(self) -> None:
        """Take the writer's lock and look where the chain stands; other writers may have appended meanwhile."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.seq, self.state = chain.head(self.connection)
        self.inboxes.refresh()
        self.source_code = self.words.codes.get(self.source) or 0

    def commit(self) -> None:
        """Write totals and head and commit. What was added before is safe from here on."""
        totals.flush(self.connection, self.days, self.stored)
        chain.save_head(self.connection, self.seq, self.state)
        self.connection.execute("COMMIT")
        self._open = 0
        self.kept = self.counts.new

    def note(self, event: chain.Event, stamp: chain.Stamp) -> None:
        """Append an event behind the rows, in their transaction."""
        if not self.connection.in_transaction:
            self.begin()
        chain.save_head(self.connection, self.seq, self.state)
        chain.append(self.connection, [event], stamp)
        self.seq, self.state = chain.head(self.connection)

    def add(self, batch: Batch) -> list[Refusal]:
        """Append a batch and return the rows that were refused."""
        if not self.connection.in_transaction:
            self.begin()
        refused = list(batch.refused or ())
        if batch.items:
            if not (batch.plain and not self._repeats and self._quick(batch)):
                before = self.counts.duplicate
                refused += careful.add(self, batch)
                self._repeats = self.counts.duplicate > before
            self._open += len(batch.items)
        self.counts.read += batch.read
        self.counts.skipped += batch.skipped
        self.counts.refused += len(refused)
        for refusal in refused:
            self.counts.groups[refusal.group] = self.counts.groups.get(refusal.group, 0) + 1
        if self._open >= self._commit_every:
            self.commit()
        return sorted(refused, key=lambda refusal: refusal.line)

    def _quick(self, batch: Batch) -> bool:
        import sqlite3

        seq, state, new = self.seq, self.state, self.counts.new
        self.connection.execute("SAVEPOINT batch")
        try:
            self.insert(batch.items)  # type: ignore[arg-type]  # plain: every item is a Row
        except (Unusual, sqlite3.IntegrityError):
            self.connection.execute("ROLLBACK TO batch")
            self.connection.execute("RELEASE batch")
            self.words.undo()
            self.source_code = self.words.codes.get(self.source) or 0
            self.seq, self.state, self.counts.new = seq, state, new
            return False
        self.connection.execute("RELEASE batch")
        self.words.kept()
        return True

    def entry_keys(self, identity: str) -> str:
        """The keys that an entry of this id may have, one for each source, as a JSON list."""
        return str([record.key_of(prefix, identity) for prefix in self._entry_prefixes])

    def time(self, value: int | str, field: str) -> int:
        """Like `judge.moment`, remembering what minutes and what seconds with their offset come to."""
        ms = moment(value, field)
        if isinstance(value, str) and len(value) > 16:
            if len(self._minutes) > _TIMES_CACHED:
                self._minutes.clear()
            if len(self._seconds) > _TIMES_CACHED:
                self._seconds.clear()
            minute = self._minutes[value[:16]] = moment(value[:16] + ":00Z", field)
            self._seconds[value[16:]] = ms - minute
        return ms

    def extension(self, name: str) -> str | None:
        """Like `judge.extension`, remembering."""
        found = extension(name)
        suffix = name[name.rfind(".") :] if "." in name else ""
        if len(suffix) in _SUFFIX_LENGTHS:
            if len(self._extensions) > _TIMES_CACHED:
                self._extensions.clear()
            self._extensions[suffix] = found
        return found

    def insert(self, rows: Sequence[Row], *, judged: bool = False) -> None:
        """Chain and insert rows. Unusual or IntegrityError for a row that the quick way does not handle.

        One long loop on purpose: a call for each row is what it avoids. judged: the rows come from `careful`, which
        has found them new and brought their values to the form that this loop takes.
        """
        seq, state, source = self.seq, self.state, self.source
        words, inboxes = self.words.codes, self.inboxes.ids
        word, encode, hashed, first_eight = self.words.code, self._encode, sha256, record.first_eight
        minutes, seconds, extensions = self._minutes, self._seconds, self._extensions
        prefix = self.prefixes[record.FILE]
        source_code = self.source_code
        if not source_code:
            source_code = self.source_code = word(source)
        salts = bytearray(os.urandom(chain.SALT_BYTES * len(rows)))
        narrow: list[tuple[object, ...]] = []
        wide: list[tuple[object, ...]] = []
        counted: list[tuple[int, int, int, int, int, int | None, int | None]] = []
        at = 0
        for row in rows:
            (
                identity, time, inbox_name, way, name, channel, agent, customer, conversation, declared, detected, size,
                content, second, result, reason, message, path, deleted,
            ) = astuple(row)  # fmt: skip
            seq += 1
            try:
                ms = minutes[time[:16]] + seconds[time[16:]]
            except (KeyError, TypeError):  # not seen yet, or an integer
                try:
                    ms = self.time(time, "time")
                except Unfit:
                    raise Unusual from None
            inbox = inboxes.get(inbox_name)
            if inbox is None or not identity or not FIRST_TIME <= ms <= LAST_TIME:
                raise Unusual
            if path and not judged and (".." in path or "\\" in path or path[0] == "/" or path[1:2] == ":"):
                raise Unusual
            if (second is not None or deleted is not None) and not judged:
                raise Unusual
            digest = None
            if content is not None:
                if len(content) != 64:
                    raise Unusual
                try:
                    digest = bytearray.fromhex(content)
                except ValueError:
                    raise Unusual from None
                if len(digest) != 32:
                    raise Unusual
                content = content.lower()
            ext = extensions.get(name[-4:], "")
            if ext == "":
                ext = extensions.get(name[-5:], "")
                if ext == "":
                    ext = self.extension(name)
            direction = 0 if way == "send" else 1
            outcome = 0 if result == "delivered" else 1 if result == "blocked" else 2
            channel_code = words.get(channel)
            if channel_code is None:
                channel_code = word(channel)
            agent_code = words.get(agent)
            if agent_code is None:
                agent_code = word(agent)
            declared_code = words.get(declared)
            if declared_code is None:
                declared_code = word(declared)
            detected_code = words.get(detected)
            if detected_code is None:
                detected_code = word(detected)
            ext_code = words.get(ext)
            if ext_code is None:
                ext_code = word(ext)  # type: ignore[arg-type]  # None has a code
            reason_code = words.get(reason)
            if reason_code is None:
                reason_code = word(reason)
            key = first_eight(hashed(prefix + identity.encode()).digest())[0]
            salt = salts[at : at + 16]
            at += 16
            state = hashed(
                state
                + hashed(salt + encode([identity, customer, conversation, name, path, message])).digest()
                + encode(
                    ["record", seq, key, 0, source, ms, inbox, direction, outcome, channel, agent, declared, detected,
                     ext, reason, size, content, second, deleted, None]
                )
            ).digest()  # fmt: skip
            if message is None and second is None and deleted is None:
                narrow.append(
                    (seq, key, 0, source_code, ms, inbox, direction, outcome, channel_code, agent_code, declared_code,
                     detected_code, ext_code, reason_code, size, digest, identity, customer, conversation, name, path,
                     salt, bytearray(state[:16]))
                )  # fmt: skip
            else:
                wide.append(
                    (seq, key, 0, source_code, ms, inbox, direction, outcome, channel_code, agent_code, declared_code,
                     detected_code, ext_code, reason_code, size, digest, identity, customer, conversation, name, path,
                     salt, bytearray(state[:16]), second and bytes.fromhex(second), deleted, None, message)
                )  # fmt: skip
            counted.append((ms, direction, ext_code, outcome, inbox, size, deleted))
        self.connection.executemany(INSERT_NARROW, narrow)
        if wide:
            self.connection.executemany(INSERT_WIDE, wide)
        self.seq, self.state = seq, state
        self.counts.new += len(rows)
        totals.count(self.days, self.stored, counted)


def _quicken() -> None:
    """Adapters that hand a value over as it is, at a quarter of the price of having none."""
    import sqlite3

    sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # {}.get(None) is None
    sqlite3.register_adapter(bytes, bytes)
