"""Which entries name the files of a plan, so that bytes go only when every one of them may go.

One pass over the ledger at the start finds them; before each file only what came since is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.places.roots import parts
from occ_media_cli.retention import stored_entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from occ_media_cli.places.storage import Parts


class Neighbours:
    """The files that a plan removes, by place, and every entry that names one. Uses two temporary tables."""

    def __init__(self, connection: sqlite3.Connection, plan: int) -> None:
        self.connection = connection
        stored_entries.teach(connection)
        for table in ("target", "neighbour"):
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
        connection.execute("CREATE TEMP TABLE target (place TEXT NOT NULL, seq INTEGER PRIMARY KEY)")
        connection.execute(
            f"INSERT INTO target SELECT {stored_entries.PLACE}, r.seq FROM plan_file f JOIN record r ON r.seq = f.seq"
            " WHERE f.plan = ? AND f.action = 1 AND r.path IS NOT NULL",
            (plan,),
        )
        connection.execute("CREATE INDEX temp.target_place ON target (place)")
        connection.execute(
            "CREATE TEMP TABLE neighbour (place TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (place, seq))"
            " WITHOUT ROWID"
        )
        self._seen = 0
        self.catch_up()

    def catch_up(self) -> None:
        """Look at the entries that came since the last call."""
        newest = self.connection.execute("SELECT seq FROM head WHERE id = 1").fetchone()[0]
        if newest <= self._seen:
            return
        self.connection.execute(
            f"INSERT OR IGNORE INTO neighbour SELECT {stored_entries.PLACE} AS place, r.seq FROM record r"
            f" WHERE r.seq > ? AND r.kind = 0 AND r.path IS NOT NULL"
            f" AND EXISTS (SELECT 1 FROM target t WHERE t.place = {stored_entries.PLACE})",
            (self._seen,),
        )
        self._seen = newest

    def files(self) -> Iterator[tuple[Parts | None, list[int]]]:
        """Each file that the plan removes, as its first entry spells it, with the entries of the plan that name it, by
        the first of them."""
        query = (
            "SELECT r.path, f.seqs FROM"
            " (SELECT min(seq) AS first, group_concat(seq) AS seqs FROM target GROUP BY place) f"
            " JOIN record r ON r.seq = f.first ORDER BY f.first"
        )
        for path, seqs in self.connection.execute(query).fetchall():
            yield parts(path) if path is not None else None, sorted(int(seq) for seq in seqs.split(","))

    def entries_at(self, seq: int) -> list[int]:
        """Every entry that names the same file as one of the plan, that one included."""
        rows = self.connection.execute(
            "SELECT n.seq FROM target t JOIN neighbour n ON n.place = t.place WHERE t.seq = ? ORDER BY n.seq", (seq,)
        )
        return [int(found) for (found,) in rows]

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in ("target", "neighbour"):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
