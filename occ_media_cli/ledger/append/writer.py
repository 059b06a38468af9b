"""Writing records at the end of the chain: what every way into the ledger shares, and the lowest of them.

Nothing here decides whether a row is new, a duplicate or refused. `ledger.append.appender` decides for whole batches
and `ledger.append.exact` row by row; both write here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append.cells import Cells
from occ_media_cli.ledger.append.columns import Place, Prepared, Unusual, link_rows
from occ_media_cli.ledger.append.keys import LOADING, Keys
from occ_media_cli.ledger.dictionary import Words
from occ_media_cli.ledger.entry import Counts
from occ_media_cli.ledger.inboxes import KnownInboxes
from occ_media_cli.ledger.remembered import Unseen
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.store import canonical, chain, persons, record
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from occ_media_cli.ledger.append.later import KnownEdits

_INSERT = """
INSERT INTO record (seq, key, kind, source, ms, inbox, direction, outcome, channel, agent, declared, detected, ext,
  reason, size, sha256, md5, deleted, corrects, id, customer, conversation, name, path, message, salt, link)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class End(Protocol):
    """The end of the chain in an open transaction: where it stands, and the dictionary of the same connection."""

    connection: sqlite3.Connection
    words: Words
    seq: int
    state: bytes


def chain_record(end: End, public: dict[str, object], personal: dict[str, str | None]) -> int:
    """Append one record that is a correction or a decision: a link of the chain and its row.

    public: the values of its columns, with texts where a column keeps a code of the dictionary; a column that is not
    named is NULL."""
    seq = end.seq + 1
    values = [seq if name == "seq" else public.get(name) for name in record.COLUMNS]
    texts = [value.hex() if isinstance(value, bytes) else value for value in values]
    secret = [personal.get(name) for name in record.PERSONAL]
    salt = os.urandom(canonical.SALT_BYTES)
    commitment = sha256(salt + canonical.encode(secret)).digest()
    state = chain.advance(end.state, commitment, ["record", *texts])
    coded = [
        (end.words.code(str(value)) if value is not None else 0) if name in record.WORDS else value
        for name, value in zip(record.COLUMNS, values, strict=True)
    ]
    end.connection.execute(_INSERT, (*coded, *secret, salt, state[: chain.LINK_BYTES]))
    persons.learn_customers(end.connection, [personal.get("customer")])
    end.seq, end.state = seq, state
    return seq


