"""The values of a payload of any platform, each checked for its kind: texts, ids, moments and sizes."""

from __future__ import annotations

import re
from typing import Any

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.row_sizes import size
from occ_media_cli.ledger.sources.units import checked_number

_PRECISE = re.compile(r"(\d{1,12})(?:\.(\d{1,9}))?", re.ASCII)


def from_seconds(stamp: object, field: str) -> int:
    """A moment in milliseconds, from whole seconds as a number or in digits; Unfit for anything else."""
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12:
        return checked_number(int(stamp) * 1_000, stamp, "s", field)
    if isinstance(stamp, int) and not isinstance(stamp, bool) and 0 <= stamp < 10**12:
        return checked_number(stamp * 1_000, stamp, "s", field)
    raise Unfit("bad time", f"{field} {stamp!r:.40} is not a number of seconds")


def from_precise_seconds(stamp: object, field: str) -> int:
    """A moment in milliseconds, from seconds with digits behind a point (`1531763348.000123`); finer ones are cut."""
    match = _PRECISE.fullmatch(stamp) if isinstance(stamp, str) else None
    if match is None:
        return from_seconds(stamp, field)
    found = int(match[1]) * 1_000 + int((match[2] or "").ljust(3, "0")[:3])
    return checked_number(found, stamp, "s", field)


def text_of(value: dict[str, Any], field: str) -> str:
    """A text that must be there and not empty; Unfit otherwise."""
    found = value.get(field)
    if not isinstance(found, str) or not found:
        raise Unfit(f"no {field}", f"{field} is missing")
    return found


def object_of(value: object) -> dict[str, Any]:
    """The object, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def word_of(value: dict[str, Any], field: str) -> str | None:
    """A text that may be missing; Unfit for anything else in its place."""
    found = value.get(field)
    if found is not None and not isinstance(found, str):
        raise Unfit("bad value", f"{field} is not text")
    return found


def id_of(value: object) -> str | None:
    """An id, which is a text that is not empty or a whole number, as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def needed_id(value: dict[str, Any], field: str) -> str:
    """An id that must be there; Unfit otherwise."""
    found = id_of(value.get(field))
    if found is None:
        raise Unfit(f"no {field}", f"{field} is missing")
    return found


def size_of(value: dict[str, Any], field: str) -> int | None:
    """A size in bytes that may be missing; Unfit for anything else in its place."""
    found = value.get(field)
    return None if found is None else size(found)


def objects_of(value: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """The objects of a list, which may be missing; Unfit where it is no list."""
    found = value.get(field)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unfit("bad value", f"{field} is not a list")
    return [item for item in found if isinstance(item, dict)]
