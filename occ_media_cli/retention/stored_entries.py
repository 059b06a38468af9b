"""Entries as this room needs them, straight from the tables: one SQL text chooses a superset, `evaluate` decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger import entries_sql as sql
from occ_media_cli.retention.model import StoredEntry
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

WITH = f"WITH {sql.FILE_CATEGORY}, {sql.HOLD_SPELLING}"
"""The tables that texts over `SOURCE` may name: the category of a type, and the unreleased holds."""

SOURCE = f"record r JOIN word so ON so.code = r.source {sql.AMENDED} {sql.CATEGORY_JOIN}"

COLUMNS = f"""r.seq, so.text, r.id, r.ms, r.inbox, c.category, r.direction, {sql.OUTCOME}, {sql.SHA256}, {sql.SIZE},
r.path, r.customer, r.conversation, {sql.DELETED}, r.id IS NULL"""

PLACE = """CASE WHEN r.path GLOB '*//*' OR r.path GLOB './*' OR r.path GLOB '*/./*' OR r.path GLOB '*/.'
OR length(r.path) <> length(CAST(r.path AS BLOB)) THEN occ_place(r.path) ELSE r.path END"""
"""A path in the form of `roots.place_of_path`, which is asked where that may be another; needs `teach`."""


def teach(connection: sqlite3.Connection) -> None:
    """Give SQL the function that `PLACE` calls."""
    from occ_media_cli.places.roots import place_of_path

    connection.create_function("occ_place", 1, place_of_path, deterministic=True)


def entries(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> Iterator[StoredEntry]:
    """The entries that meet a condition over `r` and `a`, in the order of the chain."""
    query = f"{WITH} SELECT {COLUMNS} FROM {SOURCE} WHERE {where} ORDER BY r.seq"
    for row in connection.execute(query, values):
        yield entry_of(row)


def entry_of(row: Sequence[object]) -> StoredEntry:
    """An entry from the values of `COLUMNS`."""
    seq, source, identity, ms, inbox, category, direction, outcome, sha256, size, path, customer, *rest = row
    conversation, deleted, erased = rest
    return StoredEntry(
        seq=seq,  # type: ignore[arg-type]  # the columns are STRICT
        source=source,  # type: ignore[arg-type]  # as above
        id=identity,  # type: ignore[arg-type]  # as above
        time=ms,  # type: ignore[arg-type]  # as above
        inbox=inbox,  # type: ignore[arg-type]  # as above
        category=category,  # type: ignore[arg-type]  # as above
        direction=DIRECTIONS[bool(direction)],
        outcome=OUTCOMES[outcome],  # type: ignore[call-overload]  # as above
        sha256=sha256,  # type: ignore[arg-type]  # as above
        size=size,  # type: ignore[arg-type]  # as above
        path=path,  # type: ignore[arg-type]  # as above
        customer=customer,  # type: ignore[arg-type]  # as above
        conversation=conversation,  # type: ignore[arg-type]  # as above
        deleted=deleted,  # type: ignore[arg-type]  # as above
        erased=bool(erased),
    )


def without_removal(entry: StoredEntry) -> StoredEntry:
    """The entry as it was before its removal was recorded: what is asked of a file that still waits in quarantine."""
    from dataclasses import replace

    return replace(entry, deleted=None)


def find_stored_entry(connection: sqlite3.Connection, name: str) -> StoredEntry:
    """The entry that a person names: `SOURCE:ID`, an ID that only one source has, or `#SEQ`. NotFound otherwise."""
    from occ_media_cli.ledger.find import find_entry as seq_of

    [entry] = entries(connection, "r.seq = ?", [seq_of(connection, name)])
    return entry
