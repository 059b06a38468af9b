"""Opening a store to read or to change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, NotFound, StoreBusy, StoreInvalid, UsageError
from occ_media_cli.store import documents, locate, migrate, new_place, temporary
from occ_media_cli.store.connect import connect, connect_in_memory, explained, refuse_odd_files
from occ_media_cli.store.making import Unnamed
from occ_media_cli.store.remains import (
    cut_off,
    find_remains,
    find_split,
    missing_store,
    refuse_lost_document,
    refuse_remains,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.rehearsal import Rehearsal


class Store:
    """An open store. `connection` is None for a document that has no ledger yet, and for a missing default store.

    made: this command made it. begun: it began a ledger for a document that was there already. unnamed: one that has
    no name yet, and gets it from `keep`. ended: an interrupted change that this command finished or refused.
    """

    def __init__(
        self, location: Location, connection: sqlite3.Connection | None, *, made: bool = False,
        unnamed: Unnamed | None = None,
    ) -> None:  # fmt: skip
        self.location, self.connection, self.made, self._unnamed = location, connection, made, unnamed
        self.ended: documents.EndedChange | None = None
        self.begun = made and location.document is not None and location.exists

    @property
    def ledger(self) -> sqlite3.Connection:
        """The connection, or NotFound where nothing has been recorded yet."""
        if self.connection is None:
            raise no_ledger(self.location)
        return self.connection

    @property
    def is_named(self) -> bool:
        """Whether it has its name."""
        return self._unnamed is None

    def keep(self) -> None:
        """Give a store that has no name yet its name: what is committed in it stays.

        StoreBusy where another command has made one under that name since.
        """
        if self._unnamed is None:
            return
        self.connection = None
        if not self._unnamed.give_name():
            raise StoreBusy(
                "another command has just made the store; nothing was changed", file=str(self.location.path),
                hint="run the same command again",
            )  # fmt: skip
        self._unnamed = None
        self.connection = connect(self.location.ledger, writable=True)

    def close(self) -> None:
        """Close the connection, where there is one."""
        if self.connection is not None:
            self.connection.close()

    def document_bytes(self) -> bytes | None:
        """What the TOML document says, or None where there is none: as it is on disk, or as a killed restore was about
        to leave it."""
        data = self.document_there()
        if self.location.document is None or self.connection is None:
            return data
        promised = documents.promised(self.connection, data)
        return data if promised is None else promised

    def document_there(self) -> bytes | None:
        """The TOML document as it is on disk, or None where there is none."""
        if self.location.document is None:
            return None
        refuse_odd_files(self.location.document, ())
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
    if location.rehearsal is not None and location.rehearsal.connection is not None:
        with explained(location.ledger):
            yield Store(location, location.rehearsal.connection)
        return
    refuse_remains(location)
    if not location.exists and not _waits_for_restore(location):
        log.note("store", "{} is not there", location.path)
        if location.explicit:
            raise missing_store(location)
        yield Store(location, None)
        return
    connection = None
    if location.ledger.exists():
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
            refuse_lost_document(connection, location)
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


def _waits_for_restore(location: Location) -> bool:
    """Whether a document is missing only because a restore was killed before it put that in place."""
    if location.document is None or not location.ledger.exists():
        return False
    with reading_older(location) as (connection, version):
        return version == migrate.LATEST and documents.promised(connection, None) is not None


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
    problem = find_split(location) or find_remains(ledger)
    if problem is not None or not ledger.exists():
        return problem
    try:
        with reading_older(location) as (_, version):
            return cut_off(ledger) if version == 0 else None
    except StoreInvalid as problem:
        return problem


def _rehearsed(rehearsal: Rehearsal, path: Path) -> sqlite3.Connection:
    """The connection of a command that only says what it would do; one in memory for a store that is missing."""
    from occ_media_cli.store.rehearsal import Rehearsed

    if rehearsal.connection is not None:
        return rehearsal.connection
    there = path.exists()
    found = connect(path, writable=True, factory=Rehearsed) if there else connect_in_memory(Rehearsed)
    with explained(path):
        rehearsal.begin(found)
    return found


@contextmanager
def changing(
    location: Location, stamp: Stamp, *, anew: bool = False, document_may_miss: bool = False, unnamed: bool = False
) -> Iterator[Store]:
    """Open a store to change it; a missing one is made, readable and writable by its owner only.

    What killed commands left half-written beside it goes first. An empty file is StoreInvalid: what it held is lost,
    and that must not go unnoticed. anew: whoever asks wants a new store, so that an empty file is taken for one.
    document_may_miss: a restore brings the document. unnamed: one that is made gets its name from `Store.keep`, and is
    gone without it.
    """
    path = location.ledger
    document = locate.document_of(location.path.resolve() if location.path.is_symlink() else location.path)
    if document is not None and document.exists():
        raise UsageError(
            f"'{path}' belongs to {document}; nothing was changed",
            hint=f"name the document: {document}",
            topic=("document", str(document)),
        )
    refuse_remains(location, anew=anew, document_may_miss=document_may_miss)
    if not document_may_miss:
        new_place.check_new_place(location, anew=anew)
    with ExitStack() as stack:
        spared: Sequence[Path] = ()
        new = None
        if location.rehearsal is not None:
            made = location.rehearsal.connection is None and not path.exists()
            connection = _rehearsed(location.rehearsal, path)
            if made:
                migrate.upgrade(connection, path, stamp)
        else:
            new = None if path.exists() else stack.enter_context(Unnamed(location, stamp))
            made = new is not None
            if new is not None and not unnamed:
                made, new = new.give_name(), None
            spared = temporary.sweep(path.absolute().parent, location.path.resolve().parent)
            connection = new.connection if new is not None else connect(path, writable=True)
        stack.callback(connection.close)
        with explained(path), log.step("store", "schema compared", fine=True):
            if not anew and migrate.schema_version(connection, path) == 0:
                raise cut_off(path)
            made = migrate.upgrade(connection, path, stamp) or made
        _tell_opened(location, connection, "changing")
        if not document_may_miss:
            refuse_lost_document(connection, location, anew=anew)
        if spared:
            from occ_media_cli.store import backup

            backup.settle(spared, path, connection)
        store = Store(location, connection, made=made, unnamed=new)
        stack.callback(store.close)
        with explained(path):
            yield store
