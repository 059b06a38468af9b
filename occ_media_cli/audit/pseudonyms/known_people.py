"""The people whom a ledger names, and the places where a free text speaks of one of them, for pseudonyms there.

Each name is kept as eight bytes of a hash with its pseudonym, in a temporary file, so that memory does not grow
with the number of customers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.audit.engines.interface import RuleSource

WHO: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "customer": (
        ("SELECT DISTINCT e.customer FROM entry e WHERE e.customer IS NOT NULL",
         "SELECT DISTINCT customer FROM record WHERE customer IS NOT NULL"),
        ("SELECT h.customer FROM hold h WHERE h.customer IS NOT NULL", None),
        # Of a hold on several, `hold` has all in one text.
        ("SELECT DISTINCT h.canonical_customer FROM hold_scope h WHERE h.canonical_customer IS NOT NULL", None),
        ("SELECT a.customer FROM customer_alias a", None),
    ),
    "agent": (
        ("SELECT DISTINCT e.agent FROM entry e WHERE e.agent IS NOT NULL",
         "SELECT w.text FROM word w WHERE w.code IN (SELECT r.agent FROM record r WHERE r.agent <> 0)"),
        ("SELECT DISTINCT a.agent FROM agent_version a", None),
        ("SELECT DISTINCT c.actor FROM change c WHERE c.actor <> ''", None),
        ("SELECT DISTINCT c.os_user FROM change c WHERE c.os_user IS NOT NULL", None),
        ("SELECT DISTINCT s.owner FROM suppression s WHERE s.owner IS NOT NULL", None),
    ),
    "conversation": (
        ("SELECT DISTINCT e.conversation FROM entry e WHERE e.conversation IS NOT NULL",
         "SELECT DISTINCT conversation FROM record WHERE conversation IS NOT NULL"),
        ("SELECT DISTINCT h.conversation FROM hold_scope h WHERE h.conversation IS NOT NULL", None),
        ("SELECT h.conversation FROM hold h WHERE h.conversation IS NOT NULL", None),
    ),
    "host": (("SELECT DISTINCT c.host FROM change c WHERE c.host IS NOT NULL", None),),
}  # fmt: skip
"""Where names stand, each with a faster text for SQLite; a name of two kinds is one of the first."""

MOST_PIECES = 8
"""Words or groups of digits of which a name may consist to be found: `+1 (650) 555-12-34` has five."""

LONGEST = 256
"""Characters of a name to be found."""

SHORTEST_NUMBER = 4
"""Digits of a name that is only a number, from which on it is looked for: 12 stands in every text."""

TELEPHONE = 7
"""Digits from which on a number is one, however it is grouped."""

_PIECE = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(rf"\d{{{TELEPHONE},}}")
_GROUPED = re.compile(r"[\d\s().\-/]+")
_BATCH = 10_000


def key(name: str) -> str:
    """The form in which two ways to write one name are equal, without letter case, full-width forms, grouped digits."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    start, end = 0, len(plain)
    while start < end and not plain[start].isalnum():
        start += 1
    while end > start and not plain[end - 1].isalnum():
        end -= 1
    plain = plain[start:end]
    if _GROUPED.fullmatch(plain):
        digits = "".join(filter(str.isdigit, plain))
        return digits if len(digits) >= TELEPHONE else plain
    return plain


def telling(name: str) -> bool:
    """Whether a name can be looked for in a text: it is not blank, and no number of few digits, which may be any
    number."""
    return bool(name.strip()) and not (name.isdigit() and len(name) < SHORTEST_NUMBER)


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


class KnownPeople:
    """Names with their pseudonyms, in a temporary database of its own. pseudonym: of a kind and a name."""

    def __init__(self, source: RuleSource, pseudonym: Callable[[str, str], str]) -> None:
        import sqlite3
        from weakref import finalize

        self._database = sqlite3.connect("", isolation_level=None)  # a temporary file that goes with the connection
        finalize(self, self._database.close)
        self._database.execute("CREATE TABLE known (name INTEGER PRIMARY KEY, pseudonym TEXT NOT NULL)")
        self._database.execute("BEGIN")
        for kind, texts in WHO.items():
            for text, tuned in texts:
                self._learn(kind, (str(row[0]) for row in source.query(text, {}, tuned)), pseudonym)
        self.text = lru_cache(maxsize=20_000)(self._text)

    def _learn(self, kind: str, names: Iterator[str], pseudonym: Callable[[str, str], str]) -> None:
        batch: list[tuple[int, str]] = []
        for name in names:
            plain = key(name)
            if telling(plain):
                batch.append((_number(plain), pseudonym(kind, name)))
            if len(batch) >= _BATCH:
                self._keep(batch)
                batch.clear()
        self._keep(batch)

    def _keep(self, batch: list[tuple[int, str]]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO known (name, pseudonym) VALUES (?, ?)", batch)

    def find_pseudonym(self, words: str) -> str | None:
        """The pseudonym of exactly these words."""
        plain = key(words)
        row = self._database.execute("SELECT pseudonym FROM known WHERE name = ?", (_number(plain),)).fetchone()
        return None if row is None or not plain else str(row[0])

    def _text(self, text: str) -> str:
        """A text with pseudonyms in the place of all known names, the longest names first."""
        pieces = [match.span() for match in _PIECE.finditer(text)]
        made, done, index = [], 0, 0
        while index < len(pieces):
            start, ends = pieces[index][0], [end for _, end in pieces[index : index + MOST_PIECES]]
            for taken in range(len(ends), 0, -1):
                end = ends[taken - 1]
                found = self.find_pseudonym(text[start:end]) if end - start <= LONGEST else None
                if found is not None:
                    made += [text[done:start], found]
                    done = end
                    index += taken
                    break
            else:
                inside = _LONG_NUMBER.sub(
                    lambda match: self.find_pseudonym(match[0]) or match[0], text[start : ends[0]]
                )
                made += [text[done:start], inside]
                done = ends[0]
                index += 1
        return "".join([*made, text[done:]])
