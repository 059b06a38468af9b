"""The people whom a ledger names, and the places where a free text speaks of one of them, for pseudonyms there.

Each name is kept as eight bytes of a hash with its pseudonym, in a temporary file, so that memory does not grow
with the number of customers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from string import punctuation
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from occ_media_cli.audit.pseudonyms.naming_columns import ABOUT, ENTRIES, PERSONS, TEXTS, WHO
from occ_media_cli.store.customer_ids import SEPARATING, canonical_customer, forms_of_id, is_number, plain_text, squeeze

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource

MOST_WORDS = 100_000
"""Words of free texts that are kept in memory and given to the database; of more, all entries are read."""

MOST_PIECES = 16
"""Words or groups of digits of which a name may consist to be found: `+1 (650) 555-12-34` has five, and
`WhatsApp Image 2026-02-03 at 10.37.12 (1).jpeg` eleven."""

LONGEST = 256
"""Characters of a name to be found."""

SHORTEST_NUMBER = 4
"""Digits of a name that is only a number, from which on it is looked for: 12 stands in every text."""

MOST_GROUPS = 16
"""The same for a number, whose digits may stand one by one."""

TELEPHONE, LONGEST_NUMBER = 7, 20
"""Digits from which on a number is one, however it is grouped, and at most, `00` and `(0)` included."""

_PIECE = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(rf"\d{{{TELEPHONE},}}")
_GROUPED = re.compile(rf"[\d{re.escape(SEPARATING)}]+")
_NUMBERS = re.compile(rf"\d(?:[{re.escape(SEPARATING)}]*\d){{{TELEPHONE - 1},}}")
_GROUP = re.compile(r"\d+")
_HAS_FORMS = re.compile(r":|\A[^a-z]*\Z|@(?:c\.us|s\.whatsapp\.net)\Z")
"""Numbers, and what has something before or behind a number or an address; all other names are as they stand."""

_BATCH = 10_000


def keys(name: str) -> frozenset[str]:
    """The forms of which one is shared by two ways to write one name: without letter case, characters that nobody sees
    and full-width forms; of a telephone number its digits, as `store.customer_ids` knows them."""
    plain = plain_text(name).casefold()
    start, end = 0, len(plain)
    while start < end and not plain[start].isalnum():
        start += 1
    while end > start and not plain[end - 1].isalnum():
        end -= 1
    plain = plain[start:end]
    forms = forms_of_id(plain) if _HAS_FORMS.search(plain) and "%" not in plain else frozenset[str]()
    numbers = frozenset(filter(is_number, forms))
    if numbers:
        return numbers
    if _GROUPED.fullmatch(plain):
        digits = squeeze(plain)
        return frozenset((digits if len(digits) >= TELEPHONE else plain,))
    return frozenset((plain, *(form for form in forms if "@" in form)))


def telling(name: str) -> bool:
    """Whether a name can be looked for in a text: it is not blank, and no number of few digits, which may be any
    number."""
    return bool(name.strip()) and not (name.isdigit() and len(name) < SHORTEST_NUMBER)


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def forms_of_file(name: str) -> list[str]:
    """How a text may call a file: as it stands, without its folder, and without its extension where that is still two
    words or a number; `image` is nobody's name."""
    base = name[name.rfind("/") + 1 :]
    stem = base[: base.rfind(".")] if "." in base[1:] else base
    several = len(_PIECE.findall(stem)) > 1 or (len(stem) >= SHORTEST_NUMBER and not stem.isalpha())
    return [name, base, *((stem,) if several else ())]


