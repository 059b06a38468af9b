"""Sizes in words: decimal units, one decimal below 100."""

from __future__ import annotations

_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def human(size: int) -> str:
    """`812 bytes`, `84.2 kB`, `2.1 MB`, `412 MB`."""
    for unit, name in _UNITS:
        if size * 10 >= unit * 10:
            tenths = (size * 10 + unit // 2) // unit
            return f"{tenths // 10}.{tenths % 10} {name}" if tenths < 1000 else f"{(size + unit // 2) // unit:,} {name}"
    return f"{size:,} byte" + ("" if size == 1 else "s")


def over(size: int, limit: int, stated: str, of: str) -> str:
    """Why a size is too large, in bytes where the rounded texts would be the same.

    stated: the limit as its owner writes it ("16 MB"); of: what it is for ("video").
    """
    if human(size).replace(".0 ", " ") == stated or human(size) == human(limit):
        return f"{size:,} bytes, over {stated} ({limit:,})"
    return f"{human(size)}, over the {stated} limit for {of}"
