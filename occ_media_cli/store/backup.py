"""Copies of a whole store: one SQLite file, which holds the TOML document too where the store has one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, MalformedInput, NotFound, StoreBusy
from occ_media_cli.store import atomic, chain, locate, migrate, sink, temporary
from occ_media_cli.store.connect import connect, explained, transaction
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard

_STEP = 16
"""Pages that are copied at once: fewer than an empty store has, so that there is always a moment to look in."""

DOCUMENT_TABLE = "backup_document"
"""One row in a backup of a TOML store: the bytes of its document."""


@value
class Copy:
    """A backup that was read. seq and head: where its chain stands."""

    path: Path
    document: bytes | None
    seq: int
    head: str


def make_backup(
    source: sqlite3.Connection, document: bytes | None, target: Path, guard: Guard | None = None, *, home: Path
) -> Copy:
    """Write a backup of an open store; a file that is there is replaced in one step, and never by a half copy.

    home: the file of the store, whose next change clears what is left of a backup that was killed.
    """
    with sink.replacing(target, guard, home=home) as pending:
        found = _fill(pending.temporary, source, document, target)
        if guard is not None:
            guard.backs_up(pending.temporary)
    return Copy(target, found.document, found.seq, found.head)


@contextmanager
def kept(source: sqlite3.Connection, document: bytes | None, target: Path) -> Iterator[None]:
    """Keep a store as it is under another name while the block replaces it. Where the block fails nothing is kept;
    where it is killed, the next command sees on the chain whether the store was replaced, and gives the copy its name
    or removes it."""
    try:
        with temporary.beside(target) as made:
            _fill(made, source, document, target)
            yield
            made.rename(target)
        atomic.sync_folder(target.parent)
    except OSError as problem:
        raise _unwritten(problem, target) from problem


def settle(spared: Sequence[Path], ledger: Path, connection: sqlite3.Connection) -> None:
    """Clean up after a killed restore: the store as it was is kept where the restore is on record, else it is the store
    itself. Copies of other stores in the folder are left to them."""
    for path in spared:
        start, _, rest = path.name.partition(temporary.ASIDE)
        wall = rest.partition(".")[0]
        if start != f".{ledger.name}" or not (wall.isascii() and wall.isdigit() and len(wall) < 19):
            continue
        done = connection.execute(
            "SELECT 1 FROM event WHERE kind = 'store-restore' AND wall = ?", (int(wall),)
        ).fetchone()
        temporary.settle(path, keep_as=_aside(ledger, int(wall)) if done is not None else None)


def _unwritten(problem: OSError, target: Path) -> Incomplete:
    return Incomplete(f"the backup cannot be written: {(problem.strerror or str(problem)).lower()}", file=str(target))


def _fill(made: Path, source: sqlite3.Connection, document: bytes | None, target: Path) -> Copy:
    """Copy an open store into an empty file, and look the copy over."""
    with explained(target), closing(connect(made, writable=True)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if document is not None:
            with transaction(copy):
                copy.execute(f"CREATE TABLE {DOCUMENT_TABLE} (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
                copy.execute(f"INSERT INTO {DOCUMENT_TABLE} VALUES (1, ?)", (document,))
    _sync(made)
    return read_backup(made)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_backup(path: Path) -> Copy:
    """Look a backup over: SQLite's own check, the schema, the document. MalformedInput where it is none.

    StoreInvalid where a view or a trigger in it is not this program's: nothing of it runs.
    """
    import sqlite3

    hint = "name a backup of a store"
    topic = ("backup",)
    if not path.exists():
        raise NotFound("no such file", file=str(path), hint=hint, topic=topic)
    if not path.is_file():  # SQLite would wait at a pipe, and a device has no end
        raise MalformedInput("not a backup of a store: not a regular file", file=str(path), hint=hint, topic=topic)
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            version = migrate.opened(connection, path)
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if version == 0 or problem != "ok":
                raise MalformedInput(
                    "not a backup of a store" if version == 0 else f"the backup is damaged: {problem}",
                    file=str(path), hint=hint, topic=topic,
                )  # fmt: skip
            seq, head = chain.head(connection)
            return Copy(path, _document(connection), seq, head.hex())
    except sqlite3.Error as problem:
        raise MalformedInput(f"not a backup of a store: {problem}", file=str(path), hint=hint, topic=topic) from problem


def _document(connection: sqlite3.Connection) -> bytes | None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (DOCUMENT_TABLE,)).fetchone()
    if there is None:
        return None
    return bytes(connection.execute(f"SELECT bytes FROM {DOCUMENT_TABLE} WHERE id = 1").fetchone()[0])


@contextmanager
def unpacked(copy: Copy, beside: Path, stamp: chain.Stamp) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A backup as a store of today's schema, open to change, in a file of its own beside the store that it will be.

    Events that a restore must add are added here, so that the store itself changes in one step.
    """
    import sqlite3

    uri = f"{copy.path.absolute().as_uri()}?mode=ro&immutable=1"
    with temporary.beside(beside) as made, closing(connect(made, writable=True)) as connection:
        with explained(copy.path), closing(sqlite3.connect(uri, uri=True)) as source:
            source.backup(connection)
        migrate.upgrade(connection, copy.path, stamp)
        connection.execute("PRAGMA journal_mode=DELETE")
        with transaction(connection):
            connection.execute(f"DROP TABLE IF EXISTS {DOCUMENT_TABLE}")
            connection.execute("DELETE FROM intent")
        yield connection, made


