"""The one place that opens a SQLite file. A test, or another SQLite, replaces `driver`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from occ_media_cli.errors import Incomplete, OccMediaError, StoreBusy, StoreInvalid
from occ_media_cli.store.locate import SIDES, beside
from occ_media_cli.store.lock import BUSY_SECONDS

if TYPE_CHECKING:
    import sqlite3

_DESCRIPTORS = 6
"""The descriptors that opening a store may take at once: the file, its log and index, a journal, a folder, a temporary
file."""

APPLICATION_ID = 0x4F43434D
"""`OCCM`: what `file` and SQLite's own tools see in the header of a store."""


def refuse_odd_files(path: Path, sides: Sequence[str] = SIDES) -> None:
    """StoreInvalid where something else than a regular file has the name of a store or of a file beside it.

    sides: what stands behind the names of the files beside it to look at. SQLite opens them without a look: a FIFO
    waits for ever for somebody to write, a device may act, and what a link leads to is none of the store's. The store
    itself may be reached through a link, and one that is a folder fails at once when it is opened.
    """
    real = Path(os.path.realpath(path))
    for file in (real, *beside(real, sides)):
        try:
            mode = file.lstat().st_mode
        except OSError:
            continue  # not there; and what cannot be looked at cannot be opened either, which SQLite says
        if not stat.S_ISREG(mode) and (file != real or not stat.S_ISDIR(mode)):
            from occ_media_cli.places import safe_open

            raise StoreInvalid(
                f"{file.name} was not opened: {safe_open.what_it_is(mode).words}",
                file=str(path),
                hint=f"see who made it, and take it away: {file}",
            )


def connect(
    path: Path, *, writable: bool, passed_on: bool = False, factory: type[sqlite3.Connection] | None = None
) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are opened by `transaction`.

    A reading connection refuses to write, but takes part in SQLite's locking and leaves no side files behind; where
    the folder is not writable it falls back to a plain read-only one. passed_on: another thread will use it after this
    one. factory: the class of the connection.
    """
    import sqlite3

    made = sqlite3.Connection if factory is None else factory

    def attempt(mode: str) -> sqlite3.Connection:
        uri = f"file:{quote(os.fspath(path.absolute()))}?mode={mode}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256,
            check_same_thread=not passed_on, factory=made,
        )  # fmt: skip
        try:
            connection.execute("PRAGMA synchronous=FULL")
            if not writable:
                connection.execute("PRAGMA query_only=ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    refuse_odd_files(path)
    with explained(path):
        if writable:
            return attempt("rwc")
        for mode in ("rw", "ro", "ro&immutable=1"):
            try:
                return attempt(mode)
            except sqlite3.OperationalError as problem:
                if mode.endswith("1") or "locked" in str(problem):
                    raise
    raise AssertionError  # the loop returns or raises


def connect_in_memory(factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    """A connection of a class to an empty database that no file keeps."""
    import sqlite3

    return sqlite3.connect(":memory:", isolation_level=None, factory=factory)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A writing transaction that holds the lock from its first statement, and is whole or gone.

    BEGIN IMMEDIATE waits for other writers; a deferred one that reads first and then writes cannot wait.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        roll_back(connection)
        raise
    connection.execute("COMMIT")


def roll_back(connection: sqlite3.Connection) -> None:
    """End a transaction without its changes. SQLite has done so itself where memory or the disk ran out, and saying it
    again would be an error that hides the one that matters."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def bytes_in_memory(connection: sqlite3.Connection) -> bytes:
    """The bytes of a database in memory. MemoryError where there is no room for them, which is all that can fail and
    which the module of SQLite tells as if the database were broken."""
    import sqlite3

    try:
        return connection.serialize()
    except sqlite3.OperationalError:
        raise MemoryError from None


def opened_copy(content: bytes, place: str = ":memory:") -> sqlite3.Connection:
    """A connection to a copy of these bytes of a database. place: "" for a file of its own that no other process sees,
    where it may grow large."""
    import sqlite3

    connection = sqlite3.connect(place, isolation_level=None)
    with closing(sqlite3.connect(":memory:")) as original:
        original.deserialize(content)
        original.backup(connection)
    return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the file system into errors that a person can act on."""
    import sqlite3

    try:
        yield
    except StoreInvalid as problem:
        problem.file = problem.file or str(path)  # who reads a cell does not know in which file it stands
        raise
    except sqlite3.OperationalError as problem:
        raise _operational(problem, path) from problem
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.IntegrityError):
            raise
        raise StoreInvalid(
            f"not a store: {problem}",
            file=str(path),
            hint="name another file, or restore a backup",
            topic=("no-store",),
        ) from problem
    except (ValueError, RecursionError) as problem:
        # Of a broken file SQLite hands out, even in its error messages, what is neither UTF-8 nor JSON any more, and
        # of a forged one JSON that no program wrote: nested without end, or with numbers of thousands of digits.
        odd = isinstance(problem, UnicodeDecodeError | RecursionError) or "integer string conversion" in str(problem)
        if not odd and type(problem).__name__ != "JSONDecodeError":
            raise
        raise StoreInvalid(
            f"a text in the store is broken: {problem}",
            file=str(path),
            hint="restore a backup",
            topic=("broken-text",),
        ) from problem


def _operational(problem: sqlite3.OperationalError, path: Path) -> OccMediaError:
    words = str(problem)
    if "locked" in words or "busy" in words:
        return StoreBusy(
            f"another command has held the store for {BUSY_SECONDS:g} seconds; nothing was changed",
            file=str(path),
            hint="try again when it is done",
        )
    if "full" in words:
        return Incomplete("the disk is full; nothing was changed", file=str(path), hint="make room, then try again")
    if "unable to open" in words and _no_file_more():
        return Incomplete(
            "this process may not open as many files as it needs; nothing was changed",
            file=str(path),
            hint="raise what ulimit -n allows",
        )
    if "readonly" in words or "unable to open" in words or "permission" in words or "disk I/O" in words:
        folder = path.parent
        return Incomplete(
            f"the store cannot be opened or written ({words}); nothing was changed",
            file=str(path),
            hint=f"check the permissions of the file and of the folder {folder}",
        )
    return StoreInvalid(
        f"not a store of this program: {words}", file=str(path), hint="look at the file", topic=("doctor",)
    )


def _no_file_more() -> bool:
    """Whether this process lacks the descriptors that a store takes, which SQLite has closed again by now: it says the
    same words for that as for a missing permission."""
    import errno

    opened: list[int] = []
    try:
        for _ in range(_DESCRIPTORS):
            opened.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))  # noqa: PERF401  # kept where it stops
    except OSError as problem:
        return problem.errno in (errno.EMFILE, errno.ENFILE)
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return False
