"""Changes that were interrupted between the document and its ledger, and what a later command makes of them.

An intent stands beside the chain, and whoever may write the file may write one. So it is finished only where it fits
the chain that it was written on, was made between the entry before it and now, and is what the editor makes of the
change that it says (`replay`), and that makes the ledger say what the document says. That is likely, and no proof: who
finishes one says so on record, with what the intent says of its maker. Every other one is on record as refused, with
the intent's own words; a document that nobody is known to have written then counts as edited by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import log, times
from occ_media_cli.errors import OccMediaError
from occ_media_cli.settings import compare, intent_words, setting_rows
from occ_media_cli.settings.intents import FINISHED, REFUSED, find_ended
from occ_media_cli.settings.replay import NOT_OURS, Misfit, replay
from occ_media_cli.store import atomic, chain, documents
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.documents import EndedChange
from occ_media_cli.store.who import check_actor

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.store.documents import Intent
    from occ_media_cli.store.open import Store


def end_interrupted(
    store: Store, there: bytes | None, stamp: chain.Stamp, profiles: ProfileCheck | None = None
) -> bytes | None:
    """End a change that was interrupted: its document is in place, or it never happened. Returns the document that is
    there then: that of a restore is put in place, unless somebody has edited the other one since.

    there: the document as it is on disk. What was finished or refused is `store.ended`. profiles: as for `editing`.
    """
    connection, path = store.ledger, store.location.document
    if path is None or documents.open_intent(connection) is None:
        return there
    with transaction(connection):
        intent = documents.open_intent(connection)
        if intent is None:
            return there
        document = documents.promised(connection, there)
        if document is not None and store.location.rehearsal is None:
            atomic.write_atomically(path, document)
        elif not _is_restored(intent, connection, there):
            store.ended = _end(store, intent, there, stamp, profiles)
        connection.execute("DELETE FROM intent")
    if store.ended is not None:
        log.note("settings", "interrupted change ended, {}", store.ended.in_words())
    return there if document is None else document


def _is_restored(intent: Intent, connection: sqlite3.Connection, there: bytes | None) -> bool:
    """Whether it is a restore that had put its document in place, and has nothing left to do."""
    in_place = documents.digest_of_document(there) == intent.after
    return in_place and intent.is_of_restore and intent.fits(connection)


def _end(
    store: Store, intent: Intent, there: bytes | None, stamp: chain.Stamp, profiles: ProfileCheck | None
) -> EndedChange:
    """Finish an intent whose document is there, or refuse it, and say so on record."""
    connection = store.ledger
    said: dict[str, object] = {"intent": intent.digest.hex()}
    connection.execute("SAVEPOINT interrupted")
    try:
        document = _document_of(intent, connection, there)
        made, events = _change_of(intent, connection, stamp.wall)
        first = _apply_again(store, events, made, document, profiles)
    except Misfit as misfit:
        connection.execute("ROLLBACK TO interrupted")
        connection.execute("RELEASE interrupted")
        reason = intent_words.reason(intent.body)
        said |= {"why": misfit.what, **intent_words.maker(intent.body)}
        would = intent_words.changes(connection, intent.body)
        said |= {"would": would} if would else {}
        chain.append(connection, [chain.Event(REFUSED, said, stamp.wall, reason)], stamp)
        return find_ended(connection)[-1]
    connection.execute("RELEASE interrupted")
    said |= {"first": first, **intent_words.maker(intent.body)}
    # This event leaves the document, not those before it: of its time and maker nothing is taken from the intent.
    chain.append(connection, [chain.Event(FINISHED, said, stamp.wall)], stamp, document=intent.after)
    return find_ended(connection)[-1]


def _document_of(intent: Intent, connection: sqlite3.Connection, there: bytes | None) -> bytes:
    """The document that an intent has left; Misfit where another one is there."""
    if not intent.fits(connection):
        raise Misfit("it was not written on this chain, or a command has changed the document since")
    digest = documents.digest_of_document(there)
    if there is not None and digest == intent.after and not intent.is_of_restore:
        return there
    if digest == intent.before and not intent.is_of_restore:
        raise Misfit("its document never came in place, so the change never happened")
    if there is None:
        raise Misfit("the document is gone")
    raise Misfit("somebody has changed the document since it was written")


def _change_of(intent: Intent, connection: sqlite3.Connection, clock: int) -> tuple[chain.Stamp, list[chain.Event]]:
    """What an intent says, where it can have been made on this chain by now. Raises Misfit."""
    try:
        stamp = chain.Stamp(**intent.body["stamp"])
        events = [chain.Event(**event) for event in intent.body["events"]]
    except (TypeError, KeyError) as problem:
        raise Misfit(NOT_OURS) from problem
    if not events or not all(_is_of_settings(event) for event in events):
        raise Misfit("it holds other events than those of a change of settings")
    said = intent_words.maker(intent.body)
    if any(said.get(name) != getattr(stamp, name) for name in intent_words.STAMP):
        raise Misfit("it does not say who made it")
    try:
        check_actor(stamp.actor, "the actor")
    except OccMediaError as problem:
        raise Misfit("it names nobody who can have made it") from problem
    if not intent_words.is_moment(stamp.now) or not intent_words.is_moment(stamp.wall):
        raise Misfit("it does not say when it was made")
    newest = connection.execute("SELECT wall FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (intent.base,))
    if stamp.wall > clock + times.CLOCKS_APART or stamp.wall < newest.fetchone()[0] - times.CLOCKS_APART:
        raise Misfit("it was not made between the entry before it and now")
    return stamp, events


def _is_of_settings(event: chain.Event) -> bool:
    texts = event.reason is None or isinstance(event.reason, str)
    whole = type(event.ms) is int and isinstance(event.body, dict) and event.personal is None
    return event.kind in setting_rows.KINDS and texts and whole and event.actor in (None, chain.NOBODY)


def _apply_again(
    store: Store, events: list[chain.Event], stamp: chain.Stamp, there: bytes, profiles: ProfileCheck | None
) -> int:
    """The number of the first of some events, which were put on record as the editor makes them, and make the ledger
    say what the document says. Raises Misfit."""
    import sqlite3

    from occ_media_cli.settings.document import load
    from occ_media_cli.settings.editor import Editor

    path = store.location.path
    first = chain.head(store.ledger)[0] + 1
    try:
        editor = Editor(store, stamp, profiles)
        replay(editor, events, path)
        said = load.parse(there, str(path), store=True)
        differences = compare.configs(editor.config(), said, editor.document_moment)
    except (
        sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, OccMediaError, ArithmeticError,
        AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as problem:  # fmt: skip
        raise Misfit(NOT_OURS) from problem
    if differences:
        raise Misfit("it does not make the settings that the document has")
    return first
