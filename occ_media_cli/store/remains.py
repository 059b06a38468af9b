"""A store that is missing, empty or cut off: it must not read like one that never held anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, StoreInvalid
from occ_media_cli.store import documents, locate
from occ_media_cli.store.new_place import find_meant

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from occ_media_cli.store.locate import Location

_EMPTY = ("empty-store",)


def cut_off(file: Path) -> StoreInvalid:
    """A file without anything in it: a store that was cut off must not read like one without entries."""
    return StoreInvalid(
        "the file is empty: it was cut off, or its first command did not finish",
        file=str(file),
        hint="restore a backup, or make the store anew where there was nothing yet",
        topic=_EMPTY,
    )


def find_remains(ledger: Path) -> StoreInvalid | None:
    """What is wrong where something cut a store off: its file is empty, or gone while files of SQLite stand beside it.
    None where there is a store, or nothing at all. Made anew, a store would read like one that never held anything."""
    there = ledger.exists()
    if there and ledger.stat().st_size:
        return None
    beside = [file for file in locate.beside(ledger, locate.JOURNALS) if file.exists()]
    full = next((file for file in beside if file.stat().st_size), None)
    if full is not None:
        return StoreInvalid(
            f"the file is empty or gone, and {full.name} may still have what it held",
            file=str(ledger),
            hint="restore a backup, or put the file beside it away first",
            topic=("store-remains", str(full)),
        )
    return cut_off(ledger) if there or beside else None


def find_split(location: Location) -> StoreInvalid | None:
    """What is wrong where a document has two ledgers, of which one would be passed over in silence with its holds."""
    second = locate.second_ledger(location)
    if second is None:
        return None
    return StoreInvalid(
        f"the document has two ledgers: {location.ledger}, and {second} beside the link to it",
        file=str(location.path),
        hint=f"look into both, then put the second away: {second}",
    )


def refuse_remains(location: Location, *, anew: bool = False, document_may_miss: bool = False) -> None:
    """StoreInvalid for what is left of a store. anew: an empty file is taken for a new one, unless a journal beside it
    may still have what it held."""
    problem = find_split(location) or find_remains(location.ledger)
    document = location.document
    if problem is None and document is not None and not (document_may_miss or location.ledger.exists()):
        problem = cut_off(document) if _is_empty(document) else None
    if problem is not None and not (anew and problem.topic == _EMPTY):
        raise problem


def _is_empty(document: Path) -> bool:
    return document.is_file() and not document.stat().st_size


def missing_store(location: Location) -> NotFound:
    """A store that is not there; where the ledger of a document is, no change makes another one."""
    if location.document is not None and location.ledger.exists():
        return NotFound(
            f"{location.none_there}: the document is gone and its ledger is still here",
            file=str(location.path),
            hint="write the document anew from its ledger",
            topic=("document-anew", str(location.ledger), str(location.path)),
        )
    return find_meant(location) or NotFound(
        location.none_there, file=str(location.path), hint="the first change makes it", topic=("first-change",)
    )


def refuse_lost_document(connection: sqlite3.Connection, location: Location, *, anew: bool = False) -> None:
    """A document that a change has left behind must be neither gone nor cut off; a ledger that never had one is new."""
    document, ledger = location.document, location.ledger
    if document is None or (document.exists() and not _is_empty(document)):
        return
    data = b"" if document.exists() else None
    if documents.promised(connection, data) is not None:
        return
    if documents.last_document(connection)[0] is None:
        if data is not None and not anew:
            raise cut_off(document)
        return
    if data is None:
        raise StoreInvalid(
            "the document is gone and its ledger is still here; nothing was changed",
            file=str(document),
            hint="write the document anew from its ledger",
            topic=("document-anew", str(ledger), str(document)),
        )
    if not documents.is_of_commands(connection, data):
        raise StoreInvalid(
            "the document is empty: it was cut off; its ledger is still here, and nothing was changed",
            file=str(document),
            hint="remove it, and write it anew from its ledger",
            topic=("document-cut-off", str(ledger), str(document)),
        )
