"""Holds: placing, releasing and reading them. A hold beats every policy, and releasing one removes nothing."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from occ_media_cli import times
from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.ledger.customers import forms_of
from occ_media_cli.ledger.entries_sql import HELD_BY
from occ_media_cli.report import known_sizes
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.retention import retention_rows, stored_entries
from occ_media_cli.retention.evaluate import covers
from occ_media_cli.retention.model import Hold, each, one_or_more
from occ_media_cli.settings import past
from occ_media_cli.store import chain
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.free_texts import ERASED
from occ_media_cli.store.reasons import refuse_unfit

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import StoredEntry

LONGEST_NAME = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Covered:
    """The counts of a hold now: the entries that it covers, those of them with bytes and how many bytes, as far as
    sizes are known (None where no size is), those whose bytes wait in quarantine or are gone already, and files of
    unknown size."""

    entries: int
    files: int
    bytes: int | None
    waiting: int
    gone: int
    without_size: int = 0


@dataclass(frozen=True, slots=True)
class HoldScope:
    """The conditions of a hold; an entry must meet every one that is given, by any of its values."""

    inbox: int | tuple[int, ...] | None = None
    customer: str | tuple[str, ...] | None = None
    conversation: str | tuple[str, ...] | None = None
    entry: int | tuple[int, ...] | None = None
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        """UsageError for a scope that covers everything by accident, or nothing."""
        if all(getattr(self, name) is None for name in self.__slots__):
            raise UsageError("a hold needs a scope; nothing was held", topic=("hold-scope",))
        for word, given in (("customer", self.customer), ("conversation", self.conversation)):
            if not all(value.strip() for value in each(given)):
                raise UsageError(f"the {word} of a hold is empty; nothing was held", hint="name one, or leave it out")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise UsageError(
                f"a hold until {times.text(self.until)} ends before its begin, {times.text(self.since)};"
                " nothing was held",
                hint="the begin is inclusive, the end exclusive",
                topic=("hold-span",),
            )


def check_hold_name(text: str) -> str:
    """The name in NFC; UsageError where it may not be one."""
    name = unicodedata.normalize("NFC", text)
    printable = all(unicodedata.category(character)[0] != "C" for character in name)
    taken = name.startswith(ERASED[:-1])  # how a hold is called once its name was erased
    if not name or name != name.strip() or len(name) > LONGEST_NAME or not printable or taken:
        raise UsageError(
            f"'{text}' is no name of a hold: 1 to {LONGEST_NAME} printable characters, no space at either end",
            hint="a name like claim-4711",
            topic=("hold-name",),
        )
    return name


def place_hold(
    connection: sqlite3.Connection,
    name: str,
    scope: HoldScope,
    reason: str,
    stamp: chain.Stamp,
    *,
    backdate: str | None = None,
) -> Covered:
    """Place a hold. UsageError where an unreleased one has the name or no reason is given.

    backdate: why it is placed at a moment before the newest change of the hold of this name, which is refused
    otherwise.
    """
    name = check_hold_name(name)
    refuse_unfit(reason, hint='a reason like "claim 4711"', topic=("hold-reason",))
    with transaction(connection):
        if connection.execute("SELECT 1 FROM hold_state WHERE name = ? AND released IS NULL", (name,)).fetchone():
            raise UsageError(f"hold '{name}' is there already; nothing was changed", hint="give this one another name")
        which = "SELECT event FROM hold_state WHERE name = ? UNION SELECT released FROM hold_state WHERE name = ?"
        past.refuse_events_past(connection, f"hold '{name}' was", (which, (name, name)), stamp, backdate)
        (number,) = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM hold_state").fetchone()
        body = {
            "hold": number, "name": name, **scope_body("inbox", scope.inbox), **scope_body("entry", scope.entry),
            "since": scope.since, "until": scope.until, "by_customer": scope.customer is not None,
            "by_conversation": scope.conversation is not None,
            **past.recorded(backdate),
        }  # fmt: skip
        whose = {**scope_body("customer", scope.customer), **scope_body("conversation", scope.conversation)}
        personal = {key: value for key, value in whose.items() if value is not None} or None
        retention_rows.record(connection, chain.Event("hold", body, stamp.now, reason, personal), stamp)
    # Read back as every other command will read it: with the other ids of the customer, and only if it is really there.
    placed = tuple(hold for hold in unreleased(connection) if hold.number == number)
    return count_covered(connection, placed)[0]


SEVERAL = {"inbox": "inboxes", "entry": "entries", "customer": "customers", "conversation": "conversations"}
"""The conditions of which a hold may have several values, with the member of an event that has them then."""


def scope_body(what: str, given: T | tuple[T, ...] | None) -> dict[str, object]:
    """A condition as the event of a hold has it: one value under its own name, several in order under another."""
    values = tuple(dict.fromkeys(each(given)))
    several = {SEVERAL[what]: list(values)} if len(values) > 1 else {}
    return {what: values[0] if len(values) == 1 else None, **several}


def release_hold(connection: sqlite3.Connection, name: str, reason: str, stamp: chain.Stamp) -> Covered:
    """End a hold; what it covered is kept until a plan of its own. NotFound for a name that does not hold.

    It ends at the moment at which this is recorded, by the machine's clock, whatever `stamp.now` says: with an earlier
    one, what was deleted under the hold would seem to have been free.
    """
    refuse_unfit(reason, hint='a reason like "claim 4711"', topic=("hold-reason",))
    name = unicodedata.normalize("NFC", name)
    with transaction(connection):
        found = {hold.name: hold for hold in unreleased(connection)}
        if name not in found:
            raise no_hold(connection, name, list(found))
        body = {"hold": found[name].number, "name": name}
        retention_rows.record(connection, chain.Event("hold-release", body, stamp.wall, reason), stamp)
    return count_covered(connection, (found[name],))[0]


def no_hold(connection: sqlite3.Connection, name: str, known: list[str]) -> NotFound:
    """The error for a hold that does not hold."""
    ended = connection.execute("SELECT 1 FROM hold_state WHERE name = ?", (name,)).fetchone()
    if ended:
        return NotFound(f"hold '{name}' was released before", topic=("ended-holds",))
    return unknown_name(f"no hold '{name}'", name, known, topic=("holds",))


def count_covered(connection: sqlite3.Connection, some: tuple[Hold, ...]) -> list[Covered]:
    """Count what each hold covers now, in one pass over the entries that any of them may cover."""
    where, values = condition(some)
    waiting = {seq for (seq,) in connection.execute("SELECT seq FROM removal WHERE state = 'quarantined'")}
    counts = [[0, 0, 0, 0, 0, 0] for _ in some]
    for entry in stored_entries.entries(connection, f"r.kind = 0 AND ({where})", values):
        for number, hold in enumerate(some):
            if not covers(hold, entry):
                continue
            count = counts[number]
            count[0] += 1
            if entry.deleted is not None:
                count[4] += 1
            elif entry.seq in waiting:
                count[3] += 1
            elif entry.outcome == "delivered":
                count[1] += 1
                count[2] += entry.size or 0
                count[5] += entry.size is None
    return [Covered(n[0], n[1], known_sizes.known_bytes(n[2], n[1], n[5]), *n[3:]) for n in counts]


_SELECT = """
SELECT h.number, h.name, coalesce(h.inbox, (
    SELECT json_group_array(p.value) FROM hold_part p WHERE p.number = h.number AND p.what = 'inbox')),
  (SELECT json_group_array(c.customer) FROM hold_customer c WHERE c.number = h.number),
  (SELECT json_group_array(c.conversation) FROM hold_conversation c WHERE c.number = h.number),
  coalesce(h.entry, (
    SELECT json_group_array(p.value) FROM hold_part p WHERE p.number = h.number AND p.what = 'entry')),
  h.since, h.until
