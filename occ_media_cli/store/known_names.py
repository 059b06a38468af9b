"""What is called how in a store, for whoever types: names to complete and to compare a slip with, read quickly.

Nothing is checked, adopted or written, nothing waits, and a store that cannot be read has no names: an answer that is
only offered must never be what fails. Whoever acts on a name asks the store in earnest.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.store.locate import JOURNALS, beside

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from occ_media_cli.store.locate import Location

MOST = 5_000
"""Names of one kind: more are neither completed nor compared."""

_WAITS = 0.05
"""Seconds that a lock may take."""

_QUERIES = {
    "inbox": "SELECT name FROM inbox_state WHERE removed IS NULL ORDER BY name",
    "agent": "SELECT agent FROM agent ORDER BY agent",
    "profile": "SELECT r.key FROM config c, json_each(c.value) r WHERE c.section = 'channels' ORDER BY r.key",
    "hold": "SELECT name FROM hold_state WHERE released IS NULL ORDER BY name",
    "plan": "SELECT plan FROM plan_state ORDER BY number DESC",
    "waiting plan": "SELECT plan FROM plan WHERE approvals = 0 ORDER BY number DESC",
    "approved plan": "SELECT plan FROM plan WHERE approvals > 0 ORDER BY number DESC",
    "document": "SELECT DISTINCT name FROM library_document ORDER BY name",
    "root": "SELECT root FROM plan WHERE root IS NOT NULL GROUP BY root ORDER BY max(number) DESC",
}
"""By kind, the names; the newest first where they have a time."""

_VERSIONS = (
    "SELECT v.version FROM setting_version v JOIN inbox_state i ON i.id = v.inbox"
    " WHERE i.removed IS NULL AND i.name = ? AND v.valid_to IS NOT NULL ORDER BY v.version DESC LIMIT 100"
)
"""The versions of an inbox that are past, the newest first."""

_OF_INBOXES = (
    "SELECT i.name, v.value FROM inbox_state i JOIN setting_version v ON v.inbox = i.id"
    " WHERE i.removed IS NULL AND v.superseded_by IS NULL AND v.valid_to IS NULL ORDER BY i.name"
)
"""The settings of each inbox, as they will stay: JSON."""

KINDS = ("inbox", "agent", "channel", "account", "tag", "hold", "plan", "waiting plan", "approved plan", "document",
         "root", "version")  # fmt: skip
"""What has a name; an account is a channel of an inbox, a channel its profile too, a version one that an inbox had."""


def known_names(location: Location, kind: str, inbox: str | None = None) -> tuple[str, ...]:
    """The names of a kind, as `KINDS` has them. inbox: of accounts and tags, those of this one alone."""
    try:
        found = _from_document(location, kind, inbox) if location.document is not None else None
        if found is None:
            found = _from_ledger(location.ledger, kind, inbox)
    except Exception:  # noqa: BLE001  # a store that is broken in any way has no names to offer
        return ()
    return tuple(name for name in dict.fromkeys(found) if name)[:MOST]


def _from_document(location: Location, kind: str, inbox: str | None) -> list[str] | None:
    """The names that a settings document has; None for a kind that stands in the ledger."""
    import tomllib

    if kind not in ("inbox", "agent", "channel", "account", "tag"):
        return None
    told = tomllib.loads(location.path.read_text(encoding="utf-8-sig"))
    inboxes: Mapping[str, Any] = told.get("inboxes", {})
    if kind == "inbox":
        return sorted(inboxes)
    if kind == "agent":
        return sorted(told.get("agents", {}))
    return _of_settings(dict(inboxes), kind, inbox, sorted(told.get("channels", {})))


def _from_ledger(path: Path, kind: str, inbox: str | None) -> list[str]:
    with closing(_opened(path)) as connection:
        if kind == "version":
            return [str(row[0]) for row in connection.execute(_VERSIONS, (inbox,))]
        if kind in _QUERIES:
            return [row[0] for row in connection.execute(f"{_QUERIES[kind]} LIMIT {MOST}")]
        import json

        settings = {name: json.loads(value) for name, value in connection.execute(_OF_INBOXES)}
        profiles = [row[0] for row in connection.execute(_QUERIES["profile"])]
        return _of_settings(settings, kind, inbox, profiles)


def _of_settings(settings: Mapping[str, Any], kind: str, inbox: str | None, profiles: list[str]) -> list[str]:
    """The tags, accounts or channels of inboxes."""
    field = "tags" if kind == "tag" else "channels"
    found = sorted({
        text
        for name, value in settings.items() if inbox in (None, name)
        for text in value.get(field, ())
    })  # fmt: skip
    return [*profiles, *found] if kind == "channel" else found


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that can write nothing. Without a journal beside it the file is whole, and is read as it lies."""
    import sqlite3
    from urllib.parse import quote

    if not path.is_file():
        raise FileNotFoundError(os.fspath(path))
    whole = not any(file.exists() and file.stat().st_size for file in beside(path, JOURNALS))
    mode = "mode=ro&immutable=1" if whole else "mode=ro"
    return sqlite3.connect(f"file:{quote(os.fspath(path.absolute()))}?{mode}", uri=True, timeout=_WAITS)
