"""Opening a store to add to its ledger: hand edits of its document are on record first.

For retention it must be there; what takes entries in makes it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, OccMediaError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

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
def telling_what_to_type(known: Mapping[str, str]) -> Iterator[None]:
    """Give errors of the rooms, which know no options, the words to type.

    known: these, by words of the error; `{}` in them stands for the last word of what the room says.
    """
    try:
        yield
    except OccMediaError as problem:
        typed = next((typed for words, typed in known.items() if words in problem.what), None)
        if typed is not None:
            problem.hint = typed.replace("{}", (problem.hint or "").rpartition(" ")[2])
        raise


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


def inbox(session: Session, connection: sqlite3.Connection, name: str) -> int:
    """The number of an inbox; NotFound with the nearest name."""
    import unicodedata

    from occ_media_cli.settings import read
    from occ_media_cli.settings.inbox_names import no_inbox

    known = read.inbox_ids(connection)
    number = known.get(unicodedata.normalize("NFC", name))
    if number is None:
        raise no_inbox(name, known, str(session.location.path))
    return number
