"""The time zone of a store: in which its people say times, where nobody names another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import read
from occ_media_cli.store.documents import is_of_commands

if TYPE_CHECKING:
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.open import Store

KEY = "time_zone"
"""The key of `[store]`."""


def time_zone_of(store: Store, moment: int) -> str | None:
    """The name of the store's zone; None where it has none. A hand edit that nobody has recorded counts."""
    if store.location.document is not None and (
        store.connection is None or not is_of_commands(store.connection, store.document_bytes())
    ):
        from occ_media_cli.settings import editing

        found = editing.current(store, moment).sections["store"]
        said = found.get(KEY) if isinstance(found, dict) else None
    else:
        said = read.section(store.connection, "store").get(KEY) if store.connection is not None else None
    return said if isinstance(said, str) else None


def set_time_zone(
    editor: Editor, name: str | None, *, reason: str | None = None, backdate: str | None = None
) -> str | None:
    """Give a store another zone, or None; returns the one that it had."""
    before = read.section(editor.connection, "store")
    rest = {key: item for key, item in before.items() if key != KEY}
    editor.set_section("store", rest if name is None else {**rest, KEY: name}, reason, backdate=backdate)
    had = before.get(KEY)
    return had if isinstance(had, str) else None
