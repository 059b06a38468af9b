"""The facts that a bundle carries beside its findings: the entries that they are about, the settings, the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger.query import COLUMNS, FIELDS, shaped

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.sqlite import SqliteSource

_PART = 500
"""Entries that are asked for at once: SQLite takes a limited number of values."""


DERIVED = ("inbox_id", "extension", "link", "canonical_customer")
"""What a rule asks of an entry besides its fields, and what cannot be worked out from them: where they were erased, and
whose of several ids a person's key is."""

ENTRIES = ("seq", "source", *FIELDS, *DERIVED)
"""The members of an entry in a bundle."""


def read_entries(source: SqliteSource, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The entries of these sequence numbers, each once, in the order of the ledger, as contracts.md §6 has them, and
    with what a rule asks of them besides."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        marks = ", ".join("?" * len(part))
        # names of columns, and marks
        text = f"SELECT {COLUMNS}, {', '.join(DERIVED)} FROM entry WHERE seq IN ({marks}) ORDER BY seq"
        for row in source.connection.execute(text, part):
            yield {**shaped(row[: -len(DERIVED)]), **dict(zip(DERIVED, row[-len(DERIVED) :], strict=True))}


def read_settings(source: SqliteSource) -> Iterator[dict[str, Any]]:
    """Every span of the settings of every inbox, as rules see them.

    A hand edit that is not on record yet has no version number.
    """
    for row in rows_of_text(source, "SELECT * FROM setting ORDER BY inbox_id, valid_from_ms"):
        if isinstance(row.get("version"), int) and row["version"] < 0:
            row["version"] = None
        yield row


def read_changes(source: SqliteSource) -> Iterator[dict[str, Any]]:
    """Every change on record, in the order of the chain."""
    return rows_of_text(source, "SELECT * FROM change ORDER BY seq")


def rows_of_text(source: SqliteSource, text: str) -> Iterator[dict[str, Any]]:
    """The rows of a SELECT by column, over the copies of views that the run has."""
    source.copy(text)
    cursor = source.connection.execute(text)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
