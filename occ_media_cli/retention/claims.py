"""Which orphans an entry claims after all: by the place it names, or by the sha256 it knows.

One pass over the chain at the start finds them; afterwards only what came since is looked at, so that it can be asked
before each file. Whatever may be a claim is one: records of every kind, removed, refused and erased ones too, names
that differ in letter case or Unicode form only, the sidecar of a file that is named, files of the library.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from occ_media_cli.retention.place import parts
from occ_media_cli.retention.storage import Kept

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.storage import Parts

SIDECAR = ".json"
"""What the name of a file's description ends with; it belongs to the file."""


def loose(path: str) -> str:
    """A path in the form in which two that may name the same file on any file system are equal."""
    found = "/".join(parts(path) or (path,))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", found).casefold())


class Claims:
    """Files that nobody may claim, by number. Uses a temporary table for them and one for what claims them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._seen = 0
        self._any = True
        connection.create_function("occ_loose", 1, loose, deterministic=True)
        self.close()
        connection.execute(
            "CREATE TEMP TABLE unclaimed (number INTEGER PRIMARY KEY, place TEXT, main TEXT, sha256 BLOB)"
        )
        connection.execute("CREATE TEMP TABLE claim (number INTEGER PRIMARY KEY, words TEXT NOT NULL)")

    def add(self, files: Iterable[tuple[int, Parts | None, bytes | None]]) -> None:
        """Take files in, before the first `catch_up`: a number, the place and the content, None where not known."""

        def rows() -> Iterable[tuple[int, str | None, str | None, bytes | None]]:
            for number, place, digest in files:
                name = loose("/".join(place)) if place is not None else None
                main = name.removesuffix(SIDECAR) if name is not None and name.endswith(SIDECAR) else None
                yield number, name, main, digest

        self.connection.executemany("INSERT INTO unclaimed VALUES (?, ?, ?, ?)", rows())
        self._any = self.connection.execute("SELECT 1 FROM unclaimed LIMIT 1").fetchone() is not None
        for column in ("place", "main", "sha256"):
            self.connection.execute(f"CREATE INDEX temp.unclaimed_{column} ON unclaimed ({column})")

    def content(self, number: int, digest: bytes) -> None:
        """What a file turned out to hold, before the first `catch_up` by content."""
        self.connection.execute("UPDATE unclaimed SET sha256 = ? WHERE number = ?", (digest, number))

    def by_place(self) -> None:
        """Look at the places that the whole chain names, before anybody reads a file."""
        self._places(0)

    def catch_up(self) -> None:
        """Look at what came since the last call, at everything at the first."""
        if not self._any:
            return
        newest = self.connection.execute("SELECT seq FROM head WHERE id = 1").fetchone()[0]
        if newest > self._seen:
            self._places(self._seen)
            self._contents(self._seen)
            self._seen = newest

    def _places(self, after: int) -> None:
        for column, words in (("place", "names it"), ("main", "names the file that it describes")):
            self.connection.execute(
                "INSERT OR IGNORE INTO claim SELECT u.number, 'entry #' || r.seq || ? FROM record r"
                f" CROSS JOIN unclaimed u ON u.{column} = occ_loose(r.path) WHERE r.seq > ? AND r.path IS NOT NULL",
                (f" {words}", after),
            )

    def _contents(self, after: int) -> None:
        self.connection.execute(
            "INSERT OR IGNORE INTO claim SELECT u.number, 'entry #' || r.seq || ' has the same sha256' FROM record r"
            " CROSS JOIN unclaimed u ON u.sha256 = r.sha256 WHERE r.seq > ?",
            (after,),
        )
        self.connection.execute(
            "INSERT OR IGNORE INTO claim SELECT u.number, 'the library has a file of the same sha256'"
            " FROM event e CROSS JOIN json_each(e.body, '$.files') f"
            " CROSS JOIN unclaimed u ON lower(hex(u.sha256)) = json_extract(f.value, '$.sha256')"
            " WHERE e.kind = 'library-propose' AND e.seq > ?",
            (after,),
        )

    def of(self, number: int) -> Kept | None:
        """What claims a file, as far as anybody has looked."""
        row = self.connection.execute("SELECT words FROM claim WHERE number = ?", (number,)).fetchone()
        return Kept("claimed", row[0]) if row is not None else None

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in ("unclaimed", "claim"):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
