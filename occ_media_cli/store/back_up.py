"""Backing up a whole store: both of its files as they are at one moment."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.store import lock
from occ_media_cli.store.backup import Copy, make_backup
from occ_media_cli.store.open import reading
from occ_media_cli.store.sink import Guard

if TYPE_CHECKING:
    from occ_media_cli.store.locate import Location


def back_up_store(location: Location, target: Path, guard: Guard | None = None) -> Copy:
    """Copy a whole store into one file, while nobody changes its document. NotFound for a store without a ledger."""
    document = location.document
    still = lock.exclusive(document) if document is not None and location.exists else nullcontext()
    with still, reading(location) as store:
        return make_backup(
            store.ledger, store.document_bytes(), target, guard or Guard(location, backup=True), home=location.ledger
        )
