"""The values of a message or status of WhatsApp, each checked for its kind."""

from __future__ import annotations

from typing import Any

from occ_media_cli.ledger.entry import Unfit


def seconds_of(value: dict[str, Any]) -> int:
    """The moment of a message or status in milliseconds, from its whole seconds; Unfit for anything else."""
    stamp = value.get("timestamp")
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12:
        return int(stamp) * 1_000
    if isinstance(stamp, int) and 0 <= stamp < 10**12:
        return stamp * 1_000
    raise Unfit("bad time", f"timestamp {stamp!r:.40} is not a number of seconds")


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


def errors_of(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The errors of a message or status; Unfit where they are no list of objects."""
    found = value.get("errors")
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Unfit("bad value", "errors is not a list of objects")
    return found


def codes_of(errors: list[dict[str, Any]]) -> set[str]:
    """The codes of errors, as texts."""
    return {str(error.get("code")) for error in errors}


def reason_of(errors: list[dict[str, Any]]) -> str | None:
    """`131053 Media upload error: details` of each error, joined."""
    found = []
    for error in errors:
        details = object_of(error.get("error_data")).get("details")
        title = error.get("title") or error.get("message")
        words = f"{error.get('code')} {title}" if title else str(error.get("code"))
        found.append(f"{words}: {details}" if details and details != title else words)
    return "; ".join(found) or None
