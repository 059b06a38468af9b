"""Two stores side by side, the one that is replaced and the one that is restored: where something of one is in the
other, however much each of them has gone on by itself."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger.remembered import KIND
from occ_media_cli.retention.carried_events import read_origin
from occ_media_cli.retention.lost import secret
from occ_media_cli.store import canonical, chain, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping

    from occ_media_cli.retention.lost import Loss


def told_apart(origin: Mapping[str, Any]) -> str:
    """An origin as a text, by which equal ones are found."""
    return canonical.text(origin)


class TwoStores:
    """The replaced store and the restored one. common: the last entry of both chains; same_store: whether both come
    from one store; behind: where the restored chain ended before anything was carried over."""

    def __init__(self, old: sqlite3.Connection, new: sqlite3.Connection, loss: Loss) -> None:
        self.old, self.new, self.common, self.same_store = old, new, loss.common, loss.same_store
        self.behind = chain.head(new)[0]
        self.old_secret, self.new_secret = secret(old), secret(new)

    def key(self, seq: int) -> int:
        """The key of a record of the replaced store, made with its secret."""
        (key,) = self.old.execute("SELECT key FROM record WHERE seq = ?", (seq,)).fetchone()
        return int(key)

    def entry(self, seq: int) -> int | None:
        """The place of a record of the replaced store in the restored one, None where it has none."""
        if seq <= self.common:
            return seq
        row = self.old.execute(
            "SELECT r.kind, w.text, r.id, r.key FROM record r JOIN word w ON w.code = r.source WHERE r.seq = ?", (seq,)
        ).fetchone()
        if row is None:
            return None
        kind, source, identity, key = row
        if identity is not None:
            key = record.key_of(record.key_prefix(self.new_secret, kind, source), identity)
        elif not self.same_store:
            return None
        return _by_key(self.new, key)

    def inbox(self, number: int) -> int | None:
        """The number of an inbox of the replaced store in the restored one, None where it has none: an inbox is the one
        that was added in the part that both chains have. Another one may have its name, and be something else."""
        made = self.old.execute(
            "SELECT seq FROM event WHERE kind = 'inbox-add' AND json_extract(body, '$.inbox') = ?", (number,)
        ).fetchone()
        return number if made is not None and made[0] <= self.common else None

    def at_keys(self, keys_of: bytes, keys: Collection[int]) -> dict[int, int]:
        """The places of records of the restored store by their keys. keys_of: the secret that these were made with."""
        if keys_of == self.new_secret:
            found = ((key, _by_key(self.new, key)) for key in keys)
            return {key: seq for key, seq in found if seq is not None}
        if not keys:
            return {}
        places = {}
        prefixes: dict[tuple[int, str], bytes] = {}
        for seq, kind, source, identity in self.new.execute(
            "SELECT r.seq, r.kind, w.text, r.id FROM record r JOIN word w ON w.code = r.source WHERE r.id IS NOT NULL"
        ):
            prefix = prefixes.get((kind, source))
            if prefix is None:
                prefix = prefixes[kind, source] = record.key_prefix(keys_of, kind, source)
            key = record.key_of(prefix, identity)
            if key in keys:
                places[key] = seq
        return places

    def events(self, origin: Mapping[str, Any]) -> tuple[int, ...]:
        """The events of the restored store that say what was first said there: the very event, or copies of it."""
        return tuple(self._events.get(told_apart(origin), ()))

    @cached_property
    def _events(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for seq, kind in self.new.execute("SELECT seq, kind FROM event WHERE seq <= ?", (self.behind,)).fetchall():
            if kind != KIND:
                found.setdefault(told_apart(read_origin(self.new, seq)), []).append(seq)
        return found


def _by_key(connection: sqlite3.Connection, key: int) -> int | None:
    row = connection.execute(
        "SELECT seq FROM record_key WHERE key = :key UNION ALL SELECT seq FROM recent_key WHERE key = :key",
        {"key": key},
    ).fetchone()
    return None if row is None else int(row[0])
