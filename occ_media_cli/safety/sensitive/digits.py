"""Digits of other scripts as those that patterns look for: a card number in Arabic digits is one all the same."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_ZEROS = "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040\uff10"
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_OTHER = re.compile(f"[{''.join(f'{zero}-{chr(ord(zero) + 9)}' for zero in _ZEROS)}]")


def with_ascii_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9. Each character stays in its place."""
    if text.isascii() or _OTHER.search(text) is None:
        return text
    return text.translate(_DIGITS)


_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


class SeenText(NamedTuple):
    """A text as people see it: digits from 0 to 9, and nothing that has no width. gone: where something was, counted in
    what is left."""

    text: str
    gone: tuple[int, ...] = ()

    def place_of(self, at: int) -> int:
        """Where a character stood in the text as it was."""
        return at + bisect_right(self.gone, at) if self.gone else at


def as_seen(text: str) -> SeenText:
    """The text without soft hyphens and signs of no width, which may stand between any two digits."""
    text = with_ascii_digits(text)
    if text.isascii() or _UNSEEN.search(text) is None:
        return SeenText(text)
    gone = tuple(match.start() - number for number, match in enumerate(_UNSEEN.finditer(text)))
    return SeenText(_UNSEEN.sub("", text), gone)
