"""One person under several ids: a telephone number, the id of a platform, an e-mail address.

Each event says everything that one person is known by, and which earlier events it replaces, so that the newest ones
alone say who is who. The ids are personal values: an erasure of the person takes them, and nothing is left to resolve.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.ledger.customers import forms_of
from occ_media_cli.settings import past
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.customer_ids import bare_form, forms_of_id
from occ_media_cli.store.persons import persons_of
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

MOST = 100
"""Ids of one person at most: more is a mistake, such as a whole column that was pasted."""


@dataclass(frozen=True, slots=True)
class AliasedPerson:
    """The ids of one person as an event records them. alias: that event. ms: when, in milliseconds."""

    alias: int
    ids: tuple[str, ...]
    ms: int
    actor: str
    reason: str


def persons(connection: sqlite3.Connection, customer: str | None = None) -> list[AliasedPerson]:
    """Every person with several ids, or the one whom an id names, in the order in which they were recorded."""
    found: dict[int, tuple[list[str], int, str, str]] = {}
    for alias, text, ms, actor, reason in connection.execute(
        "SELECT alias, customer, time_ms, actor, reason FROM customer_alias ORDER BY alias"
    ):
        found.setdefault(alias, ([], ms, actor, reason))[0].append(text)
    forms = None if customer is None else forms_of(connection, customer)
    return [
        AliasedPerson(alias, tuple(ids), ms, actor, reason)
        for alias, (ids, ms, actor, reason) in found.items()
        if forms is None or any(forms & forms_of_id(each) for each in ids)
    ]


def add_alias(
    connection: sqlite3.Connection, ids: Sequence[str], reason: str, stamp: chain.Stamp, *, backdate: str | None = None
) -> tuple[str, ...]:
    """Record that some ids are one person's, together with all that these are known by already; return all of them.

    UsageError where they are fewer than two, or where nothing new is said. backdate: why it is recorded at a moment
    before the newest change of one of them, which is refused otherwise.
    """
    _fit(ids, reason)
    if len(set(ids)) < 2:
        raise UsageError(
            "two ids or more are needed to say that they are one person's; nothing was changed",
            hint="name another id of the same person behind it", topic=("second-id", *ids[:1]),
        )  # fmt: skip
    with transaction(connection):
        before = [person for one in ids for person in persons(connection, one)]
        merged = ids_apart([*(text for person in before for text in person.ids), *ids])
        if len(merged) < 2:
            raise UsageError(
                "these are spellings of one id, which are one person anyway; nothing was changed",
                hint="name an id of the person that is no spelling of it, such as an e-mail address",
            )
        if any(len(person.ids) == len(merged) for person in before):
            raise UsageError(f"{' and '.join(ids)} are one person already; nothing was changed")
        if len(merged) > MOST:
            raise UsageError(f"{len(merged):,} ids of one person are more than {MOST}; nothing was changed")
        _refuse_past(connection, merged, stamp, backdate)
        _append(connection, "customer-alias", merged, {person.alias for person in before}, reason, stamp, backdate)
    return merged


def remove_alias(
    connection: sqlite3.Connection, customer: str, reason: str, stamp: chain.Stamp, *, backdate: str | None = None
) -> tuple[str, ...]:
    """Record that an id is no other one's any more; return the ids that stay together.

    NotFound where it has no alias; Refused while a hold that nobody released covers the person, because its files would
    be held no longer, and nobody would have released it. backdate: as for `add_alias`.
    """
    _fit([customer], reason)
    with transaction(connection):
        before = persons(connection, customer)
        if not before:
            raise NotFound(f"'{customer}' has no alias", topic=("aliases",))
        _refuse_held(connection, before)
        forms = forms_of_id(customer)
        rest = ids_apart(text for person in before for text in person.ids if forms.isdisjoint(forms_of_id(text)))
        kept = rest if len(rest) > 1 else ()
        _refuse_past(connection, [text for person in before for text in person.ids], stamp, backdate)
        _append(connection, "customer-alias-remove", kept, {person.alias for person in before}, reason, stamp, backdate)
    return kept


def _refuse_held(connection: sqlite3.Connection, some: Sequence[AliasedPerson]) -> None:
    forms = {form for person in some for text in person.ids for form in forms_of_id(text)}
    keys = set(persons_of(connection, forms).values())
    names = {
        str(name): None
        for name, key in connection.execute(
            "SELECT hold, canonical_customer FROM hold_scope"
            " WHERE released_ms IS NULL AND canonical_customer IS NOT NULL ORDER BY number"
        )
        if key in keys
    }
    if names:
        raise Refused(
            f"the hold {', '.join(names)} covers this person under every id; nothing was changed",
            hint="release the hold first, where its reason is gone, or place one on the other id",
            topic=("held",),
        )


@dataclass(frozen=True, slots=True)
class AliasEvent:
    """One step of who is who. ids: what it leaves together; before: all that the steps which it replaces had together,
    as far as no erasure has taken them."""

    person: AliasedPerson
    is_removal: bool
    before: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """What it leaves together."""
        return self.person.ids

    @property
    def reason(self) -> str:
        """Why."""
        return self.person.reason


def alias_events(connection: sqlite3.Connection, after: int) -> list[AliasEvent]:
    """The steps behind a place in the chain, in their order."""
    ids: dict[int, tuple[str, ...]] = {}
    found = []
    for seq, kind, body, personal, ms, actor, reason in connection.execute(_STEPS):
        ids[seq] = tuple(json.loads(personal)["ids"]) if personal else ()
        if seq > after:
            before = tuple(text for replaced in json.loads(body)["replaces"] for text in ids.get(replaced, ()))
            person = AliasedPerson(seq, ids[seq], ms, actor, reason)
            found.append(AliasEvent(person, kind == "customer-alias-remove", before))
    return found


_KINDS = "kind IN ('customer-alias', 'customer-alias-remove')"
_EVENTS = f"SELECT seq, body, personal FROM event WHERE {_KINDS} ORDER BY seq"
_STEPS = f"SELECT seq, kind, body, personal, ms, actor, reason FROM event WHERE {_KINDS} ORDER BY seq"


def _refuse_past(connection: sqlite3.Connection, ids: Sequence[str], stamp: chain.Stamp, backdate: str | None) -> None:
    """Refused before the newest event that said who one of these ids is, one that left nothing of it included."""
    forms = {bare_form(text) for text in ids}
    about: set[int] = set()
    for seq, body, personal in connection.execute(_EVENTS):
        said = json.loads(personal)["ids"] if personal else ()
        if forms & {bare_form(text) for text in said} or about & set(json.loads(body)["replaces"]):
            about.add(seq)
    which = (", ".join("?" * len(about)), sorted(about))
    past.refuse_events_past(connection, "the alias was", which, stamp, backdate)


def _append(
    connection: sqlite3.Connection,
    kind: str,
    ids: Sequence[str],
    replaces: set[int],
    reason: str,
    stamp: chain.Stamp,
    backdate: str | None,
) -> None:
    personal = {"ids": list(ids)} if ids else None
    body = {"replaces": sorted(replaces), "count": len(ids), **past.recorded(backdate)}
    event = chain.Event(kind, body, stamp.now, reason, personal)
    chain.append(connection, [event], stamp)


def ids_apart(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of different forms, each as it was written first."""
    found: dict[str, str] = {}
    for text in ids:
        found.setdefault(bare_form(text), text)
    return tuple(found.values())


def _fit(ids: Sequence[str], reason: str) -> None:
    """UsageError for ids and reasons that cannot be recorded."""
    from occ_media_cli.ledger import row_values
    from occ_media_cli.ledger.entry import Unfit

    refuse_unfit(reason, hint="write why, such as a case number")
    for text in ids:
        if not text.strip():
            raise UsageError("an id is empty; nothing was changed", hint="name ids as they stand in the entries")
        try:
            row_values.texts([("an id", text)])
        except Unfit as problem:
            raise UsageError(f"{problem.detail}; nothing was changed") from None
        if text in reason:
            raise UsageError(
                "the reason names the customer and would stay on record; nothing was changed",
                hint="write the reason without the customer, such as a case number",
            )
