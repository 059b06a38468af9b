"""Whether a text names one of some people, however their ids are written in it.

A telephone number is found with whatever separates its digits, in digits of any script, an e-mail address in any case
of letters, every other id as it is read. An id that stands by itself names the person; one inside a longer number or
word, in other letter case, or one that may be a date or an amount may be of somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from urllib.parse import unquote

from occ_media_cli.store.customer_ids import (
    FEWEST,
    SEPARATING,
    forms_of_id,
    is_number,
    plain_text,
    squeeze,
    without_trunk,
)

_DIGITS = re.compile(f"[0-9]{{{FEWEST},}}")
_LOCAL, _DOMAIN = frozenset(".+-%"), frozenset("-")

SHORTEST = 6
"""An id of fewer characters is sought as a word alone in bytes and in other letter case: inside of others it stands
everywhere."""

SURE = 10
"""So many digits, however they are grouped, are no amount of anything."""

_KEY, _FEW = 4, 16

_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_DAYS = f"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_DATE = "|".join(
    f"{first}(?P<between{place}>[-./_ ]{{1,3}}){second}(?P=between{place}){third}"
    for place, (first, second, third) in enumerate(
        ((_YEAR, _MONTH, _DAY), (_DAY, _MONTH, _YEAR), (_MONTH, _DAY, _YEAR))
    )
)
_CLOCK = r"(?:[-T_, ]{1,3}[0-9]{1,2}(?:[.:]?[0-9]{2}){0,2}(?:[.,][0-9]+)?(?![0-9]))?"
_MOMENT = re.compile(f"(?<![0-9])(?:{_DATE}|{_DAYS}(?=[-_T ]?[0-9])){_CLOCK}")
"""A date, with a time of day behind it."""

_COMPACT = re.compile(f"{_DAYS}|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2]){_YEAR}")
"""The digits of a date."""

_ADDRESS = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9])")
"""The address of a machine."""

_AMOUNT = re.compile(r"[0-9]{1,3}(?:[ .,_][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]+[.,][0-9]{1,2}")
_DIGEST = re.compile("[0-9a-f]{16,}")


class Mention(IntEnum):
    """How a text speaks of a person: not at all, with something that looks alike, inside of something longer, or by
    name."""

    NONE = 0
    ALIKE = 1
    INSIDE = 2
    NAMED = 3


class People:
    """Some people, by every id that they are known by."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._numbers: set[str] = set()
        mails, texts = set[str](), set[str]()
        for one in ids:
            forms = forms_of_id(one)
            numbers = {form for form in forms if is_number(form)}
            self._numbers |= numbers
            for form in forms if not numbers else ():
                plain = plain_text(form)
                if "@" in plain[1:-1]:
                    mails.add(plain.lower())
                elif plain.strip():
                    texts.add(plain)
        self._lengths = sorted({len(number) for number in self._numbers})
        self._mails, self._texts = _Index(mails), _Index(texts)
        self._alike = _Index(text.casefold() for text in texts)
        self._ids = (*mails, *texts)
        # The bytes of a file may have letters and their marks apart.
        self._sought = {one.encode("utf-8"): one for one in self._ids}
        self._sought |= {unicodedata.normalize("NFD", one).encode("utf-8"): one for one in self._ids}
        self._likely: re.Pattern[str] | None = None
        if len(self._numbers) + len(self._ids) <= _FEW:
            separators = f"[{re.escape(SEPARATING)}]*"
            between = rf"{separators}(?:0 *\){separators})?"  # the bracket before the 0 is a separator
            some = [between.join(number) for number in self._numbers]
            some += [f"(?i:{re.escape(each)})" for one in self._ids for each in {one, one.casefold()}]
            self._likely = re.compile("|".join(some) or "(?!)")

    def may_be_in(self, text: str) -> bool:
        """Whether any of them may stand in a text: one search, for those who ask millions of texts about a few."""
        return self._may_be_in(_readable(text))

    def _may_be_in(self, plain: str) -> bool:
        if self._likely is None or self._likely.search(plain) is not None:
            return True
        return not plain.isascii() and self._likely.search(plain.casefold()) is not None

    def mention_in(self, text: str) -> Mention:
        """How a text speaks of any of them, at the most."""
        plain = _readable(text)
        if not self._may_be_in(plain):
            return Mention.NONE
        found = Mention.NONE
        if self._lengths:
            found = self._number(plain)
            bare = without_trunk(plain)
            if bare != plain:
                found = max(found, self._number(bare))
        if found < Mention.NAMED and self._mails and "@" in plain:
            found = max(found, _word(plain.lower(), self._mails, mail=True))
        if found < Mention.NAMED and self._texts:
            found = max(found, _word(plain, self._texts, mail=False))
            if not found and _word(plain.casefold(), self._alike, mail=False, shortest=SHORTEST):
                found = Mention.ALIKE
        return found

    def in_bytes(self, data: bytes, *, short: bool = True) -> int:
        """How often ids of them stand in bytes of a file, as they are. short: those of a few characters too, which
        stand in many bytes that are no text."""
        many = 0
        if self._lengths:
            for run in re.findall(rb"[0-9]{%d,}" % self._lengths[0], data):
                digits = run.decode("ascii")
                many += sum(
                    digits[at : at + length] in self._numbers
                    for length in self._lengths
                    for at in range(len(digits) - length + 1)
                )
        folded = data.lower() if self._mails else data
        for sought, one in self._sought.items():
            if len(one) >= SHORTEST:
                many += (folded if "@" in one else data).count(sought)
            elif short:
                many += len(re.findall(rb"(?<![\w\x80-\xff])" + re.escape(sought) + rb"(?![\w\x80-\xff])", data))
        return many

    def longest(self) -> int:
        """The bytes of the longest id, so that a file can be read in pieces."""
        return max((len(one) for one in (*self._numbers, *self._sought)), default=0)

    def _number(self, text: str) -> Mention:
        squeezed, kept, best = squeeze(text), None, Mention.NONE
        for run in _DIGITS.finditer(squeezed):
            digits, start = run.group(), run.start()
            for length in self._lengths:
                for at in range(len(digits) - length + 1):
                    if digits[at : at + length] not in self._numbers:
                        continue
                    kept = kept or [place for place, letter in enumerate(text) if letter not in SEPARATING]
                    first, last = kept[start + at], kept[start + at + length - 1]
                    if not _alone(text, first, last):
                        best = max(best, Mention.INSIDE)
                    elif _of_something_else(text, first, last):
                        best = max(best, Mention.ALIKE)
                    else:
                        return Mention.NAMED
        return best


