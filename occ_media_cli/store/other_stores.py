"""Files of stores that a command does not work with, which it must not write over all the same.

A store is known by what its file says of itself, under every name; what stands beside it, by the names that a store
gives to its own files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
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


def is_store(path: Path) -> bool:
    """Whether a file is a store, the ledger of one, or a backup of one. One with the name of a store that may not be
    read is taken for one: nobody could tell what was lost."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except PermissionError:
        return locate.kind_of(path) == "sqlite"
    except (OSError, ValueError):
        return False
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        header = os.pread(descriptor, _APPLICATION.stop, 0)
    finally:
        os.close(descriptor)
    return header.startswith(_MAGIC) and header[_APPLICATION] == APPLICATION_ID.to_bytes(4, "big")


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
    file of a SQLite store is not among them: what is in it tells, and may be a backup.

    own: the ledger of the store that a command works with, whose files it knows itself.
    """
    for name in _owners(path):
        document = locate.document_of(name)
        store = name if document is None or not document.exists() else document
        if locate.kind_of(store) is None:
            continue
        location = locate.at(store, explicit=True)
        whole = location.ledger.exists() if location.kind == "toml" else is_store(location.ledger)
        if whole and (own is None or not _same(location.ledger, own)):  # a ledger is one by its name, damaged too
            parts = location.parts("another store")
            yield from parts if location.kind == "toml" else parts[1:]


def lost_by_backup(path: Path, ledger: Path) -> str | None:
    """Why a backup of a store must not replace a file that is a store, in words; None where the file is an older backup
    of it.

    One with the name of a store may be in use as one: it may go only where the store has all that it has. ledger: that
    of the store, which says itself what is wrong where it cannot be read.
    """
    named_so = locate.kind_of(path) == "sqlite"
    if any(side.exists() for side in locate.beside(path, locate.JOURNALS)):
        return what_it_is(path)
    try:
        with explained(path), closing(_unlocked(path)) as there:
            migrate.opened(there, path)  # before any table of it is asked: one could be a view
            began, (seq, head) = chain.link_at(there, 1), chain.head(there)
    except OccMediaError:
        return what_it_is(path)
    try:
        with explained(ledger), closing(connect(ledger, writable=False)) as store:
            migrate.opened(store, ledger)
            if began is None or chain.link_at(store, 1) != began:
                return "is another store, or a backup of one"
            parted = chain.link_at(store, seq) != head[: chain.LINK_BYTES]
    except OccMediaError:
        return None
    return "has on record what the store has not" if named_so and parted else None


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


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False
