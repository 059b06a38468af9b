"""Appending the rows of one source to the ledger: when to commit, and which way a batch goes.

Rows go in by batches inside a transaction that commits every so many rows. What was acknowledged survives a power cut:
each commit, or in a bulk load all of them at its end. A batch goes the quick way first, which takes rows that are new
and in order, as `ledger.append.prepare` has made them ready; a batch with anything else in it goes the exact way of
`ledger.append.exact`, row by row, which alone decides what is new, a duplicate or refused.

Most of the time goes into SQLite. What keeps it low is told in docs/speed.md.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.append import exact
from occ_media_cli.ledger.append.columns import Unusual
from occ_media_cli.ledger.append.count_aside import SendersAside
from occ_media_cli.ledger.append.keys import LOADING, RESTING
from occ_media_cli.ledger.append.later import Waiting
from occ_media_cli.ledger.append.prepare import Preparer
from occ_media_cli.ledger.append.writer import Writer
from occ_media_cli.report.words import plural
from occ_media_cli.store import who
from occ_media_cli.store.connect import roll_back
from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.append.columns import Place
    from occ_media_cli.ledger.append.people import SaidPeople
    from occ_media_cli.ledger.entry import Batch, Counts, RowRefusal, SamePerson
    from occ_media_cli.ledger.inboxes import KnownInboxes
    from occ_media_cli.store import chain

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
    again after a power cut. stamp: who takes the rows in; without it nothing is recorded of who is one person.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        source: str,
        *,
        commit_every: int | None = None,
        bulk: bool = False,
        stamp: chain.Stamp | None = None,
    ) -> None:
        self._bulk = bulk and not connection.in_transaction
        if self._bulk:
            connection.execute("PRAGMA synchronous=NORMAL")
        self.connection = connection
        self._cache(CACHE_KIB)
        self.writer = Writer(connection, source)
        self.preparer = Preparer(source, self.writer.prefixes[FILE], self.writer.inboxes.ids)
        self.kept = 0
        self._commit_every = commit_every
        self._open = 0
        self._uncounted = 0
        self._since = 0.0
        self._begun = 0
        self._repeats = False
        self._stamp = stamp
        self._people: SaidPeople | None = None
        self._waiting: Waiting | None = Waiting()

    def __enter__(self) -> Appender:
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self.connection.in_transaction:
            if kind is None:
                self.commit()
            else:
                roll_back(self.connection)
        if self._bulk:
            self.connection.execute("PRAGMA synchronous=FULL")

    @property
    def counts(self) -> Counts:
        """How many rows were added, were there already, or were refused so far."""
        return self.writer.counts

    @property
    def inboxes(self) -> KnownInboxes:
        """The inboxes that rows may name."""
        return self.writer.inboxes

    def current_place(self) -> Place:
        """Where the chain stands, as far as this appender knows."""
        return self.writer.current_place()

    def begin(self) -> None:
        """Take the writer's lock and look where the chain stands; other writers may have appended meanwhile."""
        self.writer.begin()
        self._since = monotonic()
        self._begun = self.writer.seq

    def commit(self) -> None:
        """Write keys, totals and head and commit. What was added before is safe from here on."""
        with log.step("ingest", "commit of {} rows", self._open):
            self.writer.save()
            self.connection.execute("COMMIT")
        self._open = 0
        self.kept = self.counts.new

    def _most(self) -> int:
        """Rows that this transaction may have."""
        return self._commit_every or min(max(COMMIT_FIRST, self._begun // 4), COMMIT_EVERY)

    def finish(self, *, ended: bool = True) -> None:
        """Commit, with the totals that were left for the end. ended: and with the keys; nothing more comes."""
        if not self.connection.in_transaction:
            self.begin()
        self.writer.save(part=RESTING if ended else LOADING)
        lag = self.writer.seq // totals.LAG
        if self._bulk and totals.uncounted(self.connection, lag=lag):
            self.commit()  # only what is committed can be read beside
        self._cache(COUNTING_KIB)
        with SendersAside(self.connection) as aside:
            if not self.connection.in_transaction:
                self.begin()
            with totals.countable(), log.step("ingest", "senders and contents counted"):
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
            roll_back(connection)
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.execute("PRAGMA synchronous=NORMAL")

    def append_event(self, event: chain.Event, stamp: chain.Stamp) -> None:
        """Append an event behind the rows, in their transaction."""
        if not self.connection.in_transaction:
            self.begin()
        self.writer.append_event(event, stamp)

    def append_batch(self, batch: Batch) -> list[RowRefusal]:
        """Append a batch and return the rows that were refused."""
        if not self.connection.in_transaction:
            self.begin()
        refused = list(batch.refused or ())
        if batch.items or batch.prepared:
            if not (batch.plain and not self._repeats and self._append_quick(batch)):
                before = self.counts.duplicate
                refused += exact.append_rows(self.writer, self.preparer, batch, self._waiting)
                self._repeats = self.counts.duplicate > before
            self._open += batch.read
        if batch.people and self._stamp is not None:
            self._append_people(batch.people, who.renewed(self._stamp))
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
        elif self.writer.cells.full:
            self.writer.settle()
        return sorted(refused, key=lambda refusal: refusal.line)

    def append_waiting(self) -> list[RowRefusal]:
        """Append what spoke of messages that were not known when it came, now that nothing else comes; returns what
        was refused of it."""
        waiting, self._waiting = self._waiting, None
        return [refusal for batch in waiting.batches() for refusal in self.append_batch(batch)] if waiting else []

    def _append_people(self, some: list[SamePerson], stamp: chain.Stamp) -> None:
        if self._people is None:
            from occ_media_cli.ledger.append.people import SaidPeople  # few sources say who is one person

            self._people = SaidPeople(self.writer)
        self._people.append(some, stamp)
        self._open += len(some)

    def notes(self) -> list[str]:
        """What a person should know of what was added beside the rows, in words."""
        found = self._people.notes() if self._people is not None else []
        if self.counts.unknown:
            found.append(
                f"{plural(self.counts.unknown, 'correction')} passed over, of messages that are not in the ledger:"
                " where these are in another archive, read that first and this one again"
            )
        return found

    def _append_quick(self, batch: Batch) -> bool:
        try:
            self.writer.insert_rows(batch.prepared or self.preparer.prepare(batch.items))  # type: ignore[arg-type]  # plain: every item is a Row
        except Unusual:
            return False
        return True
