"""What an S3-compatible service answers, in the words of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.retention.storage import Kept

VANISHED = Kept("vanished", "it is not there")


def code(problem: Exception) -> str:
    """The code of an error, or nothing where the service did not answer."""
    return str(getattr(problem, "response", {}).get("Error", {}).get("Code", ""))


def kept(problem: Exception) -> Kept:
    """Why an object is left alone, from what the service says."""
    answer = code(problem)
    if answer in ("404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"):
        return VANISHED
    if answer in ("AccessDenied", "403"):
        return Kept("locked", "the service refuses: it is locked, or the credentials may not do this")
    return Kept("unreadable", f"the service says {answer or type(problem).__name__}")


def locked(head: Mapping[str, Any]) -> Kept | None:
    """Why an object lock keeps a version, as the service states it."""
    if head.get("ObjectLockLegalHoldStatus") == "ON":
        return Kept("locked", "a legal hold of the bucket is on it")
    until = head.get("ObjectLockRetainUntilDate")
    if until is not None and until.timestamp() * 1_000 > times.wall():
        return Kept(
            "locked", f"object lock {head.get('ObjectLockMode')} until {times.text(int(until.timestamp()) * 1_000)}"
        )
    return None
