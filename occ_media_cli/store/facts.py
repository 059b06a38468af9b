"""Facts about a store file from a few quick queries: its version, how much is in it, whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3


@value
class StoreFacts:
    """A store in numbers.

    created: when, in milliseconds. settings_versions: of all inboxes. entries: files on record, corrections not
    counted. chain_entries: links of the chain, of every kind. head: its newest state in hex.
    """

    schema_version: int
    sqlite: str
    created: int | None
    inboxes: int
    settings_versions: int
    entries: int
    chain_entries: int
    head: str


def read_store_facts(connection: sqlite3.Connection) -> StoreFacts:
    """The store in numbers."""

    def one(text: str) -> int | str | None:
        found: int | str | None = connection.execute(text).fetchone()[0]
        return found

    created = one("SELECT max(created) FROM store")
    return StoreFacts(
        schema_version=int(one("PRAGMA user_version") or 0),
        sqlite=str(one("SELECT sqlite_version()")),
        created=int(created) if created is not None else None,
        inboxes=int(one("SELECT count(*) FROM inbox_state WHERE removed IS NULL") or 0),
        settings_versions=int(one("SELECT count(*) FROM setting_version") or 0),
        entries=int(one("SELECT count(*) FROM record WHERE kind = 0") or 0),
        chain_entries=int(one("SELECT max(seq) FROM head") or 0),
        head=str(one("SELECT lower(hex(max(state))) FROM head") or ""),
    )


@dataclass(frozen=True, slots=True)
class FileHealth:
    """How SQLite keeps the file. full_sync: a commit is on the disk when it returns. damage: what is wrong, or None."""

    sqlite: str
    journal: str
    full_sync: bool
    damage: str | None


def read_file_health(connection: sqlite3.Connection) -> FileHealth:
    """How SQLite keeps the file, and the first damage that its quick check finds."""
    (version,) = connection.execute("SELECT sqlite_version()").fetchone()
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return FileHealth(str(version), str(journal), synchronous == 2, None if damage == "ok" else str(damage))


def read_chain_ends(connection: sqlite3.Connection) -> tuple[int | None, int]:
    """Where the chain ends by its head, and by the newest row: they differ where either was altered."""
    (head,) = connection.execute("SELECT max(seq) FROM head").fetchone()
    (newest,) = connection.execute(
        "SELECT max(coalesce((SELECT max(seq) FROM event), 0), coalesce((SELECT max(seq) FROM record), 0))"
    ).fetchone()
    return head, int(newest)


def read_newest_wall(connection: sqlite3.Connection) -> int | None:
    """The machine's clock at the newest change, in milliseconds; None where there was none."""
    (newest,) = connection.execute("SELECT max(wall) FROM event").fetchone()
    return int(newest) if newest is not None else None
