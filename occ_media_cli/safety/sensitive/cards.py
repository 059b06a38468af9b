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
_GROUP = re.compile("([0-9]+)([^0-9]*)")

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


def find_cards(text: str) -> Iterator[Sighting]:
    """Every card number of a text, in order. text: with ASCII digits (`digits.with_ascii_digits`)."""
    words = Nearby(text, CARD_WORDS)
    for run in _RUN.finditer(text):
        start, end = run.span()
        if _goes_on(text, start, end):
            continue
        digits = run.group()
        if len(digits) <= _MOST_DIGITS and digits.isdigit():
            issuer = _issuer(digits)
            if issuer is not None:
                confidence = _confidence(text, start, end, issuer, words, grouped=False)
                if confidence is not None:
                    yield Sighting(start, end, confidence, issuer.scheme, digits)
            continue
        yield from _grouped(text, start, digits, words)


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the run is the end or the beginning of something longer: a decimal, a word, an identifier."""
    before, behind = text[start - 1 : start], text[end : end + 2]
    if before and (before in "0123456789_$+" or before.isalpha()):
        return True
    if before in (".", ",") and text[start - 2 : start - 1].isdigit():
        return True
    if before == "-" and text[start - 2 : start - 1].isalnum():
        return True
    first = behind[:1]
    if first and (first == "_" or first.isalnum()):
        return True
    return len(behind) == 2 and first in ".,-" and behind[1].isalnum()


def _issuer(digits: str) -> Issuer | None:
    if digits[0] not in STARTS or not passes_luhn(digits):
        return None
    return issuer_of(digits)


def _grouped(text: str, start: int, run: str, words: Nearby) -> Iterator[Sighting]:
    groups = [(match.start(), match[1], match[2]) for match in _GROUP.finditer(run)]
    shapes = SHAPES if len(groups) <= _TABLE else SHAPES[:1]
    lengths = [len(digits) for _, digits, _ in groups]
    at, found, left = 0, [], False
    while at < len(groups):
        taken, issuer, digits = _card_at(groups, lengths, at, shapes)
        if issuer is None:
            left = left or lengths[at] >= _SAME
            at += 1
            continue
        last = groups[at + taken - 1]
        found.append((start + groups[at][0], start + last[0] + len(last[1]), issuer, digits, taken > 1))
        at += taken
    for begin, end, issuer, digits, several in found:
        confidence = _confidence(text, begin, end, issuer, words, grouped=several and not left)
        if confidence is not None:
            yield Sighting(begin, end, confidence, issuer.scheme, digits)


_SAME = 4
"""Digits of a neighbour that could itself be a group of a card: then the run may be any table of numbers."""


def _card_at(
    groups: list[tuple[int, str, str]], lengths: list[int], at: int, shapes: tuple[tuple[int, ...], ...]
) -> tuple[int, Issuer | None, str]:
    """(groups taken, issuer, digits) of the card that begins at a group; no issuer where none does."""
    first = groups[at][1]
    if first[0] not in STARTS:
        return 1, None, ""
    if _LEAST_DIGITS <= lengths[at] <= _MOST_DIGITS:
        separator = groups[at - 1][2] if at else ""
        if "." not in groups[at][2] and "." not in separator:
            return 1, _issuer(first), first
        return 1, None, ""
    for shape in shapes:
        taken = len(shape)
        if lengths[at] != shape[0] or tuple(lengths[at : at + taken]) != shape:
            continue
        if len({groups[each][2] for each in range(at, at + taken - 1)}) != 1:
            continue
        if "." in groups[at][2] and (at or at + taken < len(groups)):
            continue
        digits = "".join(groups[each][1] for each in range(at, at + taken))
        issuer = _issuer(digits)
        if issuer is not None:
            return taken, issuer, digits
    return 1, None, ""


def _confidence(text: str, start: int, end: int, issuer: Issuer, words: Nearby, *, grouped: bool) -> Confidence | None:
    """High with a word nearby, or grouped with an expiry date; medium with one of the latter; low for a bare number."""
    near = words.is_near(start, end)
    if issuer.weak and not near:
        return None
    points = (2 if near else 0) + grouped + has_expiry(text, start, end)
    if points and names_other_number(text, start):
        points -= 2
    return "high" if points >= 2 else "medium" if points == 1 else "low"