class Writer:
    """The end of the chain for the rows of one source, with their keys and totals and what came of them so far."""

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        quicken_binding()
        self.connection = connection
        self.source = source
        self.words = Words(connection)
        self.inboxes = KnownInboxes(connection)
        self.counts = Counts()
        self.seq = 0
        self.state = chain.ZERO
        self.cells = Cells()
        self._source_code = 0
        self.unseen = Unseen(connection, source)
        self._keys = Keys(connection)
        self._settled = 0
        self.edits: KnownEdits | None = None
        secret = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0]
        self.prefixes = tuple(record.key_prefix(bytes(secret), kind, source) for kind in range(3))
        self._entry_prefixes = [record.key_prefix(bytes(secret), FILE, name) for name in SOURCES]

    def current_place(self) -> Place:
        """Where the chain stands, as far as this writer knows."""
        return self.seq, self.state

    def begin(self) -> None:
        """Take the writer's lock and look where the chain stands; other writers may have appended meanwhile."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.seq, self.state = chain.head(self.connection)
        self._settled = self.seq
        self._keys.begin(self.seq)
        self.inboxes.refresh()
        self.unseen.refresh()
        self._source_code = self.words.codes.get(self.source) or 0

    def settle(self) -> None:
        """Write the keys and count the totals of the entries that were added, before anything looks at them."""
        if self._settled == self.seq:
            return
        self._keys.write(self.seq)
        with totals.countable():
            self.cells.flush(self.connection)
        self._settled = self.seq

    def save(self, *, part: int = LOADING) -> None:
        """Write the keys, the totals and the end of the chain. part: as for `Keys.write`."""
        self.settle()
        if part != LOADING:
            self._keys.write(self.seq, part=part)
        chain.save_head(self.connection, self.seq, self.state)

    def append_event(self, event: chain.Event, stamp: chain.Stamp) -> None:
        """Append an event behind the rows, in their transaction."""
        chain.save_head(self.connection, self.seq, self.state)
        chain.append(self.connection, [event], stamp)
        self.seq, self.state = chain.head(self.connection)

    @contextmanager
    def letting(self) -> Iterator[None]:
        """Let another way of writing append to the chain in this transaction, behind what was added so far."""
        self.settle()
        chain.save_head(self.connection, self.seq, self.state)
        yield
        self.seq, self.state = chain.head(self.connection)
        self._keys.skip(self.seq)
        self._settled = self.seq

    def key(self, kind: int, identity: str) -> int:
        """The key of a record of this source. kind: one of `record`'s."""
        return record.key_of(self.prefixes[kind], identity)

    def entry_keys(self, identity: str) -> list[int]:
        """The keys that an entry of this id may have, one for each source."""
        return [record.key_of(prefix, identity) for prefix in self._entry_prefixes]

    def insert_rows(self, rows: Prepared, *, judged: bool = False) -> None:
        """Chain and insert rows. Unusual, before anything was written, where one may not be new.

        judged: `ledger.append.exact` has found them new.
        """
        ids = self.inboxes.ids
        if list(map(ids.get, rows.inboxes[0])) != rows.inbox_ids:  # renamed since they were prepared
            raise Unusual
        keys = set(rows.keys)
        if not judged and (len(keys) < rows.many or self._keys.has_any(keys) or self.unseen.has_any(keys, rows.ids)):
            raise Unusual
        source_code = self._source_code = self._source_code or self.words.code(self.source)
        first, salts, chained = self.seq + 1, rows.salts, rows.linked
        if chained is None or chained.start != (self.seq, self.state):
            chained = link_rows(rows, (self.seq, self.state))
        links = bytearray(chained.links)
        extensions, detected = self._codes(rows.extensions[0]), self._codes(rows.detected[0])
        # Columns become rows by zip: {"seq": (7, 8), "ms": (5, 6)} inserts (7, 5) and (8, 6) as seq and ms.
        columns: dict[str, Iterable[object]] = {
            "seq": range(first, first + rows.many), "key": rows.keys, "ms": rows.moments,
            "inbox": map(rows.inbox_ids.__getitem__, rows.inboxes[1]),
            "direction": rows.directions, "outcome": rows.outcomes, "size": rows.sizes,
            "sha256": rows.digests, "id": rows.ids, "name": rows.names,
            "salt": [salts[at : at + 16] for at in range(0, len(salts), 16)],
            "link": [links[at : at + 16] for at in range(0, len(links), 16)],
        }  # fmt: skip
        if rows.wide:
            columns |= {"md5": rows.seconds, "deleted": rows.deleted, "message": rows.messages}
        for name, codes, coded in (
            ("channel", None, rows.channels), ("agent", None, rows.agents), ("declared", None, rows.declared),
            ("detected", detected, rows.detected), ("ext", extensions, rows.extensions), ("reason", None, rows.reasons),
        ):  # fmt: skip
            if coded[0] != [None]:
                columns[name] = map((codes or self._codes(coded[0])).__getitem__, coded[1])
        for name, texts in (
            ("customer", rows.customers), ("conversation", rows.conversations), ("path", rows.paths),
        ):  # fmt: skip
            if texts[0] is not None or texts.count(None) < rows.many:
                columns[name] = texts
        text = _into_record(source_code, *columns)
        self.connection.executemany(text, zip(*columns.values(), strict=True))
        self.cells.count_rows(rows, rows.inbox_ids, extensions, detected, first)
        persons.learn_customers(self.connection, rows.customers)
        self._keys.remember(keys)
        self.seq, self.state = chained.end
        self.counts.new += rows.many

    def _codes(self, texts: Iterable[str | None]) -> list[int]:
        code = self.words.code
        return [0 if text is None else code(text) for text in texts]


@lru_cache(maxsize=256)
def _into_record(source: int, *columns: str) -> str:
    """The statement that inserts files of a source. What is in no column is NULL, or 0 for the code of no word.

    A value that all rows share stands in the text, and what none has is left out: binding is what an insert costs.
    """
    names = ("kind", "source", *columns)
    return f"INSERT INTO record ({', '.join(names)}) VALUES ({FILE}, {source}{', ?' * len(columns)})"


def quicken_binding() -> None:
    """Register adapters that hand a value over as it is: without one, sqlite3 searches for one for each value, which
    costs four times as much."""
    import sqlite3

    sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # {}.get(None) is None
    sqlite3.register_adapter(bytes, bytes)