def _readable(text: str) -> str:
    """A text in plain characters, and once more as it is read where it stands in a link."""
    return plain_text(f"{text}\0{unquote(text)}" if "%" in text else text)


class _Index(dict[str, list[str]]):
    """Ids by their first letters."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__()
        every = sorted(set(ids))
        self.size = min(len(one) for one in (*every, " " * _KEY))
        for one in every:
            self.setdefault(one[: self.size], []).append(one)


def _word(text: str, index: _Index, *, mail: bool, shortest: int = 1) -> Mention:
    """How a text has one of some ids. shortest: characters from which on one counts inside of a longer word."""
    size, best = index.size, Mention.NONE
    get = index.get
    for at in range(len(text) - size + 1):
        some = get(text[at : at + size])
        if some is None:
            continue
        for one in some:
            if not text.startswith(one, at):
                continue
            if not _joined(text, at, at + len(one), mail=mail):
                return Mention.NAMED
            if len(one) >= shortest and not (len(one) < SHORTEST and _in_digest(text, at)):
                best = Mention.INSIDE
    return best


def _in_digest(text: str, at: int) -> bool:
    """Whether a place is in a number of many hex digits, in which every few characters stand by chance."""
    return any(found.start() <= at < found.end() for found in _DIGEST.finditer(text))


def _joined(text: str, start: int, end: int, *, mail: bool) -> bool:
    """Whether an id goes on before or behind the place where it was found."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not mail:
        return before.isalnum() or after.isalnum()
    if before.isalnum() or (before in _LOCAL and start):
        return True
    return after.isalnum() or (bool(after) and after in _DOMAIN) or (after == "." and text[end + 1 : end + 2].isalnum())


def _alone(text: str, first: int, last: int) -> bool:
    """Whether a number begins and ends where it was found; `00` before it stands for `+`."""
    if text[last + 1 : last + 2].isdigit():
        return False
    before = text[:first]
    if before.endswith("00"):
        before = before[:-2]
    return not before[-1:].isdigit()


def _of_something_else(text: str, first: int, last: int) -> bool:
    """Whether digits that stand alone may be a date, an amount or the address of a machine, and no telephone number."""
    before, said = text[:first].rstrip("( "), text[first : last + 1]
    if before.endswith(("+", "+00")) or re.search(r"(?<![0-9])00\Z", before):
        return False
    if said.isdigit():
        return _COMPACT.fullmatch(said) is not None and (
            re.search(r"[\w/-]\Z", text[:first]) is not None or re.match(r"[\w/-]|\.\w", text[last + 1 :]) is not None
        )
    for shape in (_MOMENT, _ADDRESS):
        if any(found.start() <= first and last < found.end() for found in shape.finditer(text)):
            return True
    return sum(map(str.isdigit, said)) < SURE and (
        _AMOUNT.fullmatch(said) is not None or any(mark in said for mark in ",_\n\r")
    )
