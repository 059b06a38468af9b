"""Finding records by their keys, which are random numbers.

A thousand random numbers that are added to a table of millions touch a thousand of its pages. New keys therefore go to
a small table, `recent_key`, and from there to `record_key`, many at once. A search for a key asks both tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec  # noqa: TID253 - as in ledger.entry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

SEQ = "(SELECT seq FROM record_key WHERE key = ?1 UNION ALL SELECT seq FROM recent_key WHERE key = ?1)"
"""The place of the record that has a key."""

_AMONG = "SELECT seq FROM {} WHERE key IN (SELECT value FROM json_each(?1))"
SEQS = f"({_AMONG.format('record_key')} UNION ALL {_AMONG.format('recent_key')})"
"""The places of the records that have one of some keys, which are given as a JSON list."""

_NEW = "SELECT key, seq FROM record WHERE seq > ? AND seq <= ?"
_ADD = f"INSERT INTO recent_key (key, seq) {_NEW} ORDER BY key"
_MOVE = f"INSERT INTO record_key (key, seq) SELECT key, seq FROM recent_key UNION ALL {_NEW} ORDER BY key"

LEAST = 1_000
"""So many recent keys may always wait."""

LOADING, RESTING = 4, 16
"""Recent keys are moved when they are more than this part of all: seldom in a load, which moves them when it ends;
afterwards so that what comes next finds few."""


class Keys:
    """The keys of a ledger that is being appended to.

    The keys of the open transaction are in memory until `write`, which must come before SQL may find one of them.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._encoder = msgspec.json.Encoder()
        self._new: set[int] = set()
        self._written = self._mark = self._added = 0
        self._maybe: Maybe | None = None
        self._remembered = 0

    def begin(self, seq: int) -> None:
        """Read up to which place the tables have keys. seq: the newest place of the chain, which another process may
        have moved."""
        self._written = seq
        (self._mark,) = self._connection.execute("SELECT seq FROM key_mark").fetchone()
        if self._maybe is not None and self._maybe.room(seq):
            others = self._connection.execute(_NEW, (self._remembered, seq))
        elif self._added >= max(FEW, seq // WORTH):
            self._maybe = Maybe(2 * seq)
            others = self._connection.execute("SELECT key FROM record_key UNION ALL SELECT key FROM recent_key")
        else:
            return
        self._maybe.add_keys(row[0] for row in others)
        self._remembered = seq

    def has_any(self, keys: set[int]) -> bool:
        """Whether a record has one of some keys."""
        asked: Iterable[int] = keys
        if self._maybe is not None:
            asked = self._maybe.among(keys)
            if not asked:
                return False
        if not self._new.isdisjoint(asked):
            return True
        found = self._connection.execute(f"SELECT 1 FROM {SEQS} LIMIT 1", (self._encoder.encode(list(asked)).decode(),))
        return found.fetchone() is not None

    def remember(self, keys: set[int]) -> None:
        """Remember the keys of records that were added."""
        self._new |= keys
        self._added += len(keys)
        if self._maybe is not None:
            self._maybe.add_keys(keys)

    def write(self, seq: int, *, part: int = LOADING) -> None:
        """Write the keys of all records up to a place. part: recent keys are moved when they are more of all."""
        if seq - self._mark > max(LEAST, seq // part):
            self._connection.execute(_MOVE, (self._written, seq))
            self._connection.execute("DELETE FROM recent_key")
            self._connection.execute("UPDATE key_mark SET seq = (SELECT coalesce(max(seq), 0) FROM record)")
            self._mark = seq
        elif seq > self._written:
            self._connection.execute(_ADD, (self._written, seq))
        self._new.clear()
        self._written = self._remembered = seq

    def skip(self, seq: int) -> None:
        """Take the records up to a place as those whose keys somebody else has written. Nothing may be unwritten."""
        self._written = seq


FEW, WORTH = 20_000, 8
"""Reading all keys pays when more than a few, and so small a part of them, were looked for."""

_LARGEST = 1 << 24
_BITS = tuple(1 << place for place in range(8))


class Maybe:
    """A filter that spares most searches: it knows of most new keys that no record has them. Key 90 of a filter of 8
    groups is bit 90 & 7 = 2 of group 90 >> 3 & 7 = 3, and so are 154 and 218: a bit that is not set says that no record
    has any of them.

    keys: how many are expected; a byte of memory for each, but 16 MB at most. With that many, one in nine others looks
    as if it were there, and with 100 million every second one.
    """

    def __init__(self, keys: int) -> None:
        size = 1 << min(keys, _LARGEST - 1).bit_length()
        self._groups = bytearray(size)
        self._last = size - 1

    def room(self, keys: int) -> bool:
        """Whether this filter is large enough for so many keys, or as large as one may be."""
        return keys <= len(self._groups) or len(self._groups) == _LARGEST

    def add_keys(self, keys: Iterable[int]) -> None:
        """Remember keys."""
        groups, bits, last = self._groups, _BITS, self._last
        for key in keys:
            groups[key >> 3 & last] |= bits[key & 7]

    def among(self, keys: Iterable[int]) -> list[int]:
        """Choose the keys that may have been added; the others certainly were not."""
        groups, bits, last = self._groups, _BITS, self._last
        return [key for key in keys if groups[key >> 3 & last] & bits[key & 7]]
