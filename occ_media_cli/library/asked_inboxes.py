"""The inboxes that would send a file, as a question names them: by the settings in force, an edited document's too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.settings.read import inbox_ids
from occ_media_cli.settings.state import state
from occ_media_cli.settings.unrecorded_tags import unrecorded_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.store.open import Store

UNRECORDED_INBOX = -1
"""The number of an inbox that no command has recorded: nothing was approved for it, but for every inbox."""


class AskedInboxes(NamedTuple):
    """numbers: of those that are named; none asks for any inbox. unrecorded: of every inbox whose tags in the document
    are not on record, so that nothing passes by them."""

    numbers: tuple[int, ...]
    unrecorded: frozenset[int]


def asked_inboxes(store: Store, names: Sequence[str], now: int) -> AskedInboxes:
    """What names mean at a moment. NotFound for an unknown inbox, with the nearest name."""
    numbers = []
    known = inbox_ids(store.connection) if store.connection is not None else {}
    for name in names:
        version = state(store, now, name).inboxes[0].version
        number = known.get(version.inbox) if version.inbox_id is None else version.inbox_id
        numbers.append(UNRECORDED_INBOX if number is None else number)
    return AskedInboxes(tuple(numbers), unrecorded_tags(store, now) | ({UNRECORDED_INBOX} & set(numbers)))
