"""Whose an id is, kept in the store: the one table that says which ways to write a person are one person's.

A customer stands in an entry, in a hold and in an alias as somebody wrote it. SQL itself knows the canonical form of
such an id, which is nearly always enough. `person_spelling` has a row for everything that means another person than
its canonical form says: ids in digits of another script, with `(0)`, as a link, and every id that is one of several of
a person. So the views of a store, and with them holds, rules and reports, know one person under one key, whenever and
however an entry of that person arrives:

    ４９ 170/1234567          → 491701234567      an id as it stands in an entry
    psid-77                  → 491701234567      the form of many ids: an alias makes it this person

The table is a projection: it follows from the customers of the records, from those of the holds and from the aliases,
in whatever order they came, so that `ledger verify` makes it again and an erasure leaves nothing in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from occ_media_cli.store.customer_ids import canonical_customer, forms_of_id, has_two_forms, is_number
from occ_media_cli.vocabulary import ALIAS_EVENTS, NAMING_EVENTS

if TYPE_CHECKING:
    import sqlite3

    Said = tuple[str, Mapping[str, Any], Mapping[str, Any] | None]
    """The kind, the body and the personal values of an event."""

TABLE = "person_spelling"

_BATCH = 5_000
"""Ids that are taken in together."""

_ODD = re.compile(r"[%/,_:;<([\"'`\x01-\x1f\x7f]|@(?:c\.us|s\.whatsapp\.net)|\. *(?:\0|\Z)", re.IGNORECASE)
"""What is in every id in ASCII whose bare form is not its canonical form."""

MAY_BE_ODD = (
    "length({0}) <> length(CAST({0} AS BLOB)) OR {0} GLOB '*[[%/,_:;<(\"''`\x01-\x1f\x7f]*'"
    " OR (instr({0}, '@') > 0 AND ({0} LIKE '%@c.us' OR {0} LIKE '%@s.whatsapp.net' OR rtrim({0}, ' ') GLOB '*.'))"
)
"""The same as SQL, over every character: true for every id whose bare form may be another one than the canonical."""


def learn_customers(connection: sqlite3.Connection, customers: Iterable[str | None]) -> None:
    """Take in the customers of records that are being appended, inside the caller's transaction.

    It is asked for every batch of rows: a batch of plain ids costs one search through them.
    """
    some = set(customers)
    some.discard(None)
    together = "\0".join(some)  # type: ignore[arg-type]  # None is gone
    if not together.isascii() or _ODD.search(together) is not None:
        _learn_odd(connection, some)  # type: ignore[arg-type]  # as above


def note_events(connection: sqlite3.Connection, events: Iterable[Said]) -> None:
    """Take in what events that name people say, which are appended already, inside the caller's transaction.

    Aliases that stand together are taken in together: an ingest may make many.
    """
    if not _is_kept(connection):
        return
    for kind, some in groupby(events, key=lambda event: event[0]):
        if kind == "customer-alias":
            join(connection, (), [ids for _, _, personal in some if (ids := _named(personal))])
            continue
        for _, body, personal in some:
            if kind == "hold":
                _learn_odd(connection, _named(personal))
            else:
                _part(connection, [*_named(personal), *_ids_of(connection, body["replaces"])])


def make_again(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Fill the table of a store from the records and events of one, which may be another.

    One pass over the records. Nothing is in memory but a batch: a ledger may have millions of such ids.
    """
    target.execute(f"DELETE FROM {TABLE}")
    odd = (str(text) for (text,) in source.execute(
        f"SELECT DISTINCT r.customer FROM record r WHERE r.customer IS NOT NULL AND ({MAY_BE_ODD.format('r.customer')})"
    ))  # fmt: skip
    while batch := list(islice(odd, _BATCH)):
        _learn_odd(target, batch)
    marks = ", ".join("?" * len(NAMING_EVENTS))
    for (personal,) in source.execute(
        f"SELECT personal FROM event WHERE kind IN ({marks}) AND personal IS NOT NULL ORDER BY seq", NAMING_EVENTS
    ):
        _learn_odd(target, _named(json.loads(personal)))
    groups = iter(_groups(source))
    while some := list(islice(groups, _BATCH)):
        join(target, (), some)


def forget(connection: sqlite3.Connection) -> None:
    """Take out whom an erasure took from the records and events, inside its transaction."""
    if connection.execute(f"SELECT 1 FROM {TABLE} LIMIT 1").fetchone() is not None:
        make_again(connection, connection)


def persons_of(connection: sqlite3.Connection, texts: Iterable[str]) -> dict[str, str]:
    """Whose some ids and forms are: the key of the person of each, for a form that nothing is known of itself."""
    some = list(texts)
    found = dict(connection.execute(
        f"SELECT p.spelling, p.person FROM json_each(?) j JOIN {TABLE} p ON p.spelling = j.value", (json.dumps(some),)
    ).fetchall())  # fmt: skip
    return {text: found.get(text, text) for text in some}


def spellings_of(connection: sqlite3.Connection, persons: Iterable[str]) -> set[str]:
    """Everything that the table says of some persons: the ids and forms that mean them, beside their keys."""
    rows = connection.execute(
        f"SELECT p.spelling FROM json_each(?) j JOIN {TABLE} p ON p.person = j.value", (json.dumps(list(persons)),)
    )
    return {str(text) for (text,) in rows}


