"""Payment card numbers in a text: runs of digits, cut into groups, tried against the shapes in which cards are printed.

A pattern that looks at every digit takes four times as long, and one that swallows a run finds one card of several in a
row. Here a run is found first, then its groups are tried one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from occ_media_cli.safety.sensitive.codes import Confidence
from occ_media_cli.safety.sensitive.issuers import STARTS, Issuer, issuer_of, passes_luhn
from occ_media_cli.safety.sensitive.nearby import CARD_WORDS, Nearby, has_expiry, names_other_number
from occ_media_cli.safety.sensitive.sighting import Sighting

_BETWEEN = " \u00a0\u2009\u202f._/\u2010-\u2014-"
_RUN = re.compile(f"[0-9]{{4}}(?<![0-9]{{5}})(?=[0-9{_BETWEEN}]{{8}})[0-9]*+(?:[{_BETWEEN}]{{1,2}}[0-9]{{2,}}+)*+")
"""A first group of four digits or more, and whatever groups follow it; it never goes back, so its time is linear."""
_GROUP = re.compile("[0-9]+")
_BREAKS = re.compile("[^0-9]+")
_Shapes = dict[int, list[list[int]]]

SHAPES: tuple[tuple[int, ...], ...] = (
    (4, 4, 4, 4),
    (4, 6, 5),
    (4, 6, 4),
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 3),
    (4, 4, 4, 2),
    (4, 4, 5),
    (4, 3, 3, 3),
    (6, 13),
    (8, 8),
    (5, 5, 5),
)
"""How a number is printed in groups; the first that fits and has a good check digit counts."""

_TABLE = 64
"""Groups of one run from which on it is a table of numbers: only the commonest shape is tried there."""

_MOST_DIGITS, _LEAST_DIGITS = 19, 12
_BY_FIRST: _Shapes = {}
for _shape in SHAPES:
    _BY_FIRST.setdefault(_shape[0], []).append(list(_shape))
_IN_TABLES: _Shapes = {4: _BY_FIRST[4][:1]}


def find_cards(text: str) -> Iterator[Sighting]:
    """Every card number of a text, in order. text: with ASCII digits (`digits.with_ascii_digits`)."""
    words = Nearby(text, CARD_WORDS)
    yield from _wrapped(text, words)
    for run in _RUN.finditer(text):
        start, end = run.span()
        if _goes_on(text, start, end):
            continue
        written = run.group()
        digits = _alone(written)
        if not digits:
            yield from _grouped(text, start, written, words)
        elif (issuer := _issuer(digits)) is not None:
            confidence = _confidence(text, start, end, issuer, words, grouped=digits != written)
            if confidence is not None:
                yield Sighting(start, end, confidence, issuer.scheme, digits)


def _alone(run: str) -> str:
    """The digits of a run that is one bare number or one of four times four, as nearly all are; else nothing."""
    if len(run) <= _MOST_DIGITS and run.isdigit():
        return run
    if len(run) == _FOURS and run[4] == run[9] == run[14]:
        digits = run.replace(run[4], "")
        return digits if len(digits) == 16 else ""
    return ""


_FOURS = 4 * 4 + 3


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the run is the end or the beginning of something longer: a decimal, a word, an identifier.

    A comma is none of these signs: beside a whole number of an issuer it parts values, as in CSV and JSON.
    """
    before, behind = text[start - 1 : start], text[end : end + 2]
    if before and (before in "0123456789_$+" or before.isalpha()):
        if text[max(0, start - 2) : start] != _TRACK and not _follows_word(text, start):
            return True
    elif (before == "." and text[start - 2 : start - 1].isdigit()) or (
        before == "-" and _is_identifier(text, start - 1)
    ):
        return True
    first = behind[:1]
    if first and (first == "_" or first.isalnum()):
        return True
    return len(behind) == 2 and first in ".-" and behind[1].isdigit()


_LONGEST_WORD = 24
_LETTERS_BEFORE = re.compile(r"([^\W\d_]+)[_ ]?$")
_WORD_BEFORE = re.compile(r"[^\W_]+$")
_HEXADECIMAL = re.compile("[0-9a-f]+", re.IGNORECASE)


def _follows_word(text: str, start: int) -> bool:
    """Whether the digits stand right behind a word of cards: `PAN4539…`, `card_4539…`."""
    word = _LETTERS_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
    return word is not None and CARD_WORDS.is_one(word[1])


def _is_identifier(text: str, at: int) -> bool:
    """Whether what stands before a hyphen is a part of an identifier and no word."""
    word = _WORD_BEFORE.search(text, max(0, at - _LONGEST_WORD), at)
    return word is not None and (not word[0].isalpha() or _HEXADECIMAL.fullmatch(word[0]) is not None)


_SIGN = f"[{_BETWEEN}]"
_WRAP = r"[ \t]{0,3}(?:\r?\n|\t)[ \t>]{0,4}"
_WRAPPED = re.compile(
    "[0-9]{4}(?<![0-9]{5})(?:"
    "(?:\t[0-9]{2,6}){2,4}+(?![0-9])"
    f"|(?=(?:{_SIGN}[0-9]{{3,6}}){{0,3}}{_WRAP}[0-9])(?:{_SIGN}[0-9]{{3,6}})*+{_WRAP}"
    f"[0-9]{{2,6}}(?:{_SIGN}[0-9]{{2,6}})*+(?![0-9]))"
)
"""Groups of a number over two lines, or over cells side by side."""
_NEIGHBOUR_BEFORE = re.compile(r"[0-9][ \t.,;]{0,3}(?:\r?\n)?[ \t]{0,3}$")
_NEIGHBOUR_BEHIND = re.compile(r"[ \t.,;]{0,3}(?:\r?\n)?[ \t]{0,3}[0-9]")


