"""Since when a switch of an inbox stands as it does, and who put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.decide.policy import Switch
from occ_media_cli.settings import read

if TYPE_CHECKING:
    from occ_media_cli.settings.model import Version
    from occ_media_cli.store.open import Store


def switch_since(store: Store, version: Version, direction: str) -> Switch:
    """The switch as it is in `version`, with the change that first made it so without a break since."""
    on: bool = getattr(version.settings, direction)
    first = version
    if store.connection is not None and version.inbox_id is not None and version.valid_from is not None:
        older = [
            each
            for each in read.versions(store.connection, version.inbox_id)
            if each.superseded_by is None and each.valid_from is not None and each.valid_from < version.valid_from
        ]
        for each in sorted(older, key=lambda each: each.valid_from or 0, reverse=True):
            if getattr(each.settings, direction) != on:
                break
            first = each
    return Switch(on, times.optional_text(first.valid_from), first.actor, first.number)
