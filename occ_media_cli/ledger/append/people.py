"""Aliases that payloads make: which ids are one person's, as a platform says it beside the files.

An event of theirs, and that of an erasure, has a key for each id, which stays when the ids go: so no payload brings
back the ids of a person who is forgotten, and none undoes what somebody said by hand (`customer alias remove`). What is
known already costs one look into the table of `store.persons`; the events are read once, by a run that brings something
new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import row_values
from occ_media_cli.ledger.alias_book import AliasBook, AliasGroup, User, forms_in, users_as_said
from occ_media_cli.ledger.aliases import MOST, ids_apart
from occ_media_cli.ledger.entry import SamePerson, Unfit
from occ_media_cli.report.words import plural
from occ_media_cli.store import chain, person_keys, persons
from occ_media_cli.store.customer_ids import bare_form
from occ_media_cli.vocabulary import ALIAS_EVENTS, ERASURE

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer

MAKER = "ingest"
"""Whom the record names for an alias that a payload made."""

LONGEST = 320
"""Letters of an id at most: an address has no more."""

_NEWER = (
    f"SELECT seq, kind, body, personal FROM event WHERE seq > ? AND kind IN {(*ALIAS_EVENTS, ERASURE)} ORDER BY seq"
)
_LEFT = "SELECT e.seq FROM json_each(?) j JOIN event e ON e.seq = j.value WHERE e.personal IS NOT NULL"


class SaidPeople:
    """Who is one person, as the payloads of a run say it.

    apart: how many pairs were not joined, because somebody told them apart by hand or an erasure took them, or because
    two users of the platform would have become one.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._key_of = person_keys.keyed(writer.connection)
        self._heard: set[SamePerson] = set()
        self._read_to = 0
        self._erased: set[str] = set()
        self._book = AliasBook()
        self._parted: dict[str, set[str]] = {}
        self.made = 0
        self.apart = 0

    def append(self, some: Iterable[SamePerson], stamp: chain.Stamp) -> None:
        """Append an alias for all that is new among what payloads said, inside the open transaction."""
        fresh = [item for item in dict.fromkeys(some) if item not in self._heard]
        if not fresh:
            return
        self._heard.update(fresh)
        fit = [(item, ids) for item in fresh if len(ids := _ids_of(item)) > 1]
        unknown = self._unknown(fit)
        if not unknown:
            return
        with self._writer.letting():
            self._read_events()
            events: list[chain.Event] = []
            for item, ids in unknown:
                event = self._event(item, ids, self._writer.seq + len(events) + 1, stamp)
                if event is not None:
                    events.append(event)
            if events:
                chain.append(self._writer.connection, events, stamp)
                self._read_to = self._writer.seq + len(events)
                self.made += len(events)

    def notes(self) -> list[str]:
        """What a person should know of it, in words."""
        found = []
        if self.made:
            found.append(f"{plural(self.made, 'alias', 'aliases')} made of ids that payloads say are one person's")
        if self.apart:
            found.append(f"{plural(self.apart, 'pair')} of ids not joined: told apart or erased before, or of two"
                         " users who share a number or an address")  # fmt: skip
        return found

    def _unknown(self, fit: list[tuple[SamePerson, tuple[str, ...]]]) -> list[tuple[SamePerson, tuple[str, ...]]]:
        """Those whose ids the store does not have for one person's."""
        asked = {form for _, ids in fit for text in ids for form in (text, bare_form(text))}
        known = persons.persons_of(self._writer.connection, asked)
        return [
            (item, ids)
            for item, ids in fit
            if len({known[text] if known[text] != text else known[bare_form(text)] for text in ids}) > 1
        ]

    def _event(self, item: SamePerson, ids: tuple[str, ...], seq: int, stamp: chain.Stamp) -> chain.Event | None:
        """The event that joins some ids; None where they are together, or must not be."""
        near = self._book.near(ids)
        groups = self._still_said(near)
        merged = ids_apart([*(text for group in groups for text in group.ids), *ids])
        if any(len(group.ids) == len(merged) for group in groups):
            return None
        keys = [self._key_of(text) for text in merged]
        source = self._writer.source
        own = {(source, item.user)} if item.user else set()
        users = own.union(*(group.users for group in groups))
        if (
            not self._erased.isdisjoint(keys)
            or len(merged) > MOST
            or self._were_parted(groups, ids)
            or (self._are_several(groups, own) and not (item.is_change or _is_of_changed(groups, item, own)))
        ):
            self.apart += 1
            return None
        personal: dict[str, Any] = {"ids": list(merged), **users_as_said(users, _changed(groups, item, source))}
        body = {"replaces": near, "count": len(merged), "keys": sorted(keys)}
        self._take(seq, ALIAS_EVENTS[0], body, personal)
        return chain.Event(ALIAS_EVENTS[0], body, stamp.now, source, personal, MAKER)

    def _still_said(self, near: list[int]) -> list[AliasGroup]:
        """The groups of some events, without those that an erasure took since they were read."""
        stored = [number for number in near if number <= self._read_to]
        left = {seq for (seq,) in self._writer.connection.execute(_LEFT, (json.dumps(stored),))} if stored else set()
        return [self._book.groups[number] for number in near if number > self._read_to or number in left]

    def _were_parted(self, groups: list[AliasGroup], ids: tuple[str, ...]) -> bool:
        """Whether somebody told apart what would be joined. What is together already was joined since by hand."""
        if not self._parted:
            return False
        sets = [{bare_form(text) for text in group.ids} for group in groups]
        sets += [{form} for form in map(bare_form, ids) if not any(form in each for each in sets)]
        return any(
            not self._parted.get(form, set()).isdisjoint(other)
            for place, one in enumerate(sets) for form in one for other in sets[place + 1 :]
        )  # fmt: skip

    def _are_several(self, groups: list[AliasGroup], own: set[User]) -> bool:
        """Whether users of this source, who are several persons so far, would become one."""
        source = self._writer.source
        sets = [found for group in groups if (found := {user for user in group.users if user[0] == source})]
        return len(sets) + bool(own and not any(own <= found for found in sets)) > 1

    def _read_events(self) -> None:
        """Take in what was appended since, by this run or another."""
        for seq, kind, body, personal in self._writer.connection.execute(_NEWER, (self._read_to,)):
            if kind == ERASURE:
                self._erased.update(json.loads(body).get("keys", ()))
            else:
                self._take(seq, kind, json.loads(body), json.loads(personal) if personal else {})
            self._read_to = seq

    def _take(self, seq: int, kind: str, body: Mapping[str, Any], personal: Mapping[str, Any]) -> None:
        before = self._book.take_event(seq, body, personal)
        ids = personal.get("ids", ())
        if kind != ALIAS_EVENTS[0]:
            self._part(set(forms_in(before)), {bare_form(text) for text in ids})
        if not ids:
            self._erased.update(body.get("keys", ()))

    def _part(self, before: set[str], left: set[str]) -> None:
        for form in before - left:
            for other in before - {form}:
                self._parted.setdefault(form, set()).add(other)
                self._parted.setdefault(other, set()).add(form)


