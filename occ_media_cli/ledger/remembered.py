"""What a store remembers of records that it does not have.

A store that was restored may lack entries of which the store that it replaced knew something that must never be lost:
that their person was erased, that their files went, that a hold was released. Nothing in it can say that of an entry
that is not there. So an event of the kind `carried` says it of the entry's key, and it is applied when the entry comes
back: with another backup that is restored later, or with its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.store import chain, record
from occ_media_cli.values import value
from occ_media_cli.vocabulary import ENTRY_STEPS, FILE

if TYPE_CHECKING:
    import sqlite3

KIND = "carried"
"""The kind of these events."""

MOST = 5_000
"""Keys in one event at most: a body is read as a whole."""

OTHER_STORE = "other_store"
"""The personal value of an event whose keys are those of another store: that store's secret, without which nobody can
tell whose they are, and with which everybody could try."""

RESTORED = ENTRY_STEPS[2]


@value
class Memory:
    """Something that is remembered. of: the kind of event that said it; origin: who did that and when, and where it
    stood; about: of what it was said. personal: values that an erasure may have taken. seq: its place in the chain that
    remembers it."""

    of: str
    origin: Mapping[str, Any]
    about: Mapping[str, Any]
    personal: Mapping[str, Any]
    reason: str | None
    seq: int = 0


def remember(connection: sqlite3.Connection, memory: Memory, stamp: chain.Stamp) -> None:
    """Put it on record, inside the caller's transaction."""
    body = {"of": memory.of, "carried": dict(memory.origin), "about": dict(memory.about)}
    event = chain.Event(KIND, body, stamp.now, memory.reason, dict(memory.personal) or None)
    chain.append(connection, [event], stamp)


def memories(connection: sqlite3.Connection, of: Sequence[str], after: int = 0) -> Iterator[Memory]:
    """What was said by some kinds of events, in the order in which it was put on record behind a place in the chain."""
    for seq, body, personal, reason in connection.execute(
        "SELECT seq, body, personal, reason FROM event WHERE kind = ? AND seq > ? ORDER BY seq", (KIND, after)
    ).fetchall():
        said = json.loads(body)
        if said["of"] in of:
            whose = json.loads(personal) if personal else {}
            yield Memory(said["of"], said["carried"], said["about"], whose, reason, seq)


def secret_of(memory: Memory, own: bytes) -> bytes:
    """The secret that the keys of a memory were made with. own: that of the store which remembers."""
    other = memory.personal.get(OTHER_STORE)
    return own if other is None else bytes.fromhex(other)


class _Gone(NamedTuple):
    """A file that went: when, and its content, where that is known."""

    at: int
    sha256: str | None


class Unseen:
    """What is remembered of entries of one source that may come again.

    The keys of the store itself are compared as they are; those of a store that this one has replaced are made again
    of each id, which costs a hash a row while there are any.
    """

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        self._connection, self._source = connection, source
        (secret,) = connection.execute("SELECT secret FROM store WHERE id = 1").fetchone()
        self._own = bytes(secret)
        self._seq = 0
        self._erased: set[int] = set()
        self._gone: dict[int, _Gone] = {}
        self._others: dict[bytes, tuple[set[int], dict[int, _Gone]]] = {}

    def refresh(self) -> None:
        """Look whether a restore has added to it."""
        (newest,) = self._connection.execute("SELECT max(seq) FROM event WHERE kind = ?", (KIND,)).fetchone()
        if (newest or 0) == self._seq:
            return
        self._seq = newest or 0
        known: dict[bytes, tuple[set[int], dict[int, _Gone]]] = {self._own: (set(), {})}
        for memory in memories(self._connection, ("erasure", *ENTRY_STEPS)):
            erased, gone = known.setdefault(secret_of(memory, self._own), (set(), {}))
            if memory.of == "erasure":
                erased.update(memory.about["keys"])
                continue
            for item in memory.about["files"]:
                for key in item["keys"]:
                    before = gone.pop(key, None)
                    if memory.of != RESTORED:
                        content = item.get("sha256", before and before.sha256)
                        gone[key] = _Gone(memory.about["at"], content)
        self._erased, self._gone = known.pop(self._own)
        self._others = {record.key_prefix(secret, FILE, self._source): sets for secret, sets in known.items()}

    def has_any(self, keys: set[int], ids: Iterable[str]) -> bool:
        """Whether anything is known of one of some entries of this source, given by their keys and their ids."""
        if not self._seq:
            return False
        if not self._erased.isdisjoint(keys) or not self._gone.keys().isdisjoint(keys):
            return True
        if not self._others:
            return False
        return any(self._is_of_others(identity) for identity in ids)

    def _is_of_others(self, identity: str) -> bool:
        return any(
            (key := record.key_of(prefix, identity)) in erased or key in gone
            for prefix, (erased, gone) in self._others.items()
        )

    def is_erased(self, key: int, identity: str) -> bool:
        """Whether the person of an entry was erased."""
        return key in self._erased or any(
            record.key_of(prefix, identity) in erased for prefix, (erased, _) in self._others.items()
        )

    def gone_at(self, key: int, identity: str, sha256: str | None) -> int | None:
        """When the file of an entry went, in milliseconds; None where it is not known to be gone. sha256: its content,
        in hex, where the source says it: another content is another file, whatever it is called."""
        known = [self._gone.get(key)]
        known += [gone.get(record.key_of(prefix, identity)) for prefix, (_, gone) in self._others.items()]
        for found in known:
            if found is not None and (sha256 is None or found.sha256 in (None, sha256)):
                return found.at
        return None
