"""Comparing the totals in a thread of its own: SQLite does all of it, which leaves this one free for the chain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from occ_media_cli.ledger.verify.problem import MOST, LedgerProblem
from occ_media_cli.ledger.verify.projections import sums
from occ_media_cli.store import chain
from occ_media_cli.store.connect import connect

if TYPE_CHECKING:
    import sqlite3

SMALLEST = 50_000
"""Records from which a thread is worth it."""

CACHE_KIB = 8_192
"""Memory for sorting, in KiB; what does not fit goes to a temporary file."""


class TotalsAside:
    """The problems of the totals.

    Where the ledger is small, lives in memory, or grew since this verification began, they are looked for later and
    here. The caller that makes it closes it.
    """

    def __init__(self, connection: sqlite3.Connection, *, smallest: int = SMALLEST) -> None:
        self._connection = connection
        self._found: list[LedgerProblem] | None = None
        self._error: Exception | None = None
        self._beside: sqlite3.Connection | None = None
        self._thread: Thread | None = None
        files = {name: file for _, name, file in connection.execute("PRAGMA database_list")}
        head = chain.head(connection)
        if files.get("main") and head[0] >= smallest:
            self._thread = Thread(target=self._run, args=(Path(files["main"]), head), daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread, wherever it is."""
        if self._thread is not None:
            if self._thread.is_alive() and self._beside is not None:
                self._beside.interrupt()
            self._thread.join()

    def _run(self, file: Path, head: tuple[int, bytes]) -> None:
        try:
            self._beside = connect(file, writable=False)
            try:
                self._beside.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
                self._beside.execute("BEGIN")
                if chain.head(self._beside) == head:  # else another one has written since
                    self._found = list(islice(sums(self._beside), MOST))
            finally:
                self._beside.close()
        except Exception as problem:  # noqa: BLE001 - it is raised where it is waited for
            self._error = problem

    def problems(self) -> Iterator[LedgerProblem]:
        """The rows of totals that are wrong; waits for the end of the thread."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
        yield from sums(self._connection) if self._found is None else self._found