FROM hold_state h WHERE h.released IS NULL"""


def unreleased(connection: sqlite3.Connection) -> tuple[Hold, ...]:
    """Every hold that is not released, in the order in which they were placed, whatever any clock says."""
    rows = connection.execute(f"{_SELECT} ORDER BY h.number").fetchall()
    people = {customer: forms_of(connection, customer) for row in rows for customer in json.loads(row[3])}
    return tuple(
        Hold(
            number, name, _decoded(inbox), _decoded(customer), _decoded(conversation), _decoded(entry), since, until,
            frozenset(form for one in json.loads(customer) for form in people[one]),
        )
        for number, name, inbox, customer, conversation, entry, since, until in rows
    )  # fmt: skip


def _decoded(stored: Any) -> Any:
    """A condition as a query has it: a number, or a JSON list of values."""
    return one_or_more(json.loads(stored)) if isinstance(stored, str) else stored


class Index:
    """Holds by their narrowest condition, so that an entry is compared with few of them."""

    def __init__(self, some: tuple[Hold, ...]) -> None:
        self.all = some
        self._by: dict[tuple[str, object], list[Hold]] = {}
        for hold in some:
            for key in _keys(hold):
                self._by.setdefault(key, []).append(hold)

    def covering(self, entry: StoredEntry) -> list[Hold]:
        """The holds that cover an entry, in the order in which they were placed."""
        if not self.all:
            return []
        if entry.erased:
            near: tuple[Hold, ...] | list[Hold] = self.all
        else:
            get = self._by.get
            near = [
                *get(("", None), ()), *get(("inbox", entry.inbox), ()),
                *(hold for form in entry.forms for hold in get(("customer", form), ())),
                *get(("conversation", entry.conversation), ()), *get(("entry", entry.seq), ()),
            ]  # fmt: skip
        found = {hold.number: hold for hold in near if covers(hold, entry)}
        return [found[number] for number in sorted(found)]


def _keys(hold: Hold) -> list[tuple[str, object]]:
    """The values by which holds are found for an entry: a hold's narrowest condition, for a customer each form of the
    id."""
    if hold.customer is not None and hold.entry is None:
        return [("customer", form) for form in hold.customer_forms]
    for name in ("entry", "conversation", "inbox"):
        if getattr(hold, name) is not None:
            return [(name, value) for value in each(getattr(hold, name))]
    return [("", None)]


def condition(holds: tuple[Hold, ...]) -> tuple[str, list[object]]:
    """SQL over `r` (a record) that is true for at least every entry that one of some holds covers, and its values."""
    return HELD_BY, [json.dumps([hold.number for hold in holds])]
