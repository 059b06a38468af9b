"""Sorting new entries by sender in a thread of its own, while this one sorts them by content: SQLite does both."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from occ_media_cli.ledger import totals
from occ_media_cli.store.connect import connect

if TYPE_CHECKING:
    import sqlite3

SMALLEST = 50_000
"""Uncounted places from which a thread is worth it."""

CACHE_KIB = 4_096
"""Memory for sorting, in KiB; what does not fit goes to a temporary file."""


class SendersAside:
    """The senders of entries that are committed and not counted yet, for `totals.catch_up`. Use it inside `with`.

    The thread is a convenience: where it cannot do its work, the caller sorts the senders itself.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._places = None if connection.in_transaction else totals.uncounted(connection)
        self._rows: Iterable[tuple[object, ...]] | None = None
        self._beside: sqlite3.Connection | None = None
        self._thread: Thread | None = None
        files = {name: file for _, name, file in connection.execute("PRAGMA database_list")}
        if files.get("main") and self._places is not None and self._places[1] - self._places[0] >= SMALLEST:
            self._thread = Thread(target=self._run, args=(Path(files["main"]), self._places), daemon=True)
            self._thread.start()

    def __enter__(self) -> SendersAside:
        return self

    def __exit__(self, *problem: object) -> None:
        if self._thread is not None:
            if self._thread.is_alive() and self._beside is not None:
                self._beside.interrupt()
            self._thread.join()
        if self._beside is not None:
            self._beside.close()

    def _run(self, file: Path, places: tuple[int, int]) -> None:
        try:
            self._beside = connect(file, writable=False, passed_on=True)
            self._beside.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            # Sorted once more, all work is done when this returns, and what does not fit into memory is in a file.
            self._rows = self._beside.execute(f"SELECT * FROM ({totals.NEW_SENDERS}) ORDER BY 1, 2", places)
        except Exception:  # noqa: BLE001 - see above
            self._rows = None

    def senders(self, places: tuple[int, int]) -> Iterable[tuple[object, ...]] | None:
        """The rows for two places of the chain, None where they are not those that the thread sorts."""
        if self._thread is not None:
            self._thread.join()
        return self._rows if places == self._places else None