@contextmanager
def copied(source: sqlite3.Connection | None, ledger: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy of a ledger beside it, an empty one where there is none, which goes again when the block ends."""
    with temporary.beside(ledger) as made, explained(ledger), closing(connect(made, writable=True)) as copy:
        if source is not None:
            source.backup(copy)
        yield copy, made


def record_restore(
    restored: sqlite3.Connection,
    copy: Copy,
    replaced: tuple[int, bytes],
    stamp: chain.Stamp,
    *,
    document: bytes | None,
    lost: Mapping[str, object],
    reason: str | None,
) -> None:
    """Say on the restored chain that it was restored, inside the caller's transaction.

    replaced: where the chain of the replaced store stood. document: the one that the restored store will have, where
    its chain knows it. lost: what the replaced store had on record and the backup has not. reason: why that was
    accepted; None where nothing was lost.
    """
    from hashlib import sha256

    seq, head = replaced
    body = {"backup_seq": copy.seq, "backup_head": copy.head, "replaced_seq": seq, "replaced_head": head.hex(),
            "lost": lost}  # fmt: skip
    left = None if document is None else sha256(document).digest()
    chain.append(restored, [chain.Event("store-restore", body, stamp.now, reason)], stamp, document=left)


def replace_store(
    restored: sqlite3.Connection, target: sqlite3.Connection, path: Path, expected: tuple[int, bytes]
) -> None:
    """Replace the content of an open store in one step, unless its chain has moved on from where it was looked at.

    The pages are copied under SQLite's own lock, so that a command that reads meanwhile sees the old store or the new,
    and one that is killed leaves the old one. StoreBusy where another command changed the store.
    """
    import sqlite3

    moved = StoreBusy(
        "another command changed the store meanwhile; nothing was restored", file=str(path), hint="try again"
    )
    with explained(path), closing(connect(path, writable=False)) as reader:
        looked = False

        def before_the_second_step(status: int, _left: int, _pages: int) -> None:
            # From the first step on the target is locked for writers, and readers still see what it was.
            nonlocal looked
            if status == sqlite3.SQLITE_BUSY:
                raise moved
            if not looked and chain.head(reader) != expected:
                raise moved
            looked = True

        target.execute("PRAGMA journal_mode=WAL")
        restored.backup(target, pages=_STEP, progress=before_the_second_step)
    with explained(path):
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def aside(location: Location, wall: int) -> Path:
    """Where the store as it was before a restore is kept."""
    return _aside(location.ledger, wall)


def _aside(ledger: Path, wall: int) -> Path:
    return ledger.with_name(f"{ledger.name}{temporary.ASIDE}{wall}")


def set_aside(path: Path, name: Path) -> Path:
    """Put a store that cannot be read under another name, with what SQLite keeps beside it."""
    try:
        for there, then in zip(locate.beside(path), locate.beside(name), strict=True):
            with suppress(FileNotFoundError):
                there.rename(then)
        with suppress(FileNotFoundError):  # what SQLite keeps beside it may be all that is left
            path.rename(name)
    except OSError as problem:
        raise Incomplete(f"the store cannot be put aside: {problem.strerror}", file=str(path)) from problem
    return name
