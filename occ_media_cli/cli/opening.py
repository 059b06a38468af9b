"""Opening a store to add to its ledger, with hand edits of its document on record first: entries are judged by them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from occ_media_cli.cli.session import Session
    from occ_media_cli.store.open import Store


def must_exist(session: Session) -> None:
    """NotFound for a store that is not there: a hold or a plan in a store made by a mistyped name protects nothing."""
    if not session.location.exists:
        raise NotFound(
            "no such store; nothing was changed",
            file=str(session.location.path),
            hint="name it with --store FILE; occ-media set or inbox add makes one",
        )


@contextmanager
def changing(session: Session) -> Iterator[sqlite3.Connection]:
    """The ledger, open to add events to it, in autocommit mode. A hand-edited document is adopted before."""
    session.refuse_if_read_only()
    must_exist(session)
    if session.location.document is not None:
        with session.editing(first_inbox=False):
            pass
    with session.changing() as store:
        yield store.ledger


@contextmanager
def adding(session: Session) -> Iterator[Store]:
    """The store, open to append to its ledger; made where it is missing, and with hand edits recorded first."""
    with session.editing() as editor:
        made = editor.store.made
    if made:
        session.note(f"note: made the store {session.location.path}")
    with session.changing() as store:
        yield store


def find_inbox(session: Session, connection: sqlite3.Connection, name: str) -> int:
    """The number of an inbox; NotFound with the nearest name."""
    import unicodedata

    from occ_media_cli.settings import read
    from occ_media_cli.settings.inbox_names import no_inbox

    known = read.inbox_ids(connection)
    number = known.get(unicodedata.normalize("NFC", name))
    if number is None:
        raise no_inbox(name, known, str(session.location.path))
    return number
