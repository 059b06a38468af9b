"""Who is one person by the events of aliases, in memory: for whoever adds many, an ingest or a restore.

Each event says what it leaves together and which events it replaces, so that reading them in their order leaves the
groups of today. What a group is found by is a form of one of its ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli.store.customer_ids import bare_form, forms_of_id
from occ_media_cli.vocabulary import ALIAS_EVENTS

if TYPE_CHECKING:
    import sqlite3

User = tuple[str, str]
"""A source and an id that it gives one of its users."""

_EVENTS = f"SELECT seq, body, personal FROM event WHERE kind IN {ALIAS_EVENTS} ORDER BY seq"


@dataclass(slots=True)
class AliasGroup:
    """What an event leaves together. users: those of its ids that sources gave to users of theirs. has_keys: whether
    the event keeps keys of its ids for when the ids go. changed: bare forms of those of its ids that a person went on
    under, or had before, and of which the user is not known yet: a user of one is this person."""

    ids: tuple[str, ...]
    users: set[User] = field(default_factory=set)
    has_keys: bool = False
    changed: frozenset[str] = frozenset()


class AliasBook:
    """The groups of a ledger by their events."""

    def __init__(self) -> None:
        self.groups: dict[int, AliasGroup] = {}
        self._of_form: dict[str, int] = {}

    @classmethod
    def read(cls, connection: sqlite3.Connection, history: dict[int, AliasGroup] | None = None) -> AliasBook:
        """The book of all events of a store. history: takes what each event left together, replaced ones too."""
        book = cls()
        for seq, body, personal in connection.execute(_EVENTS):
            book.take_event(seq, json.loads(body), json.loads(personal) if personal else {})
            if history is not None and seq in book.groups:
                history[seq] = book.groups[seq]
        return book

    def near(self, ids: Iterable[str]) -> list[int]:
        """The events of the groups in which one of some ids is, in their order."""
        return sorted({seq for text in ids for form in forms_of_id(text) if (seq := self._of_form.get(form))})

    def take_event(self, seq: int, body: Mapping[str, Any], personal: Mapping[str, Any]) -> list[AliasGroup]:
        """Take in what an event says; returns the groups that it has replaced."""
        before = [group for number in body["replaces"] if (group := self.groups.pop(number, None)) is not None]
        ids = tuple(personal.get("ids", ()))
        forms = {form for text in ids for form in forms_of_id(text)}
        for text in (text for group in before for text in group.ids):
            for form in forms_of_id(text) - forms:
                self._of_form.pop(form, None)
        if ids:
            said = {(str(source), str(user)) for source, user in personal.get("users", ())}
            users = said.union(*(group.users for group in before))
            self.groups[seq] = AliasGroup(
                ids,
                {user for user in users if bare_form(user[1]) in forms},
                "keys" in body,
                frozenset(map(str, personal.get("changed", ()))) & forms,
            )
            self._of_form.update(dict.fromkeys(forms, seq))
        return before


def users_as_said(users: Iterable[User], changed: Iterable[str] = ()) -> dict[str, Any]:
    """Users, and ids that were changed, as the personal values of an event have them; nothing where there are none."""
    listed: list[Sequence[str]] = [list(user) for user in sorted(users)]
    numbers = sorted(changed)
    return {**({"users": listed} if listed else {}), **({"changed": numbers} if numbers else {})}


def forms_in(groups: Iterable[AliasGroup]) -> Iterator[str]:
    """The bare forms of all ids of some groups."""
    return (bare_form(text) for group in groups for text in group.ids)
