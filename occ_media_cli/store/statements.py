"""SQL scripts, statement by statement: `executescript` would commit the transaction that a migration runs in."""

from __future__ import annotations

from collections.abc import Iterator


def statements(script: str) -> Iterator[str]:
    """The statements of a script; triggers, which hold semicolons, stay whole."""
    import sqlite3

    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        raise ValueError(f"an unfinished statement: {pending.strip()[:60]}")