def _wrapped(text: str, words: Nearby) -> Iterator[Sighting]:
    """Numbers whose groups one line break or tabs part. With other numbers beside them they are rows of a table."""
    for run in _WRAPPED.finditer(text):
        start, end = run.span()
        written = run.group()
        groups = _BREAKS.split(written)
        if groups[0][0] not in STARTS or list(map(len, groups)) not in _BY_FIRST[4] or _goes_on(text, start, end):
            continue
        signs = {each for each in _BREAKS.findall(written) if "\n" not in each and "\t" not in each}
        issuer = _issuer("".join(groups))
        if issuer is None or len(signs) > 1:
            continue
        table = (
            _NEIGHBOUR_BEFORE.search(text, max(0, start - _LONGEST_WORD), start) is not None
            or _NEIGHBOUR_BEHIND.match(text, end) is not None
        )
        if table and not words.is_near(start, end):
            continue
        confidence: Confidence | None = "low" if table else _confidence(text, start, end, issuer, words, grouped=True)
        if confidence is not None:
            yield Sighting(start, end, confidence, issuer.scheme, "".join(groups))


def _are_years(written: str) -> bool:
    """Whether all groups behind the first are years, as in the row of a table."""
    groups = _BREAKS.split(written)[1:]
    return bool(groups) and all(len(each) == 4 and "1900" <= each <= "2100" for each in groups)


_TRACK = "%B"


def _is_track(text: str, start: int, end: int) -> bool:
    """Whether a number stands as on a magnetic stripe: `%B…^` or `;…=` (ISO/IEC 7813)."""
    return text[max(0, start - 2) : start] == _TRACK or (text[start - 1 : start] == ";" and text[end : end + 1] == "=")


def _issuer(digits: str) -> Issuer | None:
    if digits[0] not in STARTS or not passes_luhn(digits):
        return None
    return issuer_of(digits)


def _grouped(text: str, start: int, run: str, words: Nearby) -> Iterator[Sighting]:
    groups = _BREAKS.split(run)
    lengths = list(map(len, groups))
    shapes = _BY_FIRST if len(groups) <= _TABLE else _IN_TABLES
    at, found, left = 0, [], False
    while at < len(groups):
        card = _card_at(groups, lengths, at, shapes) if groups[at][0] in STARTS else None
        if card is None:
            left = left or lengths[at] >= _SAME
            at += 1
            continue
        found.append((at, *card))
        at += card[0]
    if not found:
        return
    table = len(groups) - sum(taken for _, taken, _, _ in found) >= _TABLE_AROUND
    spans = [match.span() for match in _GROUP.finditer(run)]
    for first, taken, issuer, digits in found:
        begin, end = spans[first][0], spans[first + taken - 1][1]
        if not _is_written_well(run, spans, first, taken):
            continue
        begin, end = start + begin, start + end
        confidence = _confidence(text, begin, end, issuer, words, grouped=taken > 1 and not left)
        if table and taken > 1 and confidence == "high":
            confidence = "medium"
        if confidence is not None:
            yield Sighting(begin, end, confidence, issuer.scheme, digits)


_TABLE_AROUND = 4
"""Groups of a run that belong to no card, from which on it is a row of a table: a card there is never sure."""

_SAME = 4
"""Digits of a neighbour that could itself be a group of a card: then the run may be any table of numbers."""


def _card_at(groups: list[str], lengths: list[int], at: int, shapes: _Shapes) -> tuple[int, Issuer, str] | None:
    """(groups taken, issuer, digits) of the card that begins at a group, or None."""
    length = lengths[at]
    if _LEAST_DIGITS <= length <= _MOST_DIGITS:
        issuer = _issuer(groups[at])
        return None if issuer is None else (1, issuer, groups[at])
    for shape in shapes.get(length, ()):
        taken = len(shape)
        if lengths[at : at + taken] != shape:
            continue
        digits = "".join(groups[at : at + taken])
        issuer = _issuer(digits)
        if issuer is not None:
            return taken, issuer, digits
    return None


def _is_written_well(run: str, spans: list[tuple[int, int]], first: int, taken: int) -> bool:
    """Whether the same sign stands between all groups of a card, and no dot makes it a part of decimals."""
    last = first + taken - 1
    between = {run[spans[each][1] : spans[each + 1][0]] for each in range(first, last)}
    before = run[spans[first - 1][1] : spans[first][0]] if first else ""
    behind = run[spans[last][1] : spans[last + 1][0]] if last + 1 < len(spans) else ""
    return len(between) <= 1 and "." not in (before, behind)


def _confidence(text: str, start: int, end: int, issuer: Issuer, words: Nearby, *, grouped: bool) -> Confidence | None:
    """High with a word nearby, or grouped with an expiry date; medium with one of the latter; low for a bare number."""
    near = _is_track(text, start, end) or words.is_near(start, end) or _follows_word(text, start)
    if issuer.weak and not near:
        return None
    if _are_years(text[start:end]):
        return "low"
    points = 2 if near else grouped + has_expiry(text, start, end)
    if points and names_other_number(text, start):
        points -= 2
    return "high" if points >= 2 else "medium" if points == 1 else "low"
