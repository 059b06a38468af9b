"""Inboxes whose tags somebody edited in the document, while no command has put that on record.

What is approved for a tag goes by the tags on record: an edit takes it from an inbox at once, and gives an inbox
nothing before a command recorded it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings.read import inbox_ids
from occ_media_cli.settings.state import state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from occ_media_cli.settings.model import Version
    from occ_media_cli.store.open import Store


def unrecorded_tags(store: Store, moment: int) -> frozenset[int]:
    """The numbers of those inboxes at a moment. StoreInvalid for a document that is none."""
    if store.connection is None or store.location.document is None:
        return frozenset()
    return of_versions(store.connection, (found.version for found in state(store, moment).inboxes), moment)


def of_versions(connection: sqlite3.Connection, versions: Iterable[Version], moment: int) -> frozenset[int]:
    """The same of settings that are known."""
    edited = [version for version in versions if version.number is None]
    known = inbox_ids(connection) if edited else {}
    found = set()
    for version in edited:
        number = known.get(version.inbox) if version.inbox_id is None else version.inbox_id
        if number is not None and _on_record(connection, number, moment) != frozenset(version.settings.tags):
            found.add(number)
    return frozenset(found)


def _on_record(connection: sqlite3.Connection, number: int, moment: int) -> frozenset[str]:
    rows = connection.execute(
        "SELECT t.tag FROM setting_tag t JOIN setting s ON s.inbox_id = t.inbox_id AND s.version = t.version"
        " WHERE s.inbox_id = ?1 AND s.valid_from_ms <= ?2 AND s.valid_to_ms > ?2", (number, moment),
    )  # fmt: skip
    return frozenset(str(tag) for (tag,) in rows)
