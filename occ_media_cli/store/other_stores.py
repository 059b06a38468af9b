"""Files of stores that a command does not work with, which it must not write over all the same.

A store is known by what its file says of itself, under every name; what stands beside it, by the names that a store
gives to its own files.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError
from occ_media_cli.store import chain, locate, lock, migrate
from occ_media_cli.store.connect import APPLICATION_ID, connect, explained

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.locate import Location

_MAGIC = b"SQLite format 3\x00"
_APPLICATION = slice(68, 72)
"""Where the header of a SQLite file says which program made it."""
_LOOKED_AT = 4096
"""Bytes at each end of a file by which it is known to be a text, which no store ever was."""
_JOURNALS_BEGIN = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
"""How the journals of SQLite begin: the write-ahead log in both orders of bytes, and the rollback journal."""


REMAINS = "is what is left of a store"
MAY_BE = "may be what is left of a store"


def is_store(path: Path) -> bool:
    """Whether a file is a store, the ledger of one, or a backup of one. One with the name of a store that may not be
    read is taken for one: nobody could tell what was lost."""
    try:
        ends = _ends_of(path)
    except PermissionError:
        return locate.kind_of(path) == "sqlite"
    return ends is not None and _is_ours(ends)


def may_be_store(path: Path) -> bool:
    """The same, or whether a file that is there has the name of a store and is not known to be something else: one that
    is empty or begins with other bytes may be what is left of one. A text is something else, and so is the database of
    a program that says so in it."""
    if is_store(path):
        return True
    ends = _ends_of(path) if locate.kind_of(path) == "sqlite" else None
    return ends is not None and not _is_something_else(ends)


def _ends_of(path: Path) -> bytes | None:
    """How a regular file begins and ends; None where there is none. PermissionError where it may not be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as problem:
        if isinstance(problem, PermissionError):
            raise
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return None
        end = max(found.st_size - _LOOKED_AT, 0)
        return os.pread(descriptor, _LOOKED_AT, 0) + os.pread(descriptor, _LOOKED_AT, end)
    except OSError:  # a file of the system's own, such as /proc/self/mem: no store stands there
        return None
    finally:
        os.close(descriptor)


def _is_ours(ends: bytes) -> bool:
    return ends.startswith(_MAGIC) and ends[_APPLICATION] == APPLICATION_ID.to_bytes(4, "big")


def _is_something_else(ends: bytes) -> bool:
    if ends.startswith(_MAGIC):
        return len(ends) >= _APPLICATION.stop and any(ends[_APPLICATION])
    return bool(ends) and not any(byte < 32 and byte not in b"\t\n\f\r" for byte in ends)


def is_left_of_store(path: Path) -> bool:
    """Whether journals of SQLite stand beside a file that is gone or no store: what is written under its name takes
    away what they hold. Under the name of a store any such file counts, under others one that begins as they do."""
    if locate.kind_of(path) == "sqlite":
        return any(os.path.lexists(side) for side in locate.beside(path, locate.JOURNALS))
    with suppress(OSError):
        if path.stat().st_size:
            return False
    with suppress(PermissionError):
        ends = (_ends_of(side) for side in locate.beside(path, locate.JOURNALS))
        return any(each is not None and each.startswith(_JOURNALS_BEGIN) for each in ends)
    return False


def what_it_is(path: Path) -> str:
    """A file that is a store, in words."""
    if locate.kind_of(path) != "sqlite":
        return "is a store or a backup of one"
    return "is another store" if locate.document_of(path) is None else "is the ledger of another store"


def part_in_words(path: Path, own: Location | None = None) -> str | None:
    """What a file is to a store, in words; None for a file that is part of none. own: the store of the command."""
    if own is not None:
        for part, what in own.files:
            if _same(path, part):
                return what
    for part, what in files_near(path, own.ledger if own is not None else None):
        if _same(path, part):
            return what
    return what_it_is(path) if is_store(path) else None


def files_near(path: Path, own: Path | None) -> Iterator[tuple[Path, str]]:
    """Every file of the store that a path would be a part of by its name, there or not, with its part in words. The
    file of a SQLite store is not among them: what is in it tells, and may be a backup. Nor is a document without a
    ledger, which may be an export; the ledger that it would begin is.

    own: the ledger of the store that a command works with, whose files it knows itself.
    """
    if _is_led_to(path):
        yield path, "is the document of another store"
    for name in _owners(path):
        document = locate.document_of(name)
        store = name if document is None or not _is_there(document) else document
        if locate.kind_of(store) is None:
            continue
        location = locate.at(store, explicit=True)
        if own is not None and _same(location.ledger, own):
            continue
        of_document = location.kind == "toml"
        if of_document and (_is_there(location.ledger) or is_left_of_store(location.ledger)):  # damaged ones too
            yield from location.parts("another store")
        elif location.exists if of_document else may_be_store(name) or is_left_of_store(name):
            yield from location.parts("another store")[1:]


def _is_led_to(path: Path) -> bool:
    """Whether a file is a document by the ledger beside it alone, because links with the name of one lead to it."""
    ledger = locate.ledger_beside(path) if path.name and locate.kind_of(path) is None else None
    if ledger is None or not _is_there(ledger) or not path.is_file():
        return False
    document = locate.document_of(ledger)
    return document is None or not _is_there(document)


def documents_linked(found: os.stat_result, folders: Iterable[Path]) -> Iterator[Path]:
    """The documents beside their ledgers in some folders that are one file with another, under another name."""
    for folder in dict.fromkeys(folders):
        with suppress(OSError):
            for path in folder.iterdir():
                is_it = path.suffix == locate.DOCUMENT_SUFFIX and _is_file(path, found)
                if is_it and _is_there(locate.at(path, explicit=True).ledger):
                    yield path


def _is_file(path: Path, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), found)
    except OSError:
        return False


def lost_by_backup(path: Path, newer: Path) -> str | None:
    """Why a backup of a store must not replace a file that is a store, in words; None where the file is an older backup
    of it, under whatever name: one that has nothing that is not replaced with it.

    newer: the ledger of the store, or the backup that was made of it, which says itself what is wrong where it cannot
    be read.
    """
    if any(side.exists() for side in locate.beside(path, locate.JOURNALS)):
        return what_it_is(path)
    try:
        with explained(path), closing(_unlocked(path)) as there:
            migrate.opened(there, path)  # before any table of it is asked: one could be a view
            began, (seq, head) = chain.link_at(there, 1), chain.head(there)
    except OccMediaError:
        return what_it_is(path)
    try:
        with explained(newer), closing(connect(newer, writable=False)) as store:
            migrate.opened(store, newer)
            if began is None or chain.link_at(store, 1) != began:
                return "is another store, or a backup of one"
            parted = chain.link_at(store, seq) != head[: chain.LINK_BYTES]
    except OccMediaError:
        return None
    return "has on record what the store has not" if parted else None


def _unlocked(path: Path) -> sqlite3.Connection:
    """A file that nobody changes, open to read without a lock."""
    import sqlite3

    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _owners(path: Path) -> Iterator[Path]:
    """The files of whose store a path may be a part, there or not."""
    yield path
    for side in locate.SIDES:
        if path.name.endswith(side):
            yield path.with_name(path.name.removesuffix(side))
    yield from lock.locked_by(path)


def _is_there(path: Path) -> bool:
    """Whether a file is there; none is under a name that is longer than a name can be."""
    try:
        return path.exists()
    except OSError as problem:
        if problem.errno == errno.ENAMETOOLONG:
            return False
        raise


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False
