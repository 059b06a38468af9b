"""What a restore would lose, found out before anything of the store is touched: one that is refused leaves every byte.

Hand edits of a document that nobody has recorded yet are among what would be lost, and so is what an older program
recorded. Both are found in a copy that goes again: to record an edit, or to bring a store up to date, changes it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.retention import lost
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import backup, migrate
from occ_media_cli.store.documents import digest_of_document, last_document, open_intent, promised
from occ_media_cli.store.open import find_damage, reading_older
from occ_media_cli.store.remains import cut_off
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from occ_media_cli.retention.lost import Loss
    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


@value
class ForeseenLoss:
    """What was found. unread: why the ledger cannot be read, and broken: why the document cannot. loss: what would be
    lost; None where there is nothing to compare. edited: the document has edits that nobody has recorded, or waits for
    a restore that was killed: a change puts that right before the store is replaced."""

    unread: StoreInvalid | None
    broken: StoreInvalid | None
    loss: Loss | None
    edited: bool


class _SeenError(Exception):
    """Ends a change that is not to be kept."""


def foresee_loss(
    location: Location,
    restored: sqlite3.Connection,
    document: bytes | None,
    stamp: Stamp,
    profiles: ProfileCheck | None,
) -> ForeseenLoss:
    """Compare a store with what would replace it, and leave the store as it is.

    document: the one that comes back; where it is there already, nothing of it is lost.
    """
    unread = find_damage(location)
    there = location.document is not None and location.document.exists()
    if unread is not None or not (there or location.ledger.exists()):
        return ForeseenLoss(unread, None, None, edited=False)
    data = None if location.document is None else _read(location.document)
    if not location.ledger.exists():
        if data == document:
            return ForeseenLoss(None, None, None, edited=False)
        return _look_aside(location, None, restored, stamp, profiles, edited=True)
    with reading_older(location) as (connection, version):
        broken = cut_off(location.path) if data == b"" and data != document else None
        old = version < migrate.LATEST
        waits = not old and promised(connection, data) is not None
        edited = data is not None and data != document and broken is None and _is_edited(connection, data, old=old)
        if old or (edited and not waits):
            found = _look_aside(location, connection, restored, stamp, profiles, edited=edited)
            return found if broken is None else replace(found, broken=broken)
        return ForeseenLoss(None, broken, lost.compare(connection, restored), edited=waits)


def _read(document: Path) -> bytes | None:
    try:
        return document.read_bytes()
    except FileNotFoundError:
        return None


def _is_edited(connection: sqlite3.Connection, data: bytes, *, old: bool) -> bool:
    """Whether a document is another one than a command left. An older program kept less: there it may be."""
    return old or last_document(connection)[0] != digest_of_document(data) or open_intent(connection) is not None


def _look_aside(
    location: Location,
    source: sqlite3.Connection | None,
    restored: sqlite3.Connection,
    stamp: Stamp,
    profiles: ProfileCheck | None,
    *,
    edited: bool,
) -> ForeseenLoss:
    """The same in a copy, with the edits of the document recorded there."""
    broken = loss = None
    with backup.copied(source, location.ledger) as (copy, made):
        try:
            migrate.upgrade(copy, location.ledger, stamp)
        except StoreInvalid as problem:
            return ForeseenLoss(problem, None, None, edited=False)
        if edited and (location.document is None or promised(copy, _read(location.document)) is None):
            try:
                with (
                    suppress(_SeenError),
                    editing(replace(location, ledger=made), stamp, first_inbox=False, profiles=profiles) as editor,
                ):
                    loss = lost.compare(editor.connection, restored)
                    raise _SeenError
            except StoreInvalid as problem:
                broken = problem
        if loss is None and source is not None:
            loss = lost.compare(copy, restored)
    return ForeseenLoss(None, broken, loss, edited=edited and broken is None)
