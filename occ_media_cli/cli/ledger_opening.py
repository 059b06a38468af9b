"""Opening a store to add to its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.store.open import Store


@contextmanager
def adding(session: Session) -> Iterator[Store]:
    """The store, open to append to its ledger; made where it is missing, and with hand edits recorded first."""
    with session.editing() as editor:
        made = editor.store.made
    if made:
        session.note(f"note: made the store {session.location.path}")
    with session.changing() as store:
        yield store
