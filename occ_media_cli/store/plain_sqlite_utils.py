"""sqlite-utils without pandas and numpy, which it loads wherever they are installed, for column types that no schema of
ours has. They cost 0.1 s and 13 MB of every `ledger verify`, and numpy comes with the extra `convert`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

_OPTIONAL = ("pandas", "numpy")


def database_of(connection: sqlite3.Connection) -> Database:
    """A connection as sqlite-utils has it."""
    hidden = [] if "sqlite_utils" in sys.modules else [name for name in _OPTIONAL if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # what Python itself reads as "not to be had"
    try:
        from sqlite_utils import Database
    finally:
        for name in hidden:
            del sys.modules[name]
    return Database(connection)
