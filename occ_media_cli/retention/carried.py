"""Carrying over what a restore must never lose: holds, aliases, erasures, and what is known of files that were removed.

A backup knows nothing of what came after it. Put back as it is, it would let files go that a hold keeps, bring back
values that a person had erased, and list files that are gone. So everything here is done again on the restored chain,
as events of their own that say in `carried` where they stood before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import erase
from occ_media_cli.ledger.aliases import alias_events, carry_alias, carry_alias_removal, persons
from occ_media_cli.ledger.removed import removed
from occ_media_cli.retention import holds, retention_rows
from occ_media_cli.retention.carried_events import conditions_of, identity_of, placing_of, read_event, read_origin
from occ_media_cli.retention.holds import LONGEST_NAME
from occ_media_cli.retention.lost import Loss, secret
from occ_media_cli.retention.model import each, one_or_more
from occ_media_cli.store import chain, record
from occ_media_cli.store.free_texts import ERASED
from occ_media_cli.vocabulary import ENTRY_STEPS, ORPHAN_STEPS, state_of

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Hold


@dataclass(slots=True)
class Carried:
    """The result of carrying over. wider: holds that cover more than before, each with the reason, because the restored
    store does not have what they were about; marked: entries whose files are on record as gone; brought_back: those
    whose files were brought back from quarantine, so that their plan does not take them again; aliases: persons with
    several ids; separated: ids that were taken for another person's in the backup."""

    holds: int = 0
    erasures: int = 0
    marked: int = 0
    brought_back: int = 0
    aliases: int = 0
    separated: int = 0
    wider: list[str] = field(default_factory=list)


def carry(old: sqlite3.Connection, new: sqlite3.Connection, loss: Loss, stamp: chain.Stamp) -> Carried:
    """Do again on the new store what only the old one knows, inside the caller's transaction on the new one.

    Call `ledger.erase_traces.prepare` before, and its `clean` after where something was erased.
    """
    run = _Run(old, new, loss, stamp)
    run.removals()  # before the erasures: the plans that are carried may name a customer
    run.erasures()
    run.aliases()  # before the holds: a hold on a person covers every id of this person
    run.holds()
    return run.done


