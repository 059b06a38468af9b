"""Whether anything in a store is called by a word: for words that are hardly ever a name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from occ_media_cli.decide.settings_now import settings_of
from occ_media_cli.errors import NotFound, UsageError

if TYPE_CHECKING:
    from occ_media_cli.store.open import Store


def is_called(store: Store, now: int, name: str) -> bool:
    """Whether an inbox or one that was, an agent, a channel, a tag, a hold, a document of the library or a version of
    one, an entry, or a customer has this name. One pass over the ledger."""
    settings = settings_of(store, now)
    inboxes = settings.inboxes.values()
    if name in settings.inboxes or name in settings.agents or name in settings.profiles.names:
        return True
    if any(name in inbox.settings.tags or name in inbox.settings.channels for inbox in inboxes):
        return True
    if store.connection is None:
        return False
    from occ_media_cli.ledger.customers import spellings_of
    from occ_media_cli.ledger.find import find_entry
    from occ_media_cli.library.library_documents import known_names, known_versions
    from occ_media_cli.retention.hold_list import list_holds
    from occ_media_cli.settings.read import ever_named

    connection = store.ledger
    with suppress(NotFound):
        try:
            find_entry(connection, name)
        except UsageError:  # several sources have it
            return True
        else:
            return True
    return (
        bool(ever_named(connection, name) or spellings_of(connection, name))
        or name in known_names(connection)
        or name in known_versions(connection)
        or any(hold.name == name for hold, _ in list_holds(connection, everything=True))
    )
