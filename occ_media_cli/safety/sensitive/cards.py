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

_BETWEEN = " \u00a0\u2009\u202f.\u2010-\u2014-"
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
    """Whether the run is the end or the beginning of something longer: a decimal, a word, an identifier."""
    before, behind = text[start - 1 : start], text[end : end + 2]
    if before and (before in "0123456789_$+" or before.isalpha()) and text[max(0, start - 2) : start] != _TRACK:
        return True
    if before in (".", ",") and text[start - 2 : start - 1].isdigit():
        return True
    if before == "-" and text[start - 2 : start - 1].isalnum():
        return True
    first = behind[:1]
    if first and (first == "_" or first.isalnum()):
        return True
    return len(behind) == 2 and first in ".,-" and behind[1].isalnum()


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
    spans = [match.span() for match in _GROUP.finditer(run)]
    for first, taken, issuer, digits in found:
        begin, end = spans[first][0], spans[first + taken - 1][1]
        if not _is_written_well(run, spans, first, taken):
            continue
        begin, end = start + begin, start + end
        confidence = _confidence(text, begin, end, issuer, words, grouped=taken > 1 and not left)
        if confidence is not None:
            yield Sighting(begin, end, confidence, issuer.scheme, digits)


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
    near = _is_track(text, start, end) or words.is_near(start, end)
    if issuer.weak and not near:
        return None
    points = 2 if near else grouped + has_expiry(text, start, end)
    if points and names_other_number(text, start):
        points -= 2
    return "high" if points >= 2 else "medium" if points == 1 else "low"
