"""Carrying over what a restore must never lose: holds, aliases, erasures, ends in the approved library, and what is
known of files that were removed.

A backup knows nothing of what came after it. Put back as it is, it would let files go that a hold keeps, bring back
values that a person had erased, and list files that are gone. So everything here is done again on the restored chain,
as events of their own that say in `carried` where they stood before. What is about records that the restored store does
not have is remembered (`ledger.remembered`): another backup that is restored later may have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.ledger import remembered
from occ_media_cli.ledger.aliases import (
    AliasedPerson,
    AliasEvent,
    alias_events,
    persons,
)
from occ_media_cli.ledger.remembered import Memory
from occ_media_cli.retention import holds, retention_rows
from occ_media_cli.retention.carried_aliases import CarriedAliases
from occ_media_cli.retention.carried_erasures import carry_erasures
from occ_media_cli.retention.carried_events import conditions_of, identity_of, placing_of, read_event, read_origin
from occ_media_cli.retention.carried_library import carry_library
from occ_media_cli.retention.carried_removals import Removals
from occ_media_cli.retention.holds import LONGEST_NAME
from occ_media_cli.retention.model import each, one_or_more
from occ_media_cli.retention.two_stores import TwoStores, told_apart
from occ_media_cli.store import chain
from occ_media_cli.store.free_texts import ERASED

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.lost import Loss
    from occ_media_cli.retention.model import Hold

ALIAS_REMOVE, RELEASE = "customer-alias-remove", "hold-release"
"""Kinds of event of which a restored store may have to remember one."""


@dataclass(slots=True)
class Carried:
    """The result of carrying over. wider: holds that cover more than before, each with the reason, because the restored
    store does not have what they were about; marked: entries whose files are on record as gone; brought_back: those
    whose files were brought back from quarantine, so that their plan does not take them again; aliases: persons with
    several ids; separated: ids that were taken for another person's in the backup; ended: files of the approved library
    that the backup would let pass again; held_again: holds of the backup that were released since, each with who
    released it and when."""

    holds: int = 0
    erasures: int = 0
    marked: int = 0
    brought_back: int = 0
    aliases: int = 0
    separated: int = 0
    ended: int = 0
    wider: list[str] = field(default_factory=list)
    held_again: list[str] = field(default_factory=list)


def carry(old: sqlite3.Connection, new: sqlite3.Connection, loss: Loss, stamp: chain.Stamp) -> Carried:
    """Do again on the new store what only the old one knows, inside the caller's transaction on the new one.

    Call `ledger.erase_traces.prepare` before, and its `clean` after where something was erased.
    """
    stores = TwoStores(old, new, loss)
    run = _Run(stores, stamp)
    removals = Removals(stores, stamp)
    removals.carry()  # before the erasures: the plans that are carried may name a customer
    run.done.marked, run.done.brought_back = len(removals.gone), len(removals.back)
    run.done.erasures = carry_erasures(stores, stamp)
    run.aliases()  # before the holds: a hold on a person covers every id of this person
    run.releases()
    run.holds()
    run.done.ended = carry_library(stores, stamp)
    return run.done


class _Run:
    """One restore."""

    def __init__(self, stores: TwoStores, stamp: chain.Stamp) -> None:
        self.stores, self.old, self.new, self.stamp = stores, stores.old, stores.new, stamp
        self.done = Carried()

    # Persons

    def aliases(self) -> None:
        """Say again which ids are one person's, so that no hold covers less than it did, and which are not any more, so
        that no erasure of one person reaches another.

        Of another store nothing is taken apart: what it says of its own is not what was said here.
        """
        carried = CarriedAliases(self.old, self.new, self.stamp)
        if self.stores.same_store:
            self._removed_aliases(carried)
        for person in persons(self.old):
            carried.carry(person, read_origin(self.old, person.alias))
        carried.finish()
        self.done.aliases = sum(person.alias > self.stores.behind for person in persons(self.new))

    def _removed_aliases(self, carried: CarriedAliases) -> None:
        """Say again in their order what was put together and taken apart; remember what nobody has put together here,
        for another backup may have it."""
        common = self.stores.common
        known = {told_apart(read_origin(self.new, said.person.alias)) for said in alias_events(self.new, common)}
        known.update(told_apart(memory.origin) for memory in remembered.memories(self.new, (ALIAS_REMOVE,)))
        steps: list[tuple[AliasEvent, dict[str, Any], Mapping[str, Any]]] = [
            (said, read_origin(self.old, said.person.alias), {}) for said in alias_events(self.old, common)
        ]
        for memory in remembered.memories(self.old, (ALIAS_REMOVE,), common):
            if memory.personal:  # none where an erasure took them
                ids, before = tuple(memory.personal["ids"]), tuple(memory.personal["before"])
                person = AliasedPerson(memory.seq, ids, self.stamp.now, "", memory.reason or "")
                steps.append((AliasEvent(person, True, before), dict(memory.origin), memory.about))
        for said, was, about in sorted(steps, key=lambda step: step[0].person.alias):
            if told_apart(was) in known:
                continue
            if not said.is_removal:
                if len(said.ids) > 1:  # none where an erasure took them
                    carried.carry(said.person, was)
            elif carried.carry_removal(said, was):
                self.done.separated += 1
            elif said.before:
                whose = {"ids": list(said.ids), "before": list(said.before)}
                about = about or {"replaced": self._replaced(said.person.alias)}
                carried.finish()
                remembered.remember(self.new, Memory(ALIAS_REMOVE, was, about, whose, said.reason), self.stamp)

    def _replaced(self, alias: int) -> list[dict[str, Any]]:
        """Where the steps first stood that one of the old store has replaced, and those that these had: an erasure of
        the person takes what is remembered, and must reach them all the same."""
        found: dict[int, dict[str, Any]] = {}
        waiting = [alias]
        while waiting:
            body, *_ = read_event(self.old, waiting.pop())
            fresh = [seq for seq in body["replaces"] if seq not in found]
            found.update((seq, read_origin(self.old, seq)) for seq in fresh)
            waiting += fresh
        return list(found.values())

    # Holds

    def releases(self) -> None:
        """Tell which holds that the backup has unreleased were released, and remember each release, for a later
        restore.

        A release is not done again: that a hold keeps more than it should can be put right, and a file that went
        cannot be brought back.
        """
        common = self.stores.common
        held = {hold.name: read_origin(self.new, placing_of(self.new, hold)) for hold in holds.unreleased(self.new)}
        still = [read_origin(self.old, placing_of(self.old, hold)) for hold in holds.unreleased(self.old)]
        known = [(memory.about["hold"], memory.origin) for memory in remembered.memories(self.new, (RELEASE,))]
        released: list[tuple[Any, Mapping[str, Any], str | None]] = [
            (read_origin(self.old, placed), read_origin(self.old, ended), read_event(self.old, ended)[2])
            for placed, ended in self.old.execute(
                "SELECT event, released FROM hold_state WHERE released > ?", (common,)
            )
        ]
        released = [each for each in released if each[0] not in still]
        released += [
            (memory.about["hold"], memory.origin, memory.reason)
            for memory in remembered.memories(self.old, (RELEASE,), common)
        ]
        for placed, was, reason in released:
            if (placed, was) not in known:  # where the hold is there too: it may be there after a later restore as well
                remembered.remember(self.new, Memory(RELEASE, was, {"hold": placed}, {}, reason), self.stamp)
                known.append((placed, was))
        for name, origin in held.items():
            ends = [was for placed, was in known if placed == origin]
            if ends:
                last = max(ends, key=lambda was: int(was["wall"]))
                self.done.held_again.append(f"{name}: {last['actor']} released it at {times.text(last['wall'])}")

    def holds(self) -> None:
        """Place every hold again that the old store has not released and the restored one does not have."""
        there: list[tuple[object, ...]] = []
        events: set[int] = set()
        for hold in holds.unreleased(self.new):
            seq = placing_of(self.new, hold)
            before, personal, _, _, was = read_event(self.new, seq)
            there.append(identity_of(before, was, conditions_of(hold), personal))
            events.add(seq)
        for hold in holds.unreleased(self.old):
            seq = placing_of(self.old, hold)
            if seq <= self.stores.common and seq in events:
                continue
            before, personal, reason, ms, was = read_event(self.old, seq)
            wider = len(self.done.wider)
            scope = self._scope(hold)
            identity = identity_of(before, was, scope, personal)
            if identity in there:
                del self.done.wider[wider:]
            else:
                there.append(identity)  # what stood for a missing entry and the hold itself come to the same here
                kept = {key: value for key, value in before.items() if key not in ("inboxes", "entries")}
                self._hold(hold.name, {**kept, **scope, "carried": before.get("carried", was)}, ms, reason, personal)

    def _hold(
        self, name: str, body: dict[str, Any], ms: int, reason: str | None, personal: dict[str, Any] | None
    ) -> None:
        (number,) = self.new.execute("SELECT coalesce(max(number), 0) + 1 FROM hold_state").fetchone()
        name = ERASED if name.startswith(ERASED[:-1]) else self._free(name)
        body = {**body, "hold": number, "name": name}
        retention_rows.record(self.new, chain.Event("hold", body, ms, reason, personal), self.stamp)
        self.done.holds += 1

    def _scope(self, hold: Hold) -> Mapping[str, object]:
        """The conditions of a hold by the numbers of the restored store; it never covers less than it did."""
        since, until, inboxes = hold.since, hold.until, each(hold.inbox)
        entries = [place for place in map(self.stores.entry, each(hold.entry)) if place is not None]
        if len(entries) < len(each(hold.entry)):
            # The entry may come again with its source: what is at its time in its inbox is held.
            stood = [
                self.old.execute("SELECT ms, inbox FROM record WHERE seq = ?", (seq,)).fetchone()
                for seq in each(hold.entry)
            ]
            since, until = min(ms for ms, _ in stood), max(ms for ms, _ in stood) + 1
            inboxes, entries = tuple(dict.fromkeys(inbox for _, inbox in stood)), []
            self.done.wider.append(f"{hold.name}: its entry is not in the backup; it holds every file of that moment")
        numbers = [number for number in map(self.stores.inbox, inboxes) if number is not None]
        if len(numbers) < len(inboxes):
            self.done.wider.append(f"{hold.name}: its inbox is not in the backup; it holds files of every inbox")
            numbers = []
        return {
            **holds.scope_body("inbox", one_or_more(numbers)), **holds.scope_body("entry", one_or_more(entries)),
            "since": since, "until": until,
        }  # fmt: skip

    def _free(self, name: str) -> str:
        """The name, or another where an unreleased hold of the restored store has it."""
        number, free = 2, name
        while self.new.execute("SELECT 1 FROM hold_state WHERE name = ? AND released IS NULL", (free,)).fetchone():
            ending = f" ({number})"
            free, number = name[: LONGEST_NAME - len(ending)] + ending, number + 1
        return free