class _Run:
    """One restore."""

    def __init__(self, old: sqlite3.Connection, new: sqlite3.Connection, loss: Loss, stamp: chain.Stamp) -> None:
        self.old, self.new, self.common, self.stamp = old, new, loss.common, stamp
        self.same_store = loss.same_store
        self.behind = chain.head(new)[0]
        """Where the restored chain ended before anything was carried over, the event of the restore included."""
        self.done = Carried()
        self._secrets = secret(old), secret(new)

    # Where something of the old store is in the new one

    def entry(self, seq: int) -> int | None:
        """The place of a record of the old store in the new one, None where it has none."""
        if seq <= self.common:
            return seq
        row = self.old.execute(
            "SELECT r.kind, w.text, r.id, r.key FROM record r JOIN word w ON w.code = r.source WHERE r.seq = ?", (seq,)
        ).fetchone()
        if row is None:
            return None
        kind, source, identity, key = row
        if identity is not None:
            key = record.key_of(record.key_prefix(self._secrets[1], kind, source), identity)
        elif not self.same_store:
            return None
        return _by_key(self.new, key)

    def inbox(self, number: int) -> int | None:
        """The number of an inbox of the old store in the new one, None where it has none: an inbox is the one that was
        added in the part that both chains have. Another one may have its name, and be something else."""
        made = self.old.execute(
            "SELECT seq FROM event WHERE kind = 'inbox-add' AND json_extract(body, '$.inbox') = ?", (number,)
        ).fetchone()
        return number if made is not None and made[0] <= self.common else None

    # Removals

    def removals(self) -> None:
        """Say again which files wait in quarantine, which are gone, and which were brought back.

        Where a plan means the same in the restored chain, every step of its files is recorded again in its order: a
        plan takes a file once, so that one which was brought back is safe from it, as it was before. No approval is
        carried over, so that a file in quarantine can be brought back and no carried plan can remove one. A plan means
        nothing on another chain, nor on one that has parted before it was made: there entries are marked as deleted.
        """
        ends = {
            seq: (state, event)
            for seq, state, event in self.old.execute(
                "SELECT seq, state, event FROM removal WHERE event > ?", (self.common,)
            )
        }
        steps, own = (*ENTRY_STEPS, *ORPHAN_STEPS), state_of(ENTRY_STEPS)
        rows = self.old.execute(
            f"SELECT seq, kind FROM event WHERE kind IN ({', '.join('?' * len(steps))}) AND seq > ? ORDER BY seq",
            (*steps, self.common),
        ).fetchall()
        parted = not self.same_store or self._parted()
        gone: set[int] = set()
        back: set[int] = set()
        for seq, kind in rows:
            body, _, _, _, was = read_event(self.old, seq)
            shared = self.same_store and self._is_common(body["number"])
            origin = {"carried": body.get("carried", was)}
            if kind in ORPHAN_STEPS:
                if shared:  # an orphan is known by the event that names it, which only a plan in both chains has
                    retention_rows.record(self.new, chain.Event(kind, {**body, **origin}, self.stamp.now), self.stamp)
                continue
            files, last = [], []
            for item in body["files"]:
                places = {entry: place for entry in item["entries"] if (place := self.entry(entry)) is not None}
                if places:
                    files.append({**item, "entries": list(places.values())})
                for entry, place in places.items():
                    state, event_of = ends.get(entry, (own[kind], seq))
                    (back if state == "restored" else gone).add(place)
                    if event_of == seq and state != "restored":
                        last.append(place)
            if not files:
                continue
            if shared or not parted:
                self._plan(body["number"])
                event = chain.Event(kind, {**body, "files": files, **origin}, self.stamp.now)
                retention_rows.record(self.new, event, self.stamp)
                last = last if kind == "purge-finish" else []
            removed(self.new, last, body["at"], f"restore:{seq}:{body['plan']}")
        self.done.marked, self.done.brought_back = len(gone), len(back)

    def _is_common(self, plan: int) -> bool:
        """Whether both chains have a plan, and so all that it lists."""
        row = self.old.execute("SELECT event FROM plan_state WHERE number = ?", (plan,)).fetchone()
        return row is not None and row[0] <= self.common

    def _parted(self) -> bool:
        """Whether the backup has something of its own behind what both chains have."""
        (restored,) = self.new.execute("SELECT max(seq) FROM event WHERE kind = 'store-restore'").fetchone()
        return bool(restored - 1 > self.common)

    def _plan(self, number: int) -> None:
        """The plan that a removal belongs to, without its approval."""
        if self.new.execute("SELECT 1 FROM plan_state WHERE number = ?", (number,)).fetchone() is not None:
            return
        for (seq,) in self.old.execute(
            "SELECT seq FROM event WHERE kind IN ('plan-part', 'plan') AND json_extract(body, '$.number') = ?"
            " ORDER BY seq",
            (number,),
        ).fetchall():
            body, personal, _, _, was = read_event(self.old, seq)
            kind = "plan" if "content" in body else "plan-part"
            event = chain.Event(kind, {**body, "carried": body.get("carried", was)}, self.stamp.now, None, personal)
            retention_rows.record(self.new, event, self.stamp)

    # Erasures

    def erasures(self) -> None:
        """Erase again, one entry for each erasure of the old store that reaches something here."""
        wanted: dict[int, list[int]] = {}
        for seq, event in self.old.execute("SELECT seq, event FROM erased WHERE seq <= ? ORDER BY seq", (self.common,)):
            wanted.setdefault(event, []).append(seq)
        for seq, event in self._parted_erased():
            wanted.setdefault(event, []).append(seq)
        texts: dict[int, list[tuple[int, str]]] = {}
        for seq, place, event in self.old.execute(
            "SELECT seq, place, event FROM free_text WHERE event IS NOT NULL AND seq <= ? ORDER BY seq, place",
            (self.common,),
        ):
            texts.setdefault(event, []).append((seq, place))
        for event in sorted({*wanted, *texts}):
            _, _, reason, _, was = read_event(self.old, event)
            made = chain.Event("erasure", {"carried": was}, self.stamp.now, reason)
            again = erase.erase_again(
                self.new, wanted.get(event, ()), made, self.stamp, texts.get(event, ()), (retention_rows.reword,)
            )
            if again is not None:
                self.done.erasures += 1

    def _parted_erased(self) -> Iterator[tuple[int, int]]:
        """Records that only the restored chain has, and whose like was erased in the old store: an id that was erased
        is still known by its key."""
        (count,) = self.old.execute("SELECT count(*) FROM erased").fetchone()
        if not count or self.behind <= self.common:
            return
        query = (
            "SELECT r.seq, r.kind, w.text, r.id FROM record r JOIN word w ON w.code = r.source"
            " WHERE r.seq > ? AND r.id IS NOT NULL"
        )
        for seq, kind, source, identity in self.new.execute(query, (self.common,)):
            known = _by_key(self.old, record.key_of(record.key_prefix(self._secrets[0], kind, source), identity))
            if known is not None:
                row = self.old.execute("SELECT event FROM erased WHERE seq = ?", (known,)).fetchone()
                if row is not None:
                    yield seq, int(row[0])

    # Persons

    def aliases(self) -> None:
        """Say again which ids are one person's, so that no hold covers less than it did, and which are not any more, so
        that no erasure of one person reaches another.

        Of another store nothing is taken apart: what it says of its own is not what was said here.
        """
        if self.same_store:
            known = [read_origin(self.new, said.person.alias) for said in alias_events(self.new, self.common)]
            for said in alias_events(self.old, self.common):
                was = read_origin(self.old, said.person.alias)
                if was in known:
                    continue
                if said.is_removal:
                    self.done.separated += carry_alias_removal(self.new, said, was, self.stamp)
                elif len(said.ids) > 1:  # none where an erasure took them
                    carry_alias(self.new, said.person, was, self.stamp)
        for person in persons(self.old):
            carry_alias(self.new, person, read_origin(self.old, person.alias), self.stamp)
        self.done.aliases = sum(person.alias > self.behind for person in persons(self.new))

    # Holds

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
            if seq <= self.common and seq in events:
                continue
            before, personal, reason, ms, was = read_event(self.old, seq)
            wider = len(self.done.wider)
            scope = self._scope(hold)
            if identity_of(before, was, scope, personal) in there:
                del self.done.wider[wider:]
            else:
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
        entries = [place for place in map(self.entry, each(hold.entry)) if place is not None]
        if len(entries) < len(each(hold.entry)):
            # The entry may come again with its source: what is at its time in its inbox is held.
            stood = [
                self.old.execute("SELECT ms, inbox FROM record WHERE seq = ?", (seq,)).fetchone()
                for seq in each(hold.entry)
            ]
            since, until = min(ms for ms, _ in stood), max(ms for ms, _ in stood) + 1
            inboxes, entries = tuple(dict.fromkeys(inbox for _, inbox in stood)), []
            self.done.wider.append(f"{hold.name}: its entry is not in the backup; it holds every file of that moment")
        numbers = [number for number in map(self.inbox, inboxes) if number is not None]
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


def _by_key(connection: sqlite3.Connection, key: int) -> int | None:
    row = connection.execute(
        "SELECT seq FROM record_key WHERE key = :key UNION ALL SELECT seq FROM recent_key WHERE key = :key",
        {"key": key},
    ).fetchone()
    return None if row is None else int(row[0])
