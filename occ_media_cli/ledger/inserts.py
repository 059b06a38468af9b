"""The statements that put records into the store, and how values reach them fast."""

from __future__ import annotations

from functools import lru_cache

from occ_media_cli.store.record import FILE


@lru_cache(maxsize=256)
def into_record(source: int, *columns: str) -> str:
    """The statement that inserts files of a source. What is in no column is NULL, or 0 for the code of no word.

    A value that all rows share stands in the text, and what none has is left out: binding is what an insert costs.
    """
    names = ("kind", "source", *columns)
    return f"INSERT INTO record ({', '.join(names)}) VALUES ({FILE}, {source}{', ?' * len(columns)})"


def quicken() -> None:
    """Adapters that hand a value over as it is, at a quarter of the price of having none."""
    import sqlite3

    sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # {}.get(None) is None
    sqlite3.register_adapter(bytes, bytes)
