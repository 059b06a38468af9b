"""The dictionary: each repeated text once. Code 0 stands for "none"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

CACHED = 50_000
"""How many words are held in memory, and LONGEST how long one may be for that: texts come from strangers, so that the
dictionary may grow on disk and never in memory."""

LONGEST = 200


class Words:
    """Codes of texts and texts of codes, for one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.codes: dict[str | None, int] = {None: 0}
        self._texts: dict[int, str | None] = {0: None}

    def code(self, text: str) -> int:
        """The code of a text; it is added where it is new, inside the caller's transaction."""
        known = self.codes.get(text)
        if known is not None:
            return known
        row = self._connection.execute("SELECT code FROM word WHERE text = ?", (text,)).fetchone()
        if row is None:
            row = self._connection.execute("INSERT INTO word (text) VALUES (?) RETURNING code", (text,)).fetchone()
        if len(text) <= LONGEST:
            if len(self.codes) >= CACHED:
                self.codes.clear()
                self.codes[None] = 0
            self.codes[text] = row[0]
        return int(row[0])

    def find_code(self, text: str | None) -> int | None:
        """The code of a text, or None where the dictionary does not have it."""
        if text in self.codes:
            return self.codes[text]
        row = self._connection.execute("SELECT code FROM word WHERE text = ?", (text,)).fetchone()
        return int(row[0]) if row else None

    def text(self, code: int) -> str | None:
        """The text of a code; KeyError where the dictionary does not have it."""
        if code in self._texts:
            return self._texts[code]
        row = self._connection.execute("SELECT text FROM word WHERE code = ?", (code,)).fetchone()
        if row is None:
            raise KeyError(code)
        if len(row[0]) <= LONGEST:
            if len(self._texts) >= CACHED:
                self._texts.clear()
                self._texts[0] = None
            self._texts[code] = row[0]
        return str(row[0])
