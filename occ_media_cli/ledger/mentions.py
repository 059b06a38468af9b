"""Whether a text names one of some people, however their ids are written in it.

A telephone number is found with whatever separates its digits, an e-mail address in any case of letters, every other id
as it is. An id that stands by itself names the person; one inside a longer number or word may be of somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from occ_media_cli.ledger.customers import canonical_customer
from occ_media_cli.store.migrations.m0009_people import FEWEST, MOST, SEPARATORS

_BETWEEN = "".join(separator for separator in SEPARATORS if len(separator) == 1)
_SQUEEZE = str.maketrans("", "", _BETWEEN)
_DIGITS = re.compile(f"[0-9]{{{FEWEST},}}")
_LOCAL, _DOMAIN = frozenset(".+-%"), frozenset("-")

SHORTEST = 6
"""An id of fewer characters is sought as a word alone: inside of others it stands everywhere."""

_KEY, _FEW = 4, 16


class Mention(IntEnum):
    """How a text speaks of a person: not at all, inside of something longer, or by name."""

    NONE = 0
    INSIDE = 1
    NAMED = 2


class People:
    """Some people, by every id that they are known by."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._numbers: set[str] = set()
        mails, texts = set[str](), set[str]()
        for one in ids:
            form = canonical_customer(one)
            if form.isascii() and form.isdigit() and FEWEST <= len(form) <= MOST:
                self._numbers.add(form)
            elif "@" in form[1:-1]:
                mails.add(form)
            elif form.strip():
                texts.add(form)
        self._lengths = sorted({len(number) for number in self._numbers})
        self._mails, self._texts = _Index(mails), _Index(texts)
        self._ids = (*mails, *texts)
        self._likely: re.Pattern[str] | None = None
        if len(self._numbers) + len(self._ids) <= _FEW:
            between = f"[{re.escape(_BETWEEN)}]*"
            some = [between.join(number) for number in self._numbers]
            some += [f"(?i:{re.escape(mail)})" for mail in mails]
            self._likely = re.compile("|".join([*some, *map(re.escape, texts)]) or "(?!)")

    def may_be_in(self, text: str) -> bool:
        """Whether any of them may stand in a text: one search, for those who ask millions of texts about a few."""
        return self._likely is None or self._likely.search(text) is not None

    def mention_in(self, text: str) -> Mention:
        """How a text speaks of any of them, at the most."""
        if not self.may_be_in(text):
            return Mention.NONE
        found = self._number(text) if self._lengths else Mention.NONE
        if found < Mention.NAMED and self._mails and "@" in text:
            found = max(found, _word(text.lower(), self._mails, mail=True))
        if found < Mention.NAMED and self._texts:
            found = max(found, _word(text, self._texts, mail=False))
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
        for one in self._ids:
            sought = one.encode("utf-8")
            if len(one) >= SHORTEST:
                many += (folded if "@" in one else data).count(sought)
            elif short:
                many += len(re.findall(rb"(?<![\w\x80-\xff])" + re.escape(sought) + rb"(?![\w\x80-\xff])", data))
        return many

    def longest(self) -> int:
        """The bytes of the longest id, so that a file can be read in pieces."""
        return max((len(one.encode("utf-8")) for one in (*self._numbers, *self._ids)), default=0)

    def _number(self, text: str) -> Mention:
        squeezed, kept, best = text.translate(_SQUEEZE), None, Mention.NONE
        for run in _DIGITS.finditer(squeezed):
            digits, start = run.group(), run.start()
            for length in self._lengths:
                for at in range(len(digits) - length + 1):
                    if digits[at : at + length] not in self._numbers:
                        continue
                    kept = kept or [place for place, letter in enumerate(text) if letter not in _BETWEEN]
                    first, last = kept[start + at], kept[start + at + length - 1]
                    if _alone(text, first, last):
                        return Mention.NAMED
                    best = Mention.INSIDE
        return best


class _Index(dict[str, list[str]]):
    """Ids by their first letters."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__()
        every = sorted(ids)
        self.size = min(len(one) for one in (*every, " " * _KEY))
        for one in every:
            self.setdefault(one[: self.size], []).append(one)


def _word(text: str, index: _Index, *, mail: bool) -> Mention:
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
            if len(one) >= SHORTEST:
                best = Mention.INSIDE
    return best


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
