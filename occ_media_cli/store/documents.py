"""The document beside a ledger: how a command last left it, and what an interrupted one was about to make of it.

Document and ledger are two files, so an *intent* in the ledger says what is about to happen to the document. Whoever
asks what a document says asks here first: one that an interrupted command has left is no edit by hand.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, overload

from occ_media_cli.store import canonical
from occ_media_cli.store.connect import transaction

if TYPE_CHECKING:
    import sqlite3

_DOCUMENT = "document"
"""The member of an intent that holds the document which a restore brings."""


@overload
def digest_of_document(data: bytes) -> bytes: ...


@overload
def digest_of_document(data: bytes | None) -> bytes | None: ...


def digest_of_document(data: bytes | None) -> bytes | None:
    """The digest of a document, None where there is none."""
    return None if data is None else sha256(data).digest()


def last_document(connection: sqlite3.Connection) -> tuple[bytes | None, int | None]:
    """The digest of the document as a command last left it, and the machine's time then."""
    row = connection.execute(
        "SELECT document, wall FROM event WHERE document IS NOT NULL ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return (bytes(row[0]), int(row[1])) if row else (None, None)


def open_intent(connection: sqlite3.Connection) -> tuple[bytes | None, bytes, str] | None:
    """The digest before, the digest after and the events of a change that was interrupted, or None."""
    row = connection.execute("SELECT before, after, body FROM intent WHERE id = 1").fetchone()
    return (row[0], bytes(row[1]), str(row[2])) if row else None


def is_of_commands(connection: sqlite3.Connection, data: bytes | None) -> bool:
    """Whether a document is as a command left it, an interrupted one too. One that a restore brought is as the backup's
    own chain says."""
    digest = digest_of_document(data)
    if last_document(connection)[0] == digest:
        return True
    intent = open_intent(connection)
    return intent is not None and intent[1] == digest and _DOCUMENT not in json.loads(intent[2])


def promise_document(connection: sqlite3.Connection, there: bytes | None, document: bytes) -> None:
    """Note, inside the caller's transaction, that a document is about to take the place of the one that is there: a
    ledger that was restored knows by it that its document was not, and the next change puts it in place."""
    from base64 import b64encode

    body = canonical.text({_DOCUMENT: b64encode(document).decode()})
    values = (digest_of_document(there), digest_of_document(document), body)
    connection.execute("INSERT INTO intent (id, before, after, body) VALUES (1, ?, ?, ?)", values)


def end_promise(connection: sqlite3.Connection) -> None:
    """The document is in its place."""
    with transaction(connection):
        connection.execute("DELETE FROM intent")


def promised(connection: sqlite3.Connection, data: bytes | None) -> bytes | None:
    """The document of a restore that was killed before it put that in place; None where there is none, and where
    somebody has edited the one that is there since. Until a change puts it in place it is what the store says."""
    intent = open_intent(connection)
    if intent is None or intent[0] != digest_of_document(data):
        return None
    stored = json.loads(intent[2])
    if _DOCUMENT not in stored:
        return None
    from base64 import b64decode

    return b64decode(stored[_DOCUMENT])
