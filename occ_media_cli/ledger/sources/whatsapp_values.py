"""The values of a message or status of WhatsApp, each checked for its kind."""

from __future__ import annotations

from typing import Any

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources.payload_values import from_seconds, object_of


def seconds_of(value: dict[str, Any]) -> int:
    """The moment of a message or status in milliseconds, from its whole seconds; Unfit for anything else."""
    return from_seconds(value.get("timestamp"), "timestamp")


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
