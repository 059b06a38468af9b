"""Opening a store that must be there, and one to add to its ledger, with hand edits of its document on record first:
entries are judged by them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.store import chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from occ_media_cli.cli.session import Session
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.open import Store


def must_exist(session: Session) -> None:
    """NotFound for a store that is not there."""
    from occ_media_cli.settings.editing import refuse_missing

    refuse_missing(session.location)


@contextmanager
def reading(session: Session) -> Iterator[Store]:
    """The store, open to read. NotFound for one that is not there, which would be read as one that holds nothing."""
    must_exist(session)
    with session.reading() as store:
        yield store


@contextmanager
def changing(session: Session, *, numbered: bool = False) -> Iterator[Store]:
    """The store, open to add events to its ledger, in autocommit mode. A hand-edited document is adopted before.

    numbered: the number of what is added is told as that of a change of settings is.
    """
    with _recording(session, make=False) as store:
        before = chain.head(store.ledger)[0]
        yield store
        if numbered and session.done is not None and chain.head(store.ledger)[0] > before:
            session.done.append((before + 1, False))


def changing_or_reading(session: Session, *, dry_run: bool) -> AbstractContextManager[Store]:
    """The store to change, as `changing`, or only to read where nothing is to be changed."""
    return reading(session) if dry_run else changing(session)


@contextmanager
def adding(session: Session, *, serving: bool = False) -> Iterator[Store]:
    """The store, open to append to its ledger; made where it is missing, and with hand edits recorded first.

    serving: it stays open for as long as somebody asks, so that a store that was made is told of at once. Others tell
    it when they end: one that is refused takes it away again.
    """
    with _recording(session, make=True, at_once=serving) as store:
        yield store


@contextmanager
def _recording(session: Session, *, make: bool, at_once: bool = False) -> Iterator[Store]:
    session.refuse_if_read_only()
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.settings.editing import recording

    held: list[str] = []
    new = None

    def adopted(editor: Editor) -> None:
        session.tell_ended(editor)
        held.extend(session.held_notes(editor))

    try:
        with recording(session.location, session.stamp(), known_profiles, make=make, adopted=adopted) as store:
            if at_once:
                session.note_new(store)
            session.note(*held)
            new = store
            yield store
    finally:
        if new is not None and not at_once:
            session.note_new(new)
