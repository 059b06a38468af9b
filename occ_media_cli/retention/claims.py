"""Which orphans an entry claims after all: by the place it names, or by the sha256 it knows.

One pass over the chain at the start finds them; afterwards only what came since is looked at, so that it can be asked
before each file. Whatever may be a claim is one: records of every kind, removed, refused and erased ones too, names
that differ in letter case or Unicode form only, the sidecar of a file that is named, files of the library.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from occ_media_cli.places.roots import place_of_path
from occ_media_cli.places.safe_open import Kept

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Parts

SIDECAR = ".json"
"""The end of the name of a sidecar, the description of a file, which belongs to that file."""


def loose(path: str) -> str:
    """A path in the form in which two that may name the same file on any file system are equal."""
    return unicodedata.normalize("NFC", place_of_path(path).casefold())


class Claims:
    """Files that must have no claim on them, by number. Uses temporary tables for what is known of them and for the
    claims."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._places_seen = self._contents_seen = 0
        connection.create_function("occ_loose", 1, loose, deterministic=True)
        self.close()
        for table in (
            "unclaimed_place (place TEXT NOT NULL, number INTEGER NOT NULL, words TEXT NOT NULL)",
            "unclaimed_content (number INTEGER PRIMARY KEY, sha256 BLOB NOT NULL)",
            "claim (number INTEGER PRIMARY KEY, words TEXT NOT NULL)",
        ):
            connection.execute(f"CREATE TEMP TABLE {table}")
        connection.execute("CREATE INDEX temp.unclaimed_by_place ON unclaimed_place (place)")
        connection.execute("CREATE INDEX temp.unclaimed_by_content ON unclaimed_content (sha256)")

    def places(self, files: Iterable[tuple[int, Parts | None]]) -> None:
        """Note the places of files, by number; None for a file whose place is not known any more."""

        def rows() -> Iterator[tuple[str, int, str]]:
            for number, place in files:
                if place is not None:
                    name = loose("/".join(place))
                    yield name, number, "names it"
                    if name.endswith(SIDECAR):
                        yield name.removesuffix(SIDECAR), number, "names the file that it describes"

        self.connection.executemany("INSERT INTO unclaimed_place VALUES (?, ?, ?)", rows())

    def contents(self, files: Iterable[tuple[int, bytes]]) -> None:
        """Note the contents of files, by number."""
        self.connection.executemany("INSERT INTO unclaimed_content VALUES (?, ?)", files)

    def catch_up(self) -> None:
        """Look for claims in the entries that came since the last call; in all of them at the first call. Places and
        contents must be noted before it, since older entries are not looked at again."""
        newest = self.connection.execute("SELECT seq FROM head WHERE id = 1").fetchone()[0]
        if self._asked("unclaimed_place"):
            self.connection.execute(
                "INSERT OR IGNORE INTO claim SELECT u.number, 'entry #' || r.seq || ' ' || u.words FROM record r"
                " CROSS JOIN unclaimed_place u ON u.place = occ_loose(r.path) WHERE r.seq > ? AND r.path IS NOT NULL",
                (self._places_seen,),
            )
            self._places_seen = newest
        if self._asked("unclaimed_content"):
            self.connection.execute(
                "INSERT OR IGNORE INTO claim SELECT u.number, 'entry #' || r.seq || ' has the same sha256'"
                " FROM record r CROSS JOIN unclaimed_content u ON u.sha256 = r.sha256 WHERE r.seq > ?",
                (self._contents_seen,),
            )
            self.connection.execute(
                "INSERT OR IGNORE INTO claim SELECT u.number, 'the library has a file of the same sha256'"
                " FROM unclaimed_content u CROSS JOIN library_file f ON f.sha256 = lower(hex(u.sha256))"
                " WHERE f.event > ?",
                (self._contents_seen,),
            )
            self._contents_seen = newest

    def _asked(self, table: str) -> bool:
        return self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None

    def find_claim(self, number: int) -> Kept | None:
        """The claim on a file, as of the last `catch_up`; None where there is none."""
        row = self.connection.execute("SELECT words FROM claim WHERE number = ?", (number,)).fetchone()
        return Kept("claimed", row[0]) if row is not None else None

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in ("unclaimed_place", "unclaimed_content", "claim"):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
