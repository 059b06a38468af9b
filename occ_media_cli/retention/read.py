"""Entries as this room needs them, straight from the tables: one SQL text chooses a superset, `evaluate` decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound
from occ_media_cli.retention.model import Entry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

CATEGORY = """file_category (code, category) AS MATERIALIZED (
  SELECT w.code, ft.category FROM file_type ft JOIN word w ON w.text = ft.key)"""

SOURCE = """record r JOIN word so ON so.code = r.source LEFT JOIN amendment a ON a.seq = r.seq
LEFT JOIN file_category c ON c.code = coalesce(nullif(coalesce(a.detected, r.detected), 0), r.ext)"""

COLUMNS = """r.seq, so.text, r.id, r.ms, r.inbox, c.category, r.direction, coalesce(a.outcome, r.outcome),
coalesce(a.sha256, r.sha256), coalesce(a.size, r.size), r.path, r.customer, r.conversation,
coalesce(a.deleted, r.deleted), r.salt IS NULL"""

STORED = """r.kind = 0 AND r.path IS NOT NULL AND coalesce(a.outcome, r.outcome) = 0
AND coalesce(a.deleted, r.deleted) IS NULL
AND r.seq NOT IN (SELECT g.seq FROM removal g WHERE g.state <> 'restored')"""
"""Entries whose bytes are, or should be, in the store of files."""

PLACE = """CASE WHEN r.path GLOB '*//*' OR r.path GLOB './*' OR r.path GLOB '*/./*' OR r.path GLOB '*/.'
THEN occ_place(r.path) ELSE r.path END"""
"""A path in the form in which two that name the same file are equal; needs `teach`."""

OUTCOMES = ("delivered", "blocked", "failed")


def teach(connection: sqlite3.Connection) -> None:
    """Give SQL the function that `PLACE` calls."""
    from occ_media_cli.places.roots import parts

    connection.create_function("occ_place", 1, lambda path: "/".join(parts(path) or (path,)), deterministic=True)


def entries(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> Iterator[Entry]:
    """The entries that meet a condition over `r` and `a`, in the order of the chain."""
    query = f"WITH {CATEGORY} SELECT {COLUMNS} FROM {SOURCE} WHERE {where} ORDER BY r.seq"
    for row in connection.execute(query, values):
        yield entry_of(row)


def entry_of(row: Sequence[object]) -> Entry:
    """An entry from the values of `COLUMNS`."""
    seq, source, identity, ms, inbox, category, direction, outcome, sha256, size, path, customer, *rest = row
    conversation, deleted, erased = rest
    return Entry(
        seq=seq,  # type: ignore[arg-type]  # the columns are STRICT
        source=source,  # type: ignore[arg-type]  # as above
        id=identity,  # type: ignore[arg-type]  # as above
        time=ms,  # type: ignore[arg-type]  # as above
        inbox=inbox,  # type: ignore[arg-type]  # as above
        category=category,  # type: ignore[arg-type]  # as above
        direction="receive" if direction else "send",
        outcome=OUTCOMES[outcome],  # type: ignore[call-overload]  # as above
        sha256=sha256,  # type: ignore[arg-type]  # as above
        size=size,  # type: ignore[arg-type]  # as above
        path=path,  # type: ignore[arg-type]  # as above
        customer=customer,  # type: ignore[arg-type]  # as above
        conversation=conversation,  # type: ignore[arg-type]  # as above
        deleted=deleted,  # type: ignore[arg-type]  # as above
        erased=bool(erased),
    )


def without_removal(entry: Entry) -> Entry:
    """The entry as it was before its removal was recorded: what is asked of a file that still waits in quarantine."""
    from dataclasses import replace

    return replace(entry, deleted=None)


def find(connection: sqlite3.Connection, name: str) -> Entry:
    """The entry that a person names: `SOURCE:ID`, an ID that only one source has, or `#SEQ`. NotFound otherwise."""
    from occ_media_cli.ledger.find import find as by_id

    numbered = name.startswith("#") and name[1:].isascii() and name[1:].isdigit() and len(name) < 19
    seq = int(name[1:]) if numbered else by_id(connection, name)
    for entry in entries(connection, "r.kind = 0 AND r.seq = ?", [seq]):
        return entry
    raise NotFound(f"no entry '{name}'", hint="occ-media ledger list shows entries and their ids")