def _learn_odd(connection: sqlite3.Connection, texts: Iterable[str]) -> None:
    odd = {text for text in texts if has_two_forms(text)}
    if odd and _is_kept(connection):
        known = {text for text, person in persons_of(connection, odd).items() if text != person}
        join(connection, odd - known)


def _is_kept(connection: sqlite3.Connection) -> bool:
    """Whether the store has the table: tests, and restores of old backups, write to stores of older versions."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (TABLE,)).fetchone() is not None


def join(connection: sqlite3.Connection, texts: Iterable[str], groups: Iterable[Sequence[str]] = ()) -> None:
    """Add ids with all their forms to the persons whose they are, and make one of persons who have something in common.

    groups: ids of one person each. What comes out does not depend on the order in which ids are added.
    """
    sets = _Sets()
    for text in texts:
        sets.add_id(text)
    for group in groups:
        first = sets.add_id(group[0])
        for text in group[1:]:
            sets.unite(first, sets.add_id(text))
    for text, person in persons_of(connection, sets.members()).items():
        sets.unite(text, person)
    rows = [(text, person) for person, members in sets.joined() for text in members if text != person]
    persons = dict(rows)
    before = connection.execute(
        f"SELECT DISTINCT p.person FROM json_each(?) j JOIN {TABLE} p ON p.person = j.value",
        (json.dumps(list(persons)),),
    ).fetchall()  # those who were persons of their own
    connection.executemany(
        f"UPDATE {TABLE} SET person = ? WHERE person = ?", [(persons[other], other) for (other,) in before]
    )
    connection.executemany(
        f"INSERT INTO {TABLE} (spelling, person) VALUES (?, ?)"
        " ON CONFLICT (spelling) DO UPDATE SET person = excluded.person WHERE person <> excluded.person",
        sorted(rows),
    )


def _part(connection: sqlite3.Connection, texts: Iterable[str]) -> None:
    """Make anew the persons of some ids, of whom an event has said that they are not one any more."""
    sets, groups = _Sets(), _groups(connection)
    near: list[list[str]] = []
    for text in texts:
        sets.add_id(text)
    members = set[str]()
    while members != sets.members():
        members = sets.members()
        persons = set(persons_of(connection, members).values())
        near = [ids for ids in groups if any(not members.isdisjoint(forms_of_id(text)) for text in ids)]
        for text in (*persons, *spellings_of(connection, persons), *(text for ids in near for text in ids)):
            sets.add_id(text)
    connection.execute(
        f"DELETE FROM {TABLE} WHERE spelling IN (SELECT value FROM json_each(?))", (json.dumps(list(members)),)
    )
    join(connection, members, near)


class _Sets:
    """Ids and forms, in sets of which each is one person's."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def add_id(self, text: str) -> str:
        """Add an id with its forms, and theirs; returns what stands for it: its form, where it has one alone."""
        if not has_two_forms(text):
            text = canonical_customer(text)
            self._above.setdefault(text, text)
        elif text not in self._above:
            self._above[text] = text
            for form in sorted(forms_of_id(text)):
                self.unite(text, self.add_id(form))
        return text

    def unite(self, one: str, other: str) -> None:
        """Make the sets of two texts one."""
        first, second = self._first(one), self._first(other)
        if first != second:
            person, joining = sorted((first, second), key=_rank)
            self._above[joining] = person

    def members(self) -> set[str]:
        """Every text."""
        return set(self._above)

    def joined(self) -> Iterable[tuple[str, set[str]]]:
        """Each set of several texts: the key of the person, and all that is in it, the key too."""
        found: dict[str, set[str]] = {}
        for text in self._above:
            found.setdefault(self._first(text), set()).add(text)
        return ((person, members) for person, members in found.items() if len(members) > 1)

    def _first(self, text: str) -> str:
        above = self._above.setdefault(text, text)
        while above != self._above[above]:
            above = self._above[above]
        self._above[text] = above
        return above


def _rank(text: str) -> tuple[bool, bool, int, str]:
    """What is first becomes the key of a person: a telephone number, else an address, the shortest of them."""
    return not is_number(text), "@" not in text, len(text), text


def _named(personal: Mapping[str, Any] | None) -> list[str]:
    """The customers whom an event of `vocabulary.NAMING_EVENTS` names."""
    if personal is None:
        return []
    one = personal.get("customer")
    return [*(() if one is None else (one,)), *personal.get("customers", ()), *personal.get("ids", ())]


_EVERY_ALIAS = f"SELECT seq, body, personal FROM event WHERE kind IN {ALIAS_EVENTS} ORDER BY seq"


def _groups(connection: sqlite3.Connection) -> list[list[str]]:
    """The ids of each person who has several, as the newest events say."""
    found: dict[int, list[str]] = {}
    for seq, body, personal in connection.execute(_EVERY_ALIAS):
        for replaced in json.loads(body)["replaces"]:
            found.pop(replaced, None)
        if personal is not None:
            found[seq] = _named(json.loads(personal))
    return [ids for ids in found.values() if ids]


def _ids_of(connection: sqlite3.Connection, events: Sequence[int]) -> list[str]:
    """The ids that some events name."""
    rows = connection.execute(
        "SELECT e.personal FROM json_each(?) j JOIN event e ON e.seq = j.value WHERE e.personal IS NOT NULL",
        (json.dumps(list(events)),),
    )
    return [text for (personal,) in rows for text in _named(json.loads(personal))]
