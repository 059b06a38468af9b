"""Shortening the name of a file to what a folder or a channel takes, between what a person reads as letters."""

from __future__ import annotations

import os
from pathlib import Path

USUAL = 255
"""Bytes of a name that common file systems hold."""

_JOINER = "\u200d"
_VIRAMA = 9
"""The class of Unicode of the signs that join the consonant behind them to the one before."""


def longest_in(folder: Path) -> int:
    """Bytes that a name may have in a folder, which may not be there yet: by its nearest folder that is."""
    for each in (folder, *folder.absolute().parents):
        try:
            return min(USUAL, os.pathconf(each, "PC_NAME_MAX"))
        except (OSError, ValueError):
            continue
    return USUAL


def shorten(name: str, most_bytes: int, most_letters: int | None = None) -> str:
    """As much of a name from its start as has so many bytes and characters of Unicode, at most.

    An accent, the parts of an emoji or of a syllable stay with what they belong to; a letter with more of them than
    there is room for loses some. Bytes that are no UTF-8 count as one each.
    """
    room = name if most_letters is None else name[:most_letters]
    if len(room) * 4 > most_bytes:
        while len(os.fsencode(room)) > most_bytes:
            over = len(os.fsencode(room)) - most_bytes
            room = room[: -max(1, over // 4)]
    if len(room) == len(name):
        return name
    end = len(room)
    while end and _belongs_together(name, end):
        end -= 1
    return name[:end] or room


def _belongs_together(name: str, at: int) -> bool:
    """Whether the characters before and behind a place are read as one."""
    before, behind = name[at - 1], name[at]
    if before.isascii() and behind.isascii():
        return False
    import unicodedata

    if unicodedata.category(behind).startswith("M") or behind in "\u200c\u200d\u0e33\u0eb3":
        return True
    if "\U0001f3fb" <= behind <= "\U0001f3ff" or "\U000e0020" <= behind <= "\U000e007f":  # skins, and flags of regions
        return True
    if before == _JOINER or (unicodedata.combining(before) == _VIRAMA and unicodedata.category(behind) == "Lo"):
        return True
    if "\u1160" <= behind <= "\u11ff" or "\ud7b0" <= behind <= "\ud7fb":  # the vowel and the end of a Korean syllable
        return True
    return _is_of_flag(behind) and _flag_letters(name, at) % 2 == 1


def _is_of_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flag_letters(name: str, end: int) -> int:
    """How many letters of flags stand before a place, of which two make one."""
    start = end
    while start and _is_of_flag(name[start - 1]):
        start -= 1
    return end - start
