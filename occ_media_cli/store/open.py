"""Opening a store to read or to change it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, NotFound, StoreInvalid, UsageError
from occ_media_cli.store import atomic, documents, locate, migrate, new_place, temporary
from occ_media_cli.store.connect import connect, explained, refuse_odd_files

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


class Store:
    """An open store. `connection` is None for a document that has no ledger yet, and for a missing default store.

    made: this command made it. begun: it began a ledger for a document that was there already.
    """

    def __init__(self, location: Location, connection: sqlite3.Connection | None, *, made: bool = False) -> None:
        self.location, self.connection, self.made = location, connection, made
        self.begun = made and location.document is not None and location.exists

    @property
    def ledger(self) -> sqlite3.Connection:
        """The connection, or NotFound where nothing has been recorded yet."""
        if self.connection is None:
            raise no_ledger(self.location)
        return self.connection

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
    _refuse_remains(location)
    if not location.exists and not _waits_for_restore(location):
        log.note("store", "{} is not there", location.path)
        if location.explicit:
            raise _missing(location)
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
            _refuse_lost_document(connection, location)
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
        topic=_EMPTY,
    )


def _remains(ledger: Path) -> StoreInvalid | None:
    """What is wrong where something cut a store off: its file is empty, or gone while files of SQLite stand beside it.
    None where there is a store, or nothing at all. Made anew, a store would read like one that never held anything."""
    there = ledger.exists()
    if there and ledger.stat().st_size:
        return None
    beside = [file for side in _JOURNALS if (file := ledger.with_name(ledger.name + side)).exists()]
    full = next((file for file in beside if file.stat().st_size), None)
    if full is not None:
        return StoreInvalid(
            f"the file is empty or gone, and {full.name} may still have what it held",
            file=str(ledger),
            hint="restore a backup, or put the file beside it away first",
            topic=("store-remains", str(full)),
        )
    return cut_off(ledger) if there or beside else None


def _refuse_remains(location: Location, *, anew: bool = False, document_may_miss: bool = False) -> None:
    """StoreInvalid for what is left of a store. anew: an empty file is taken for a new one, unless a journal beside it
    may still have what it held."""
    problem = _remains(location.ledger)
    document = location.document
    if problem is None and document is not None and not (document_may_miss or location.ledger.exists()):
        problem = cut_off(document) if _is_empty(document) else None
    if problem is not None and not (anew and problem.topic == _EMPTY):
        raise problem


def _is_empty(document: Path) -> bool:
    return document.is_file() and not document.stat().st_size


def _missing(location: Location) -> NotFound:
    """A store that is not there; where the ledger of a document is, no change makes another one."""
    if location.document is not None and location.ledger.exists():
        return NotFound(
            "no such store: the document is gone and its ledger is still here",
            file=str(location.path),
            hint="write the document anew from its ledger",
            topic=("document-anew", str(location.ledger), str(location.path)),
        )
    return NotFound("no such store", file=str(location.path), hint="the first change makes it", topic=("first-change",))


def _waits_for_restore(location: Location) -> bool:
    """Whether a document is missing only because a restore was killed before it put that in place."""
    if location.document is None or not location.ledger.exists():
        return False
    with reading_older(location) as (connection, version):
        return version == migrate.LATEST and documents.promised(connection, None) is not None


_EMPTY = ("empty-store",)

_JOURNALS = ("-wal", "-journal")
"""Ends of the names of the files in which SQLite keeps changes that are not in the store yet."""


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
    problem = _remains(ledger)
    if problem is not None or not ledger.exists():
        return problem
    try:
        with reading_older(location) as (_, version):
            return cut_off(ledger) if version == 0 else None
    except StoreInvalid as problem:
        return problem


@contextmanager
def changing(
    location: Location, stamp: Stamp, *, anew: bool = False, document_may_miss: bool = False
) -> Iterator[Store]:
    """Open a store to change it; a missing one is made, readable and writable by its owner only.

    What killed commands left half-written beside it goes first. An empty file is StoreInvalid: what it held is lost,
    and that must not go unnoticed. anew: whoever asks wants a new store, so that an empty file is taken for one.
    document_may_miss: a restore brings the document.
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
    _refuse_remains(location, anew=anew, document_may_miss=document_may_miss)
    if not document_may_miss:
        new_place.check_new_place(location, anew=anew)
    made = False if path.exists() else _make(location, stamp)
    spared = temporary.sweep(path.absolute().parent, location.path.resolve().parent)
    connection = connect(path, writable=True)
    try:
        with explained(path), log.step("store", "schema compared", fine=True):
            if not anew and migrate.schema_version(connection, path) == 0:
                raise cut_off(path)
            made = migrate.upgrade(connection, path, stamp) or made
        _tell_opened(location, connection, "changing")
        if not document_may_miss:
            _refuse_lost_document(connection, location, anew=anew)
        if spared:
            from occ_media_cli.store import backup

            backup.settle(spared, path, connection)
        with explained(path):
            yield Store(location, connection, made=made)
    finally:
        connection.close()


def _refuse_lost_document(connection: sqlite3.Connection, location: Location, *, anew: bool = False) -> None:
    """A document that a change has left behind must be neither gone nor cut off; a ledger that never had one is new."""
    document, ledger = location.document, location.ledger
    if document is None or (document.exists() and not _is_empty(document)):
        return
    data = b"" if document.exists() else None
    if documents.promised(connection, data) is not None:
        return
    if documents.last_document(connection)[0] is None:
        if data is not None and not anew:
            raise cut_off(document)
        return
    if data is None:
        raise StoreInvalid(
            "the document is gone and its ledger is still here; nothing was changed",
            file=str(document),
            hint="write the document anew from its ledger",
            topic=("document-anew", str(ledger), str(document)),
        )
    if not documents.is_of_commands(connection, data):
        raise StoreInvalid(
            "the document is empty: it was cut off; its ledger is still here, and nothing was changed",
            file=str(document),
            hint="remove it, and write it anew from its ledger",
            topic=("document-cut-off", str(ledger), str(document)),
        )


def _make(location: Location, stamp: Stamp) -> bool:
    """Make a store whole and then give it its name; False where another command was quicker. Only the default place
    gets its folder too.

    So a command that is killed leaves none, and whoever finds an empty file knows that something cut it off. The file
    is made before SQLite could do so, which would leave it readable for all.
    """
    path = location.ledger
    place = Path(os.path.realpath(path))
    try:
        if not location.explicit:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.beside(place) as new:
            with closing(connect(new, writable=True)) as connection:
                migrate.upgrade(connection, new, stamp)
            made = _give_name(new, place)
        atomic.sync_folder(place.parent)
    except OSError as problem:
        raise Incomplete(
            f"the store cannot be made: {(problem.strerror or str(problem)).lower()}",
            file=str(path),
            hint="name another place",
            topic=("other-place",),
        ) from problem
    return made


def _give_name(new: Path, place: Path) -> bool:
    """Give a finished file a name that no other file has; False where one has it."""
    try:
        place.hardlink_to(new)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links: the name is taken first, by a file that the new one replaces
        try:
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            return False
        new.rename(place)
    return True
