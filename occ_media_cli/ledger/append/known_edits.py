"""The files that edits put into messages, by the message: what is said of a message is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.vocabulary import FILE

if TYPE_CHECKING:
    import sqlite3

_EDITS = "SELECT seq, ms, id FROM record WHERE seq > ? AND seq <= ? AND kind = ? AND source = ? AND instr(id, '@')"


class KnownEdits:
    """The entries of files that edits put into messages: `MESSAGE@MOMENT`. They are read once, and then those that came
    since: nothing finds an entry by the first part of its id."""

    def __init__(self) -> None:
        self._read_to = 0
        self._found: dict[str, list[tuple[int, int, str]]] = {}

    def read(self, connection: sqlite3.Connection, last: int, source: int | None) -> None:
        """Take in what was added to a source since. last: the newest record; source: the code of its word."""
        rows = connection.execute(_EDITS, (self._read_to, last, FILE, source))
        for seq, ms, identity in rows:
            self._found.setdefault(identity.partition("@")[0], []).append((seq, ms, identity))
        self._read_to = last

    def of_message(self, identity: str) -> list[tuple[int, int, str]]:
        """Place, moment and id of each entry of a message, in their order."""
        return self._found.get(identity, [])
