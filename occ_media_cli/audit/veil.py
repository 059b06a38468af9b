"""Pseudonyms: customers, agents and everything that may hold a name, as keyed hashes, the same with the same key."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from occ_media_cli.errors import UsageError

SHORTEST_KEY = 16
"""Bytes of a key: fewer could be guessed, and with the key every telephone number can be tried."""

LARGEST_KEY = 65_536

PEOPLE = frozenset({"agent", "changed_by", "changed_by_user", "flagged_by", "verified_by", "owner", "actor",
                    "setting_by", "approved_by", "proposed_by"})  # fmt: skip
"""Columns that name somebody of the centre: one person has one pseudonym in all of them."""

FILES = frozenset({"name", "path"})
"""Columns that are file names: the extension stays."""

OTHERS: Mapping[str, str] = {"customer": "customer", "conversation": "conversation", "entry": "entry", "id": "entry",
                             "suppressed_entry": "entry", "fingerprint": "finding"}  # fmt: skip


class Veil:
    """Puts pseudonyms in the place of names. Free texts, such as reasons, are not searched."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, kind: str, value: object) -> str:
        """`agent-5f3c…`: 16 hex digits of a keyed hash of the kind and the value."""
        data = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return f"{kind}-{hmac.digest(self._key, data, 'sha256').hex()[:16]}"

    def value(self, column: str, value: Any) -> Any:
        """The value of a column, or its pseudonym where it may name somebody."""
        if value is None:
            return None
        if column in PEOPLE:
            return self.name("agent", value)
        if column in OTHERS:
            return self.name(OTHERS[column], value)
        if column in FILES:
            text = str(value)
            extension = text[text.rfind(".") :] if "." in text else ""
            kept = extension if len(extension) <= 6 and extension[1:].isascii() and extension[1:].isalnum() else ""
            return self.name("file", value) + kept
        return value

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with pseudonyms."""
        return {column: self.value(column, value) for column, value in row.items()}


def from_file(path: str) -> Veil:
    """The veil of a key file; UsageError where it is unreadable or too short. A newline at its end is no part of it."""
    try:
        with Path(path).open("rb") as stream:
            key = stream.read(LARGEST_KEY + 1).strip(b"\r\n")
    except (OSError, ValueError) as problem:
        reason = problem.strerror.lower() if isinstance(problem, OSError) and problem.strerror else "no file name"
        raise UsageError(f"--key-file '{path}': {reason}", hint="head -c 32 /dev/urandom > key makes one") from None
    if not SHORTEST_KEY <= len(key) <= LARGEST_KEY:
        raise UsageError(
            f"--key-file '{path}' has {len(key):,} bytes; a key has {SHORTEST_KEY} to {LARGEST_KEY:,}",
            hint="head -c 32 /dev/urandom > key makes one",
        )
    return Veil(key)