def _is_of_changed(groups: list[AliasGroup], item: SamePerson, own: set[User]) -> bool:
    """Whether a user has an id that its person took or left, so that it is this person's other user."""
    forms = {bare_form(text) for text in item.ids}
    return bool(own) and any(not group.changed.isdisjoint(forms) for group in groups)


def _changed(groups: list[AliasGroup], item: SamePerson, source: str) -> set[str]:
    """Ids that a person took or left, and of which no user is known. A user is taken for this person once: a number
    that somebody else gets later brings another person."""
    forms = {bare_form(text) for text in item.ids}
    waiting = {form for group in groups for form in group.changed}
    if item.user:
        return waiting - forms
    if item.is_change:
        for form in forms:
            group = next((each for each in groups if form in map(bare_form, each.ids)), None)
            if group is None or not any(user[0] == source for user in group.users):
                waiting.add(form)
    return waiting


def _ids_of(item: SamePerson) -> tuple[str, ...]:
    """The ids that an item says are one person's, without what cannot be one."""
    return ids_apart(text for text in (item.user, *item.ids) if _is_id(text))


def _is_id(text: str) -> bool:
    if not text.strip() or len(text) > LONGEST:
        return False
    try:
        row_values.texts([("an id", text)])
    except Unfit:
        return False
    return True
