"""What may be a name, and the nearest one to a name that is not there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 64
"""Code points in an inbox name, after NFC."""

RESERVED = "default"
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inbox_name(text: str) -> str:
    """The name in NFC; ValueError, in words for people, where it may not be one."""
    name = unicodedata.normalize("NFC", text)
    if not name:
        raise ValueError("an inbox name is empty")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"an inbox name has {len(name)} characters; {LONGEST_NAME} are the most")
    if name != name.strip():
        raise ValueError(f"inbox name '{name}' begins or ends with a space")
    if any(unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI for character in name):
        raise ValueError("an inbox name has a control character")
    if name == RESERVED:
        raise ValueError("'default' is no inbox name: it stands for every inbox")
    return name


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one known name within two edits, if there is a clear winner; one that was cut short wins over others."""
    best: tuple[tuple[int, bool], str] | None = None
    tie = False
    for candidate in known:
        distance = _distance(name.casefold(), candidate.casefold())
        if distance > 2 or distance >= max(len(name), len(candidate)):
            continue
        rank = (distance, not candidate.casefold().startswith(name.casefold()))
        if best is None or rank < best[0]:
            best, tie = (rank, candidate), False
        elif rank == best[0]:
            tie = True
    return None if best is None or tie else best[1]


def _distance(left: str, right: str) -> int:
    """Edits between two words: insertions, deletions, replacements and swaps of neighbours; 3 stands for more."""
    if abs(len(left) - len(right)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        older, before = before, row
        row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if older and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
