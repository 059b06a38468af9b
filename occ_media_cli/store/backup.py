"""Copies of a whole store: one SQLite file, which holds the TOML document too where the store has one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import MalformedInput, NotFound
from occ_media_cli.store import chain, migrate, sink
from occ_media_cli.store.connect import connect, explained, transaction
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard

DOCUMENT_TABLE = "backup_document"
"""One row in a backup of a TOML store: the bytes of its document."""


@value
class Copy:
    """A backup that was read. seq and head: where its chain stands."""

    path: Path
    document: bytes | None
    seq: int
    head: str


def make(source: sqlite3.Connection, document: bytes | None, target: Path, guard: Guard | None = None) -> Copy:
    """Write a backup of an open store; a file that is there is replaced in one step, and never by a half copy."""
    with sink.replacing(target, guard) as pending:
        with explained(target), closing(connect(pending.temporary, writable=True)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            if document is not None:
                with transaction(copy):
                    copy.execute(f"CREATE TABLE {DOCUMENT_TABLE} (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
                    copy.execute(f"INSERT INTO {DOCUMENT_TABLE} VALUES (1, ?)", (document,))
        found = read(pending.temporary)
    return Copy(target, found.document, found.seq, found.head)


def read(path: Path) -> Copy:
    """Look a backup over: SQLite's own check, the schema, the document. MalformedInput where it is none."""
    import sqlite3

    hint = "name a file that occ-media store backup made"
    if not path.exists():
        raise NotFound("no such file", file=str(path), hint=hint)
    if not path.is_file():  # SQLite would wait at a pipe, and a device has no end
        raise MalformedInput("not a backup of a store: not a regular file", file=str(path), hint=hint)
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            version = migrate.schema_version(connection, path)
            problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if version == 0 or problem != "ok":
                raise MalformedInput(
                    "not a backup of a store" if version == 0 else f"the backup is damaged: {problem}",
                    file=str(path), hint=hint,
                )  # fmt: skip
            seq, head = chain.head(connection)
            return Copy(path, _document(connection), seq, head.hex())
    except sqlite3.Error as problem:
        raise MalformedInput(f"not a backup of a store: {problem}", file=str(path), hint=hint) from problem


def _document(connection: sqlite3.Connection) -> bytes | None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (DOCUMENT_TABLE,)).fetchone()
    if there is None:
        return None
    return bytes(connection.execute(f"SELECT bytes FROM {DOCUMENT_TABLE} WHERE id = 1").fetchone()[0])


def put_back(copy: Copy, target: sqlite3.Connection, stamp: chain.Stamp, document: bytes | None) -> None:
    """Replace the content of an open store by a backup, and record that this happened.

    The pages are copied under SQLite's own lock, so that a command that reads meanwhile sees the old store or the new.
    document: the document that the restored store will have.
    """
    from hashlib import sha256

    seq, head = chain.head(target) if migrate.schema_version(target, copy.path) else (0, chain.ZERO)
    uri = f"{copy.path.absolute().as_uri()}?mode=ro&immutable=1"
    import sqlite3

    with closing(sqlite3.connect(uri, uri=True)) as source:
        source.backup(target)
    target.execute("PRAGMA journal_mode=WAL")
    body = {"backup_seq": copy.seq, "backup_head": copy.head, "replaced_seq": seq, "replaced_head": head.hex()}
    with transaction(target):
        target.execute(f"DROP TABLE IF EXISTS {DOCUMENT_TABLE}")
        target.execute("DELETE FROM intent")
        left = None if document is None else sha256(document).digest()
        chain.append(target, [chain.Event("store-restore", body, stamp.now)], stamp, document=left)


def aside(location: Location, wall: int) -> Path:
    """Where the store as it was before a restore is kept."""
    return location.ledger.with_name(f"{location.ledger.name}.before-restore-{wall}")
