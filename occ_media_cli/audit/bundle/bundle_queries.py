"""The facts that a bundle carries beside its findings: the entries that they are about, the settings, the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger.query import COLUMNS, shaped

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.sqlite import SqliteSource

_PART = 500
"""Entries that are asked for at once: SQLite takes a limited number of values."""


def read_entries(source: SqliteSource, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The entries of these sequence numbers, each once, in the order of the ledger, as contracts.md §6 has them."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        marks = ", ".join("?" * len(part))
        text = f"SELECT {COLUMNS} FROM entry WHERE seq IN ({marks}) ORDER BY seq"  # names of columns, and marks
        for row in source.connection.execute(text, part):
            yield shaped(row)


def read_settings(source: SqliteSource) -> Iterator[dict[str, Any]]:
    """Every version of the settings of every inbox. A hand edit that is not on record yet has no version number."""
    return _rows(source, "SELECT * FROM setting ORDER BY inbox_id, valid_from_ms")


def read_changes(source: SqliteSource) -> Iterator[dict[str, Any]]:
    """Every change on record, in the order of the chain."""
    return _rows(source, "SELECT * FROM change ORDER BY seq")


def _rows(source: SqliteSource, text: str) -> Iterator[dict[str, Any]]:
    source.copy(text)
    cursor = source.connection.execute(text)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        value = dict(zip(names, row, strict=True))
        if isinstance(value.get("version"), int) and value["version"] < 0:
            value["version"] = None
        yield value
