"""Digits of other scripts as those that patterns look for: a card number in Arabic digits is one all the same."""

from __future__ import annotations

import re
from bisect import bisect_right
from sys import maxsize
from typing import NamedTuple
from unicodedata import is_normalized, normalize

_ZEROS = "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040\uff10"
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_OTHER = re.compile(f"[{''.join(f'{zero}-{chr(ord(zero) + 9)}' for zero in _ZEROS)}]")


def with_ascii_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9. Each character stays in its place."""
    if text.isascii() or _OTHER.search(text) is None:
        return text
    return text.translate(_DIGITS)


_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


_COMPATIBLE = re.compile("[\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
_RUN = re.compile("[\0-\x7f]?[^\0-\x7f]+")
"""Letters and what may combine with them; it never goes over the end of a line."""


class SeenText(NamedTuple):
    """A text as people see it: digits from 0 to 9, letters in one piece, and nothing that has no width.

    moved: where it became shorter or longer, counted in this text, and by how much in all from there on.
    """

    text: str
    moved: tuple[tuple[int, int], ...] = ()

    def place_of(self, at: int) -> int:
        """Where a character stood in the text as it was, to the word."""
        if not self.moved:
            return at
        found = bisect_right(self.moved, (at, maxsize)) - 1
        return at + self.moved[found][1] if found >= 0 else at


def as_seen(text: str) -> SeenText:
    """The text without soft hyphens and signs of no width, which may stand between any two digits, and with letters
    that are put together from several signs, or are those of another width, as keyboards write them."""
    text = with_ascii_digits(text)
    if text.isascii() or (
        _UNSEEN.search(text) is None and _COMPATIBLE.search(text) is None and is_normalized("NFC", text)
    ):
        return SeenText(text)
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    at = length = 0
    for run in _RUN.finditer(text):
        plain = normalise_letters(_UNSEEN.sub("", run.group()))
        pieces += [text[at : run.start()], plain]
        length += run.start() - at + len(plain)
        at = run.end()
        if at - length != (moved[-1][1] if moved else 0):
            moved.append((length, at - length))
    return SeenText("".join([*pieces, text[at:]]), tuple(moved))


def normalise_letters(text: str) -> str:
    """Letters in one piece and of the usual width; small raised digits stay what they are."""
    return _COMPATIBLE.sub(lambda each: normalize("NFKC", each.group()), normalize("NFC", text))
