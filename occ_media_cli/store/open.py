"""Opening a store to read or to change it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, NotFound, StoreInvalid, UsageError
from occ_media_cli.store import locate, migrate, temporary
from occ_media_cli.store.connect import connect, explained, refuse_odd_files

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


class Store:
    """An open store. `connection` is None for a document that has no ledger yet, and for a missing default store.

    made: this command made it.
    """

    def __init__(self, location: Location, connection: sqlite3.Connection | None, *, made: bool = False) -> None:
        self.location, self.connection, self.made = location, connection, made

    @property
    def ledger(self) -> sqlite3.Connection:
        """The connection, or NotFound where nothing has been recorded yet."""
        if self.connection is None:
            raise no_ledger(self.location)
        return self.connection

    def document_bytes(self) -> bytes | None:
        """The TOML document as it is on disk, or None where there is none."""
        if self.location.document is None:
            return None
        refuse_odd_files(self.location.document, ("",))
        try:
            return self.location.document.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise Incomplete(
                f"the document cannot be read: {problem.strerror}",
                file=str(self.location.document),
                hint="make it readable for yourself",
            ) from problem


def no_ledger(location: Location) -> NotFound:
    """Nothing has been recorded yet, or the file is gone."""
    return NotFound(
        "the store has no ledger yet",
        file=str(location.path),
        hint="record what was shared first",
        topic=("first-entries",),
    )


@contextmanager
def reading(location: Location) -> Iterator[Store]:
    """Open a store without writing. A missing explicit store is NotFound; a missing default one has no connection.

    Its schema is compared first: StoreInvalid where a view or a trigger is not this program's.
    """
    if not location.exists:
        log.note("store", "{} is not there", location.path)
        if location.explicit:
            raise NotFound(
                "no such store",
                file=str(location.path),
                hint="the first change makes it",
                topic=("first-change",),
            )
        yield Store(location, None)
        return
    connection = None
    if location.ledger.exists():
        if not location.ledger.stat().st_size:
            raise cut_off(location.ledger)
        connection = connect(location.ledger, writable=False)
    try:
        if connection is not None:
            with explained(location.ledger):
                with log.step("store", "schema compared", fine=True):
                    version = migrate.opened(connection, location.ledger)
                if version == 0:
                    raise cut_off(location.ledger)
                if version < migrate.LATEST:
                    raise StoreInvalid(
                        f"the store has schema version {version}; this program reads {migrate.LATEST}",
                        file=str(location.ledger),
                        hint="bring the store up to date",
                        topic=("upgrade",),
                    )
        _tell_opened(location, connection, "reading")
        with explained(location.ledger):
            yield Store(location, connection)
    finally:
        if connection is not None:
            connection.close()


def _tell_opened(location: Location, connection: sqlite3.Connection | None, why: str) -> None:
    if not log.level:
        return
    version = connection.execute("PRAGMA user_version").fetchone()[0] if connection is not None else 0
    log.note("store", "opened {} ({}, schema {}) for {}", location.path, location.kind, version, why)
    if location.document is not None:
        log.detail("store", "its ledger is {}", location.ledger)


def cut_off(file: Path) -> StoreInvalid:
    """A file without anything in it: a store that was cut off must not read like one without entries."""
    return StoreInvalid(
        "the file is empty: it was cut off, or its first command did not finish",
        file=str(file),
        hint="restore a backup, or make the store anew where there was nothing yet",
        topic=("empty-store",),
    )


@contextmanager
def reading_older(location: Location) -> Iterator[tuple[sqlite3.Connection, int]]:
    """The ledger of a store that is there, open to read, with the version of its schema, which may be an older one."""
    with explained(location.ledger), closing(connect(location.ledger, writable=False)) as connection:
        yield connection, migrate.opened(connection, location.ledger)


def find_damage(location: Location) -> StoreInvalid | None:
    """Why a store cannot be opened; None where it can be, and where there is none. Nothing of it is changed.

    An empty file is no new store here: something cut it off, and what it held is lost.
    """
    ledger = location.ledger
    if not any(ledger.with_name(ledger.name + side).exists() for side in ("", "-wal", "-journal")):
        return None
    if not ledger.exists() or not ledger.stat().st_size:
        return cut_off(ledger)
    try:
        with reading_older(location) as (_, version):
            return cut_off(ledger) if version == 0 else None
    except StoreInvalid as problem:
        return problem


@contextmanager
def changing(location: Location, stamp: Stamp, *, document_may_miss: bool = False) -> Iterator[Store]:
    """Open a store to change it; a missing one is made, readable and writable by its owner only.

    What killed commands left half-written beside it goes first. document_may_miss: a restore brings the document.
    """
    path = location.ledger
    if location.kind == "sqlite" and path.name.endswith(locate.LEDGER_SUFFIX):
        document = path.with_name(path.name.removesuffix(locate.LEDGER_SUFFIX) + ".toml")
        if document.exists():
            raise UsageError(
                f"'{path}' belongs to {document}; nothing was changed",
                hint=f"name the document: {document}",
                topic=("document", str(document)),
            )
    _touch(path)
    spared = temporary.sweep(path.absolute().parent, location.path.resolve().parent)
    connection = connect(path, writable=True)
    try:
        with log.step("store", "schema compared", fine=True):
            made = migrate.upgrade(connection, path, stamp)
        _tell_opened(location, connection, "changing")
        if location.document is not None and not (made or document_may_miss or location.document.exists()):
            _refuse_without_document(connection, location.document, path)
        if spared:
            from occ_media_cli.store import backup

            backup.settle(spared, path, connection)
        with explained(path):
            yield Store(location, connection, made=made)
    finally:
        connection.close()


def _refuse_without_document(connection: sqlite3.Connection, document: Path, ledger: Path) -> None:
    """A document that a change has left behind must not be gone; a ledger that never had one is new."""
    if connection.execute("SELECT 1 FROM event WHERE document IS NOT NULL LIMIT 1").fetchone() is not None:
        raise StoreInvalid(
            "the document is gone and its ledger is still here; nothing was changed",
            file=str(document),
            hint="write the document anew from its ledger",
            topic=("document-anew", str(ledger), str(document)),
        )


def _touch(path: Path) -> None:
    """Make the file, and its folder, before SQLite does: SQLite would leave them readable for all."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as problem:
        raise Incomplete(
            f"the store cannot be made: {problem.strerror}",
            file=str(path),
            hint="name another place",
            topic=("other-place",),
        ) from problem
