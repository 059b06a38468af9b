"""Digits of other scripts as those that patterns look for: a card number in Arabic digits is one all the same."""

from __future__ import annotations

import re

_ZEROS = "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040\uff10"
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_OTHER = re.compile(f"[{''.join(f'{zero}-{chr(ord(zero) + 9)}' for zero in _ZEROS)}]")


def with_ascii_digits(text: str) -> str:
    """The text with every decimal digit as 0 to 9. Each character stays in its place."""
    if text.isascii() or _OTHER.search(text) is None:
        return text
    return text.translate(_DIGITS)