class KnownPeople:
    """Names with their pseudonyms, in a temporary database of its own. So are the ids and file names of those entries
    that a free text of the ledger may name."""

    def __init__(self, source: RuleSource) -> None:
        import sqlite3
        from weakref import finalize

        self._database = sqlite3.connect("", isolation_level=None)  # a temporary file that goes with the connection
        finalize(self, self._database.close)
        self._database.execute("CREATE TABLE known (name INTEGER PRIMARY KEY, pseudonym TEXT NOT NULL)")
        self._database.execute("CREATE TABLE person (spelling INTEGER PRIMARY KEY, person TEXT NOT NULL)")
        self._database.execute("CREATE TABLE about (text INTEGER, id TEXT, name TEXT, path TEXT)")
        self._database.execute("BEGIN")
        for text, tuned in PERSONS:
            rows = ((_number(str(spelling)), str(person)) for spelling, person in source.query(text, {}, tuned))
            self._database.executemany("INSERT OR IGNORE INTO person VALUES (?, ?)", rows)
        self.find_person = lru_cache(maxsize=20_000)(self._find_person)
        self.text = lru_cache(maxsize=20_000)(self._text)

    def learn(self, source: RuleSource, pseudonym: Callable[[str, str], str]) -> None:
        """Take in all names. pseudonym: of a kind and a name."""
        for kind, texts in WHO.items():
            for text, tuned in texts:
                self._learn(kind, (str(row[0]) for row in source.query(text, {}, tuned)), pseudonym)
        self._learn_entries(source, pseudonym)
        for text in ABOUT:
            rows = ((_number(str(said)), *names) for said, *names in source.query(text, {}) if said is not None)
            self._database.executemany("INSERT INTO about VALUES (?, ?, ?, ?)", rows)
        self._database.execute("CREATE INDEX about_text ON about (text)")

    def _learn_entries(self, source: RuleSource, pseudonym: Callable[[str, str], str]) -> None:
        """Look for the words of the free texts among the ids and file names of the entries: a ledger has few texts and
        may have millions of entries."""
        self._database.execute("CREATE TABLE word (name INTEGER PRIMARY KEY)")
        words, kept = set[str](), True

        def note(tried: str) -> None:
            words.update(filter(telling, keys(tried)))

        for text, tuned in TEXTS:
            for (said,) in source.query(text, {}, tuned):
                plain = plain_text(str(said))
                for read in {plain, plain_text(unquote(plain))} if "%" in plain else (plain,):
                    self._search(read, note)
                if len(words) >= MOST_WORDS:
                    self._keep_words(words)
                    words.clear()
                    kept = False
        self._keep_words(words)
        values = {"words": json.dumps(sorted(words)), "signs": f"{punctuation} "}
        for kind, text, tuned in ENTRIES if words or not kept else ():
            self._find_entries(kind, source.query(text, values, tuned if kept else None), pseudonym)

    def _find_entries(self, kind: str, rows: Iterator[Sequence[Any]], pseudonym: Callable[[str, str], str]) -> None:
        batch: list[tuple[int, str]] = []
        for (name,) in rows:
            for form in (name, unquote(name)) if "%" in name else (name,):
                for called in forms_of_file(form) if kind == "file" else (form,):
                    numbers = map(_number, keys(called))
                    batch += [(number, pseudonym(kind, name)) for number in numbers if self._is_word(number)]
            if len(batch) >= _BATCH:
                self._keep(batch)
                batch.clear()
        self._keep(batch)

    def _keep_words(self, words: Iterable[str]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO word VALUES (?)", ((_number(word),) for word in words))

    def _is_word(self, number: int) -> bool:
        return self._database.execute("SELECT 1 FROM word WHERE name = ?", (number,)).fetchone() is not None

    def _find_person(self, customer: str) -> str:
        """The key of the person whom an id means, as the view `entry` has it in `canonical_customer`."""
        form = canonical_customer(customer)
        for text in (customer, form):
            row = self._database.execute("SELECT person FROM person WHERE spelling = ?", (_number(text),)).fetchone()
            if row is not None:
                return str(row[0])
        return form

    def _learn(self, kind: str, names: Iterator[str], pseudonym: Callable[[str, str], str]) -> None:
        batch: list[tuple[int, str]] = []
        for name in names:
            known = keys(name) | keys(unquote(name)) if "%" in name else keys(name)
            batch += [(_number(plain), pseudonym(kind, name)) for plain in known if telling(plain)]
            if len(batch) >= _BATCH:
                self._keep(batch)
                batch.clear()
        self._keep(batch)

    def _keep(self, batch: list[tuple[int, str]]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO known (name, pseudonym) VALUES (?, ?)", batch)

    def entries_of(self, text: str) -> list[dict[str, str | None]]:
        """What the entries are called that a free text is about: `id`, `name` and `path`."""
        rows = self._database.execute("SELECT DISTINCT id, name, path FROM about WHERE text = ?", (_number(text),))
        return [dict(zip(("id", "name", "path"), row, strict=True)) for row in rows]

    def find_pseudonym(self, words: str) -> str | None:
        """The pseudonym of exactly these words."""
        for plain in sorted(keys(words)):
            row = self._database.execute("SELECT pseudonym FROM known WHERE name = ?", (_number(plain),)).fetchone()
            if row is not None and plain:
                return str(row[0])
        return None

    def _text(self, text: str) -> str:
        """A text with pseudonyms in the place of all known names, numbers and the longest names first. text: plain."""
        return self._search(text, self.find_pseudonym)

    def _search(self, text: str, find: Callable[[str], str | None]) -> str:
        """The same with what `find` gives for some words; it is asked for all that could be a name."""
        made, done = list[str](), 0
        for region in _NUMBERS.finditer(text):  # whatever letters stand beside it
            groups = [
                (region.start() + each.start(), region.start() + each.end()) for each in _GROUP.finditer(region[0])
            ]
            index = 0
            while index < len(groups):
                start, ends = groups[index][0], [end for _, end in groups[index : index + MOST_GROUPS]]
                taken, found = _longest_number(text, start, ends, find)
                if found is not None:
                    made += [_words(text[done:start], find), found]
                    done = ends[taken - 1]
                index += taken
        return "".join([*made, _words(text[done:], find)])


def _longest_number(
    text: str, start: int, ends: list[int], find: Callable[[str], str | None]
) -> tuple[int, str | None]:
    """The most groups of digits from a place on that are a known number, and its pseudonym."""
    for taken in range(len(ends), 0, -1):
        digits = squeeze(text[start : ends[taken - 1]])
        if TELEPHONE <= len(digits) <= LONGEST_NUMBER:
            found = find(text[start : ends[taken - 1]])
            if found is not None:
                return taken, found
    return 1, None


def _words(text: str, find: Callable[[str], str | None]) -> str:
    pieces = [match.span() for match in _PIECE.finditer(text)]
    made, done, index = [], 0, 0
    while index < len(pieces):
        start, ends = pieces[index][0], [end for _, end in pieces[index : index + MOST_PIECES]]
        for taken in range(len(ends), 0, -1):
            end = ends[taken - 1]
            found = find(text[start:end]) if end - start <= LONGEST else None
            if found is not None:
                made += [text[done:start], found]
                done = end
                index += taken
                break
        else:
            inside = _LONG_NUMBER.sub(lambda match: find(match[0]) or match[0], text[start : ends[0]])
            made += [text[done:start], inside]
            done = ends[0]
            index += 1
    return "".join([*made, text[done:]])
