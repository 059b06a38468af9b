"""The texts that customers read: what they may hold, and whether they offer another way."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_MESSAGE = 1_024
"""Code points in a message (contracts.md §4)."""

PLACEHOLDERS = ("inbox", "channel")

_ALLOWED = frozenset("\n\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")
"""Newline, ZWNJ, ZWJ, LRM, RLM and the bidi isolates: right-to-left scripts and emoji need them."""

_REFUSED_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u061c")
_OTHER_WAY = (
    r"@|https?://|www\.|\be-?mail\b|\+?\d[\d ()./-]{5,}\d|\b[a-z0-9-]+\.(?:com|org|net|io|de|fr|es|eg|sa|ae|uk|eu)\b"
)


def check_message(text: str) -> str:
    """The message as it is; ValueError, in words for people, where a rule of contracts.md §4 forbids it."""
    if not text:
        raise ValueError("the message is empty")
    if len(text) > LONGEST_MESSAGE:
        raise ValueError(f"the message has {len(text):,} characters; {LONGEST_MESSAGE:,} are the most")
    characters(text, "the message")
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in PLACEHOLDERS:
            raise ValueError(f"the message has the placeholder '{{{name}}}'; there are {{inbox}} and {{channel}}")
    return text


def characters(text: str, what: str) -> str:
    """The text as it is; ValueError where it holds a character that turns or hides what stands around it."""
    for position, character in enumerate(text, start=1):
        if character in _ALLOWED:
            continue
        if character in _REFUSED_BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            raise ValueError(f"{what} has the control character U+{ord(character):04X} at position {position}")
    return text


def offers_other_way(text: str) -> bool:
    """Whether a customer learns another way to send a file: an address, a link or a phone number."""
    return re.search(_OTHER_WAY, text, re.IGNORECASE) is not None


def fill(text: str, *, inbox: str, channel: str | None) -> str:
    """The text with its placeholders filled, as a customer reads it."""
    return text.replace("{inbox}", inbox).replace("{channel}", channel or "")


def readings(
    text: str, languages: Mapping[str, str], *, inbox: str, channels: Sequence[str]
) -> list[tuple[str | None, str]]:
    """What customers of an inbox read, by language, None for the main text: filled in for each linked channel, and once
    where the text does not name one."""
    found: dict[tuple[str | None, str], None] = {}
    for language, each in [(None, text), *sorted(languages.items())]:
        for channel in channels or (None,):
            found[language, fill(each, inbox=inbox, channel=channel)] = None
    return list(found)
