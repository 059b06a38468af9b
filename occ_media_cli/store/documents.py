"""The document beside a ledger: how a command last left it, and what an interrupted one was about to make of it.

Document and ledger are two files, so an *intent* in the ledger says what is about to happen to the document. Whoever
asks what a document says asks here first: one that an interrupted command has left is no edit by hand.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, overload

from occ_media_cli import times
from occ_media_cli.store import canonical, chain
from occ_media_cli.store.connect import transaction
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

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


@value
class Intent:
    """A change that was interrupted, as it stands beside the chain, where anybody may have written it.

    before, after: the digests of the document. body: what it says, empty where that cannot be read; digest: of its
    text. base: the place in the chain behind which it was written, and link: what the chain keeps of its state there.
    """

    before: bytes | None
    after: bytes
    body: Mapping[str, Any]
    digest: bytes
    base: int | None
    link: str | None

    @property
    def is_of_restore(self) -> bool:
        """Whether it is a restore that has yet to put its document in place."""
        return _DOCUMENT in self.body

    def fits(self, connection: sqlite3.Connection) -> bool:
        """Whether the chain was where the intent says, and no command has left another document since."""
        if self.base is None or self.link is None:
            return False
        link = chain.link_at(connection, self.base)
        since = "SELECT 1 FROM event WHERE seq > ? AND document IS NOT NULL LIMIT 1"
        return (
            link is not None and link.hex() == self.link and connection.execute(since, (self.base,)).fetchone() is None
        )


@value
class EndedChange:
    """An interrupted change that a later command ended.

    seq: the event that says so; by, wall: who ended it, and when by the machine's clock. first: its first event,
    None where it was refused. actor, os_user, made: who made it and when, as the intent says; None where it does not.
    why: what did not fit; would, reason: what one that was refused says that it changes, and why.
    """

    seq: int
    by: str
    wall: int
    first: int | None = None
    actor: str | None = None
    os_user: str | None = None
    made: int | None = None
    why: str | None = None
    would: str | None = None
    reason: str | None = None

    def in_words(self) -> str:
        """It for people."""
        if self.first is None or self.made is None:
            met = f"entry {self.seq:,}: {self.by} met a change beside the chain and refused it: {self.why}"
            return f"{met}; {said}" if (said := self._own_words()) else met
        last = self.seq - 1
        places = f"entry {last:,}" if self.first == last else f"entries {self.first:,} to {last:,}"
        return (
            f"{places}: made by {self.actor} at {times.text(self.made)}, as was found beside the chain;"
            f" recorded by {self.by} at {times.text(self.wall)}"
        )

    def _own_words(self) -> str:
        """What one that was refused says of itself."""
        said = [f"made by {self.actor}" if self.actor else "", f"at {times.text(self.made)}" if self.made else ""]
        said += [f"for {self.would}" if self.would else "", f'because of "{self.reason}"' if self.reason else ""]
        words = " ".join(word for word in said if word)
        return f"by its own words {words}" if words else ""


def open_intent(connection: sqlite3.Connection) -> Intent | None:
    """The change that was interrupted, or None."""
    row = connection.execute("SELECT before, after, body FROM intent WHERE id = 1").fetchone()
    if row is None:
        return None
    text = str(row[2])
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    body = body if isinstance(body, dict) else {}
    base, link = body.get("base"), body.get("link")
    return Intent(
        row[0], bytes(row[1]), body, sha256(text.encode("utf-8", "surrogatepass")).digest(),
        base if type(base) is int and 0 <= base < 2**63 else None, link if isinstance(link, str) else None,
    )  # fmt: skip


def note_intent(connection: sqlite3.Connection, there: bytes | None, after: bytes, body: Mapping[str, Any]) -> None:
    """Note, inside the caller's transaction, what is about to happen to the document that is there. after: the digest
    of the one that takes its place."""
    base, state = chain.head(connection)
    text = canonical.text({**body, "base": base, "link": state[: chain.LINK_BYTES].hex()})
    values = (digest_of_document(there), after, text)
    connection.execute("INSERT INTO intent (id, before, after, body) VALUES (1, ?, ?, ?)", values)


def is_of_commands(connection: sqlite3.Connection, data: bytes | None) -> bool:
    """Whether a document is as a command left it, an interrupted one too. One that a restore brought is as the backup's
    own chain says."""
    digest = digest_of_document(data)
    if last_document(connection)[0] == digest:
        return True
    intent = open_intent(connection)
    return intent is not None and intent.after == digest and not intent.is_of_restore and intent.fits(connection)


def promise_document(connection: sqlite3.Connection, there: bytes | None, document: bytes) -> None:
    """Note, inside the caller's transaction, that a document is about to take the place of the one that is there: a
    ledger that was restored knows by it that its document was not, and the next change puts it in place."""
    from base64 import b64encode

    note_intent(connection, there, digest_of_document(document), {_DOCUMENT: b64encode(document).decode()})


def end_promise(connection: sqlite3.Connection) -> None:
    """The document is in its place."""
    with transaction(connection):
        connection.execute("DELETE FROM intent")


def promised(connection: sqlite3.Connection, data: bytes | None) -> bytes | None:
    """The document of a restore that was killed before it put that in place; None where there is none, and where
    somebody has edited the one that is there since. Until a change puts it in place it is what the store says."""
    intent = open_intent(connection)
    if (
        intent is None
        or intent.before != digest_of_document(data)
        or not intent.is_of_restore
        or not intent.fits(connection)
    ):
        return None
    from base64 import b64decode

    try:
        document = b64decode(intent.body[_DOCUMENT])
    except (ValueError, TypeError):
        return None
    return document if digest_of_document(document) == intent.after else None
