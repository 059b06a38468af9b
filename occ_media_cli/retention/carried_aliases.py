"""Saying again on a restored store who is one person: what payloads told and what people said by hand.

A store may have many aliases, for a source makes them by itself, so the groups of both stores are read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger.alias_book import AliasBook, AliasGroup, users_as_said
from occ_media_cli.ledger.aliases import AliasedPerson, AliasEvent, ids_apart
from occ_media_cli.store import chain, person_keys
from occ_media_cli.store.customer_ids import bare_form
from occ_media_cli.vocabulary import ALIAS_EVENTS

if TYPE_CHECKING:
    import sqlite3

_TOGETHER = 500


class CarriedAliases:
    """The aliases of a restored store while those of the replaced one are said again, inside the caller's transaction.

    Events are appended some at a time; call `finish` at the end.
    """

    def __init__(self, old: sqlite3.Connection, new: sqlite3.Connection, stamp: chain.Stamp) -> None:
        self._new, self._stamp = new, stamp
        self._old: dict[int, AliasGroup] = {}
        AliasBook.read(old, self._old)
        self._book = AliasBook.read(new)
        self._key_of = person_keys.keyed(new)
        self._waiting: list[chain.Event] = []

    def carry(self, person: AliasedPerson, was: Mapping[str, Any]) -> bool:
        """Record again who is one person; whether this store did not say so yet.

        What a hold or an erasure covers depends on it. The users of sources among the ids come with them, and the keys
        that an erasure leaves: without them a payload would join two users, or bring back somebody forgotten. was: who
        recorded it first, and when.
        """
        near = self._book.near(person.ids)
        before = [self._book.groups[seq] for seq in near]
        merged = ids_apart([*(text for group in before for text in group.ids), *person.ids])
        if any(len(group.ids) == len(merged) for group in before):
            return False
        told = self._old.get(person.alias, AliasGroup(person.ids))
        users = told.users.union(*(group.users for group in before))
        changed = told.changed.union(*(group.changed for group in before))
        body: dict[str, Any] = {"replaces": near, "count": len(merged), "carried": dict(was)}
        if told.has_keys or any(group.has_keys for group in before):
            body["keys"] = sorted(self._key_of(text) for text in merged)
        self._append(ALIAS_EVENTS[0], body, {"ids": list(merged), **users_as_said(users, changed)}, person.reason)
        return True

    def carry_removal(self, said: AliasEvent, was: Mapping[str, Any]) -> bool:
        """Record again that some ids are not a person's any more; whether this store said that they are.

        Only the ids that one event put together are told apart: whom an id was taken for otherwise is another matter.
        """
        together = {bare_form(text) for text in said.before}
        gone = together - {bare_form(text) for text in said.ids}
        before: dict[int, AliasGroup] = {}
        for seq in self._book.near(said.before):
            forms = {bare_form(text) for text in self._book.groups[seq].ids}
            if forms & gone and len(forms & together) > 1:
                before[seq] = self._book.groups[seq]
        if not before:
            return False
        rest = ids_apart(text for group in before.values() for text in group.ids if bare_form(text) not in gone)
        kept = rest if len(rest) > 1 else ()
        body = {"replaces": sorted(before), "count": len(kept), "carried": dict(was)}
        self._append(ALIAS_EVENTS[1], body, {"ids": list(kept)} if kept else None, said.reason)
        return True

    def finish(self) -> None:
        """Append what waits."""
        if self._waiting:
            chain.append(self._new, self._waiting, self._stamp)
            self._waiting = []

    def _append(self, kind: str, body: dict[str, Any], personal: dict[str, Any] | None, reason: str) -> None:
        if len(self._waiting) >= _TOGETHER:
            self.finish()
        seq = chain.head(self._new)[0] + len(self._waiting) + 1
        self._waiting.append(chain.Event(kind, body, self._stamp.now, reason, personal))
        self._book.take_event(seq, body, personal or {})
