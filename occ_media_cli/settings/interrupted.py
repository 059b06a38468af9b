"""Changes that were interrupted between the document and its ledger, and what a later command makes of them.

An intent stands beside the chain, and whoever may write the file may write one. So it is finished only where it fits
the chain that it was written on, holds nothing but what a change of settings makes, was made between the entry before
it and now, and makes the ledger say what the document says. That is likely, and no proof: who finishes one says so on
record, with what the intent says of its maker. What does not fit is on record as refused, and the document counts as
edited by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import OccMediaError
from occ_media_cli.settings import compare, setting_rows
from occ_media_cli.store import atomic, chain, documents
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.documents import EndedChange
from occ_media_cli.store.who import check_actor, is_plain
from occ_media_cli.values import as_dict

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from occ_media_cli.store.documents import Intent
    from occ_media_cli.store.open import Store

FINISHED, REFUSED = "change-finish", "change-refuse"
"""The events that say what became of an interrupted change. One that is finished has its events right before."""

_STAMP = ("actor", "os_user", "host", "program")
_LONGEST = 256
"""Characters of a name of a user, a host or a program that are taken from an intent."""


class Misfit(Exception):
    """An intent is none that this program wrote on this chain. what: why, for people and for the record."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def body_of(events: Sequence[chain.Event], stamp: chain.Stamp) -> dict[str, Any]:
    """What an intent keeps of a change."""
    made = {name: item for name, item in as_dict(stamp).items() if name != "read"}
    return {"stamp": made, "events": [as_dict(event) for event in events]}


def record(
    connection: sqlite3.Connection, events: Sequence[chain.Event], stamp: chain.Stamp, document: bytes | None
) -> list[int]:
    """Put the events of a change on record, inside the caller's transaction; returns their numbers.

    document: the digest of the document that they leave behind.
    """
    numbers = chain.append(connection, events, stamp, document=document)
    for seq, event in zip(numbers, events, strict=True):
        setting_rows.apply(connection, event.kind, event.body, seq)
    return numbers


def end_interrupted(store: Store, there: bytes | None, path: Path, stamp: chain.Stamp) -> bytes | None:
    """End a change that was interrupted: its document is in place, or it never happened. Returns the document that is
    there then: that of a restore is put in place, unless somebody has edited the other one since.

    there: the document as it is on disk. What was finished or refused is `store.ended`.
    """
    connection = store.ledger
    if documents.open_intent(connection) is None:
        return there
    with transaction(connection):
        intent = documents.open_intent(connection)
        if intent is None:
            return there
        document = documents.promised(connection, there)
        if document is not None:
            atomic.write_atomically(path, document)
        elif there is not None and documents.digest_of_document(there) == intent.after and not intent.is_of_restore:
            store.ended = _end(store, intent, there, stamp)
        connection.execute("DELETE FROM intent")
    return there if document is None else document


def _end(store: Store, intent: Intent, there: bytes, stamp: chain.Stamp) -> EndedChange:
    """Finish an intent whose document is there, or refuse it, and say so on record."""
    connection = store.ledger
    said: dict[str, object] = {"intent": intent.digest.hex()}
    connection.execute("SAVEPOINT interrupted")
    try:
        made, events = _change_of(intent, connection, stamp.wall)
        numbers = _applied(store, events, made, there)
    except Misfit as misfit:
        connection.execute("ROLLBACK TO interrupted")
        connection.execute("RELEASE interrupted")
        said["why"] = misfit.what
        (seq,) = chain.append(connection, [chain.Event(REFUSED, said, stamp.wall)], stamp)
        return EndedChange(seq, stamp.actor, stamp.wall, why=misfit.what)
    connection.execute("RELEASE interrupted")
    said |= {"first": numbers[0], "wall": made.wall, **{name: getattr(made, name) for name in _STAMP}}
    # This event leaves the document, not those before it: of its time and maker nothing is taken from the intent.
    done = chain.Event(FINISHED, said, stamp.wall)
    (seq,) = chain.append(connection, [done], stamp, document=intent.after)
    return EndedChange(seq, stamp.actor, stamp.wall, numbers[0], made.actor, made.os_user, made.wall)


def _change_of(intent: Intent, connection: sqlite3.Connection, clock: int) -> tuple[chain.Stamp, list[chain.Event]]:
    """What an intent says, where it can have been written on this chain by now. Raises Misfit."""
    if not intent.fits(connection):
        raise Misfit("it was not written on this chain, or a command has changed the document since")
    try:
        stamp = chain.Stamp(**intent.body["stamp"])
        events = [chain.Event(**event) for event in intent.body["events"]]
    except (TypeError, KeyError) as problem:
        raise Misfit(_NOT_OURS) from problem
    if not events or not all(_is_of_settings(event) for event in events):
        raise Misfit("it holds other events than those of a change of settings")
    if not all(is_plain(text) and len(text) <= _LONGEST for text in (getattr(stamp, name) for name in _STAMP)):
        raise Misfit("it does not say who made it")
    try:
        check_actor(stamp.actor, "the actor")
    except OccMediaError as problem:
        raise Misfit("it names nobody who can have made it") from problem
    if type(stamp.now) is not int or type(stamp.wall) is not int:
        raise Misfit("it does not say when it was made")
    newest = connection.execute("SELECT wall FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (intent.base,))
    if stamp.wall > clock + times.CLOCKS_APART or stamp.wall < newest.fetchone()[0] - times.CLOCKS_APART:
        raise Misfit("it was not made between the entry before it and now")
    return stamp, events


_NOT_OURS = "it is none that this program writes"


def _is_of_settings(event: chain.Event) -> bool:
    texts = event.reason is None or isinstance(event.reason, str)
    whole = type(event.ms) is int and isinstance(event.body, dict) and event.personal is None
    return event.kind in setting_rows.KINDS and texts and whole and event.actor in (None, chain.NOBODY)


def _applied(store: Store, events: list[chain.Event], stamp: chain.Stamp, there: bytes) -> list[int]:
    """The numbers of events that were put on record, which make the ledger say what the document says. Raises
    Misfit."""
    import sqlite3

    from occ_media_cli.settings.document import load
    from occ_media_cli.settings.transaction import Transaction

    try:
        numbers = record(store.ledger, events, stamp, None)
        change = Transaction(store, stamp)
        made, moment = change.config(), change.document_moment
        said = load.parse(there, str(store.location.document), store=True)
        differences = compare.configs(made, said, moment)
    except (
        sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, OccMediaError, ArithmeticError,
        AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as problem:  # fmt: skip
        raise Misfit(_NOT_OURS) from problem
    if differences:
        raise Misfit("it does not make the settings that the document has")
    return numbers


def find_ended(connection: sqlite3.Connection) -> tuple[EndedChange, ...]:
    """Every interrupted change that a later command ended, in the order of the chain."""
    rows = connection.execute(
        "SELECT seq, actor, wall, json_extract(body, '$.first'), json_extract(body, '$.actor'),"
        " json_extract(body, '$.os_user'), json_extract(body, '$.wall'), json_extract(body, '$.why')"
        " FROM event WHERE kind IN (?, ?) ORDER BY seq", (FINISHED, REFUSED),
    )  # fmt: skip
    return tuple(EndedChange(*row) for row in rows)
