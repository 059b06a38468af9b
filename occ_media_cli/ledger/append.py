"""Appending rows to the ledger: the hot path of an ingest.

Rows go in by batches inside a transaction that commits every so many rows. What was acknowledged survives a power cut:
each commit, or in a bulk load all of them at its end. A batch goes the quick way first, which takes rows that are new
and in order, as `ledger.prepare` has made them ready; a batch with anything else in it goes the careful way, row by
row, which alone decides what is new, a duplicate or refused.

Most of the time goes into SQLite. What keeps it low: adapters for None and bytes (SQLite's module asks them through a
slow protocol otherwise), a narrow INSERT that leaves out what is mostly NULL, keys and totals by SQL at each commit,
and preparing in another process.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from occ_media_cli.ledger import careful, cells, inserts, totals
from occ_media_cli.ledger.columns import Place, Prepared, linked
from occ_media_cli.ledger.count_aside import Aside
from occ_media_cli.ledger.counts import Counts
from occ_media_cli.ledger.entry import Batch, Refusal
from occ_media_cli.ledger.inboxes import Inboxes
from occ_media_cli.ledger.keys import RESTING, Keys
from occ_media_cli.ledger.prepare import Preparer, Unusual
from occ_media_cli.ledger.sources import SOURCES
from occ_media_cli.ledger.words import Words
from occ_media_cli.store import chain, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

COMMIT_FIRST, COMMIT_EVERY = 50_000, 250_000
"""Rows in a transaction: a quarter of what is there already, but so many at least and at most. Keys are random, so a
commit writes every page of their table: the larger it is, the more rows should share that. What is not written yet
takes some 100 bytes of memory a row."""

COUNT_EVERY = 2_000_000
"""Entries after which senders and contents are counted although the source has not ended."""

COMMIT_SECONDS = 10.0
"""A transaction is not kept open longer than this by a slow source: other writers wait for it."""

CACHE_KIB, COUNTING_KIB = 24_576, 12_288
"""Pages of the store in memory, in KiB: of a load, and while it counts, which sorts in as much memory again."""


class Appender:
    """Appends the rows of one source. Use it inside `with`: what was not committed is rolled back on an error.

    bulk: a commit is on the disk only after `secure` or `finish`, which saves waiting for each; for a load that is run
    again after a power cut.
    """

    def __init__(
        self, connection: sqlite3.Connection, source: str, *, commit_every: int | None = None, bulk: bool = False
    ) -> None:
        inserts.quicken()
        self._bulk = bulk and not connection.in_transaction
        if self._bulk:
            connection.execute("PRAGMA synchronous=NORMAL")
        self.connection = connection
        self._cache(CACHE_KIB)
        self.source = source
        self.words = Words(connection)
        self.inboxes = Inboxes(connection)
        self.counts = Counts()
        self.seq = 0
        self.state = chain.ZERO
        self._commit_every = commit_every
        self._open = 0
        self._uncounted = 0
        self._since = 0.0
        self._keys = Keys(connection)
        self._settled = self._begun = 0
        self._cells = cells.Cells()
        self.kept = 0
        self._repeats = False
        secret = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()[0]
        self.prefixes = tuple(record.key_prefix(bytes(secret), kind, source) for kind in range(3))
        self.preparer = Preparer(source, self.prefixes[record.FILE], self.inboxes.ids)
        self._entry_prefixes = [record.key_prefix(bytes(secret), record.FILE, name) for name in SOURCES]

    def __enter__(self) -> Appender:
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self.connection.in_transaction:
            if kind is None:
                self.commit()
            else:
                self.connection.execute("ROLLBACK")
        if self._bulk:
            self.connection.execute("PRAGMA synchronous=FULL")

    def place(self) -> Place:
        """Where the chain stands, as far as this appender knows."""
        return self.seq, self.state

    def begin(self) -> None:
        """Take the writer's lock and look where the chain stands; other writers may have appended meanwhile."""
        self.connection.execute("BEGIN IMMEDIATE")
        self._since = monotonic()
        self.seq, self.state = chain.head(self.connection)
        self._settled = self._begun = self.seq
        self._keys.begin(self.seq)
        self.inboxes.refresh()
        self.source_code = self.words.codes.get(self.source) or 0

    def commit(self) -> None:
        """Write keys, totals and head and commit. What was added before is safe from here on."""
        self.settle()
        chain.save_head(self.connection, self.seq, self.state)
        self.connection.execute("COMMIT")
        self._open = 0
        self.kept = self.counts.new

    def _most(self) -> int:
        """Rows that this transaction may have."""
        return self._commit_every or min(max(COMMIT_FIRST, self._begun // 4), COMMIT_EVERY)

    def settle(self) -> None:
        """Write the keys and count the totals of the entries that were added, before anything looks at them."""
        if self._settled == self.seq:
            return
        self._keys.write(self.seq)
        with totals.countable():
            self._cells.flush(self.connection)
        self._settled = self.seq

    def finish(self, *, ended: bool = True) -> None:
        """Commit, with the totals that were left for the end. ended: and with the keys; nothing more comes."""
        if not self.connection.in_transaction:
            self.begin()
        self.settle()
        if ended:
            self._keys.write(self.seq, part=RESTING)
        chain.save_head(self.connection, self.seq, self.state)
        lag = self.seq // totals.LAG
        if self._bulk and totals.uncounted(self.connection, lag=lag):
            self.commit()  # only what is committed can be read beside
        self._cache(COUNTING_KIB)
        with Aside(self.connection) as aside:
            if not self.connection.in_transaction:
                self.begin()
            with totals.countable():
                totals.catch_up(self.connection, lag=lag, senders=aside.senders)
            self.commit()
        self._cache(CACHE_KIB)
        self._uncounted = 0
        self.secure()

    def _cache(self, kib: int) -> None:
        self.connection.execute(f"PRAGMA cache_size=-{kib}")

    def secure(self) -> None:
        """See to it that everything committed is on the disk: one commit that waits for the log has all before it wait.

        On a full disk there is no room for that commit, and a checkpoint, which syncs the log first, takes its place.
        """
        import sqlite3

        if not self._bulk:
            return
        connection = self.connection
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            for step in (1, -1):  # SQLite writes nothing, and waits for nothing, where no byte changes
                connection.execute("UPDATE head SET seq = seq + ?", (step,))
            connection.execute("COMMIT")
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.execute("PRAGMA synchronous=NORMAL")

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
        if batch.items or batch.prepared:
            if not (batch.plain and not self._repeats and self._quick(batch)):
                before = self.counts.duplicate
                refused += careful.add(self, batch)
                self._repeats = self.counts.duplicate > before
            self._open += batch.read
        self.counts.read += batch.read
        self.counts.skipped += batch.skipped
        self.counts.refused += len(refused)
        for refusal in refused:
            self.counts.groups[refusal.group] = self.counts.groups.get(refusal.group, 0) + 1
        self._uncounted += batch.read
        if self._uncounted >= COUNT_EVERY:
            self.finish(ended=False)
        elif self._open >= self._most() or (self._open and monotonic() - self._since > COMMIT_SECONDS):
            self.commit()
        elif self._cells.full:
            self.settle()
        return sorted(refused, key=lambda refusal: refusal.line)

    def _quick(self, batch: Batch) -> bool:
        try:
            self.insert(batch.prepared or self.preparer.prepare(batch.items))  # type: ignore[arg-type]  # plain: every item is a Row
        except Unusual:
            return False
        return True

    def entry_keys(self, identity: str) -> str:
        """The keys that an entry of this id may have, one for each source, as a JSON list."""
        return str([record.key_of(prefix, identity) for prefix in self._entry_prefixes])

    def insert(self, rows: Prepared, *, judged: bool = False) -> None:
        """Chain and insert rows. Unusual, before anything was written, where the quick way does not handle them.

        judged: `careful` has found them new.
        """
        ids = self.inboxes.ids
        if list(map(ids.get, rows.inboxes[0])) != rows.inbox_ids:  # renamed since they were prepared
            raise Unusual
        keys = set(rows.keys)
        if not judged and (len(keys) < rows.many or self._keys.known(keys)):
            raise Unusual
        source_code = self.source_code = self.source_code or self.words.code(self.source)
        first, salts, chained = self.seq + 1, rows.salts, rows.linked
        if chained is None or chained.start != (self.seq, self.state):
            chained = linked(rows, (self.seq, self.state))
        links = bytearray(chained.links)
        extensions, detected = self._codes(rows.extensions[0]), self._codes(rows.detected[0])
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
        text = inserts.into_record(source_code, *columns)
        self.connection.executemany(text, zip(*columns.values(), strict=True))
        self._cells.add(rows, rows.inbox_ids, extensions, detected, first)
        self._keys.add(keys)
        self.seq, self.state = chained.end
        self.counts.new += rows.many

    def _codes(self, texts: Iterable[str | None]) -> list[int]:
        code = self.words.code
        return [0 if text is None else code(text) for text in texts]
