"""Carrying removals over a restore: which files wait in quarantine, which are gone, and which were brought back.

Where a plan means the same in the restored chain, every step of its files is recorded again in its order: a plan takes
a file once, so that one which was brought back is safe from it, as it was before. No approval is carried over, so that
a file in quarantine can be brought back and no carried plan can remove one. A plan means nothing on another chain, nor
on one that has parted before it was made: there entries are marked as deleted. Such steps are remembered by the keys of
the entries, and so are those of entries that the restored store does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import remembered
from occ_media_cli.ledger.remembered import Memory
from occ_media_cli.ledger.removed import removed
from occ_media_cli.retention import retention_rows
from occ_media_cli.retention.carried_events import read_event, read_origin
from occ_media_cli.retention.two_stores import told_apart
from occ_media_cli.store import chain
from occ_media_cli.values import value
from occ_media_cli.vocabulary import ENTRY_STEPS, ORPHAN_STEPS

if TYPE_CHECKING:
    from occ_media_cli.retention.two_stores import TwoStores

_STEPS = (*ENTRY_STEPS, *ORPHAN_STEPS)
TAKEN, FINISHED, RESTORED = ENTRY_STEPS


@value
class _Step:
    """One step of a removal. body: what its event says besides its files; plan: where its plan first stood. files: each
    with the keys of its entries; places: those of them that the restored store has. number: of the plan, in the
    replaced store; None where this only remembers the step."""

    kind: str
    origin: Mapping[str, Any]
    body: Mapping[str, Any]
    plan: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]
    places: Mapping[int, int]
    secret: bytes
    number: int | None

    @property
    def keys(self) -> list[int]:
        """The keys of all its entries."""
        return [key for item in self.files for key in item.get("keys", ())]

    def only(self, keys: Mapping[int, int]) -> list[dict[str, Any]]:
        """Its files as an event says them, with the places of some of its entries."""
        found = []
        for item in self.files:
            entries = [keys[key] for key in item["keys"] if key in keys]
            if entries:
                found.append({**{name: said for name, said in item.items() if name != "keys"}, "entries": entries})
        return found


class Removals:
    """The removals of one restore. gone and back: entries of the restored store whose files are not in their place, and
    those that were brought back."""

    def __init__(self, stores: TwoStores, stamp: chain.Stamp) -> None:
        self.stores, self.stamp = stores, stamp
        self.gone: set[int] = set()
        self.back: set[int] = set()

    def carry(self) -> None:
        """Say everything again on the restored store, inside the caller's transaction."""
        steps = list(self._steps())
        last = {(step.secret, key): position for position, step in enumerate(steps) for key in step.keys}
        for position, step in enumerate(steps):
            if step.kind in ORPHAN_STEPS:
                self._orphan(step)
                continue
            name = told_apart(step.origin)
            there = {key: place for key, place in step.places.items() if (name, place) not in self._said}
            ends = {key: place for key, place in there.items() if last[step.secret, key] == position}
            (self.back if step.kind == RESTORED else self.gone).update(ends.values())
            whole = not there or self._entries(step, there, [] if step.kind == RESTORED else list(ends.values()))
            self._remember(step, [key for key in step.keys if key not in step.places or (key in there and not whole)])

    def _steps(self) -> Iterator[_Step]:
        """Every step of the replaced store behind the common part, those that it remembers included, in their order."""
        stores = self.stores
        own = stores.old.execute(
            f"SELECT seq, kind FROM event WHERE kind IN ({', '.join('?' * len(_STEPS))}) AND seq > ?",
            (*_STEPS, stores.common),
        ).fetchall()
        found: dict[int, Memory | str] = dict(own)
        found |= {memory.seq: memory for memory in remembered.memories(stores.old, _STEPS, stores.common)}
        for seq in sorted(found):
            said = found[seq]
            yield self._own_step(seq, said) if isinstance(said, str) else self._remembered_step(said)

    def _remembered_step(self, memory: Memory) -> _Step:
        secret, about = remembered.secret_of(memory, self.stores.old_secret), memory.about
        keys = {key for item in about["files"] for key in item.get("keys", ())}
        return _Step(
            memory.of, memory.origin, about["said"], about["plan"], about["files"],
            self.stores.at_keys(secret, keys), secret, None,
        )  # fmt: skip

    def _own_step(self, seq: int, kind: str) -> _Step:
        stores = self.stores
        body, *_ = read_event(stores.old, seq)
        said = {name: each for name, each in body.items() if name not in ("files", "carried", "number")}
        places, files = {}, []
        for item in body["files"]:
            keys = {entry: stores.key(entry) for entry in item.get("entries", ())}
            places.update({keys[entry]: place for entry in keys if (place := stores.entry(entry)) is not None})
            kept = {name: each for name, each in item.items() if name != "entries"}
            files.append({**kept, "keys": list(keys.values())} if keys else kept)
        return _Step(
            kind, read_origin(stores.old, seq), said, self._plan_of(body["number"]), files, places,
            stores.old_secret, body["number"],
        )  # fmt: skip

    def _plan_of(self, number: int) -> Mapping[str, Any]:
        """Where a plan of the replaced store first stood."""
        (event,) = self.stores.old.execute("SELECT event FROM plan_state WHERE number = ?", (number,)).fetchone()
        return read_origin(self.stores.old, event)

    # On the restored store

    def _entries(self, step: _Step, there: Mapping[int, int], last: list[int]) -> bool:
        """Say a step of entries again: of a plan where it means the same here, else only that the bytes are gone.
        Whether all of it was said. last: entries whose bytes went for good, or wait, as far as is known."""
        plan = self._plan_here(step)
        if plan is not None:
            said = {**step.body, "number": plan, "files": step.only(there), "carried": dict(step.origin)}
            retention_rows.record(self.stores.new, chain.Event(step.kind, said, self.stamp.now), self.stamp)
            last = last if step.kind == FINISHED else []
        because = f"restore:{step.origin['seq']}:{step.body['plan']}"
        removed(self.stores.new, last, step.body["at"], because)
        return plan is not None

    def _orphan(self, step: _Step) -> None:
        """Say a step of an orphan again; it is known by the event that names it, which only a plan of both chains has,
        and is remembered where this one does not have it."""
        number, name = self._plans.get(told_apart(step.plan)), told_apart(step.origin)
        if number is None:
            self._remember(step, [])
        elif not self.stores.events(step.origin):
            said = {**step.body, "number": number, "files": list(step.files), "carried": dict(step.origin)}
            retention_rows.record(self.stores.new, chain.Event(step.kind, said, self.stamp.now), self.stamp)
        self._remembered.add((name, b"", 0))

    def _remember(self, step: _Step, keys: Sequence[int]) -> None:
        """Remember a step of what the restored store does not have, once."""
        name = told_apart(step.origin)
        files: list[dict[str, Any]] = []
        if step.kind in ORPHAN_STEPS:
            if (name, b"", 0) not in self._remembered:
                files = [dict(item) for item in step.files]
        else:
            wanted = {key for key in keys if (name, step.secret, key) not in self._remembered}
            for item in step.files:
                some = [key for key in item["keys"] if key in wanted]
                if some:
                    files.append({**item, "keys": some})
        if not files:
            return
        personal = {} if step.secret == self.stores.new_secret else {remembered.OTHER_STORE: step.secret.hex()}
        about = {"at": step.body["at"], "said": dict(step.body), "plan": dict(step.plan), "files": files}
        remembered.remember(self.stores.new, Memory(step.kind, step.origin, about, personal, None), self.stamp)

    def _plan_here(self, step: _Step) -> int | None:
        """The number that the plan of a step has on the restored chain, where it means the same there."""
        number = self._plans.get(told_apart(step.plan))
        if number is None and step.number is not None and self.stores.same_store and not self._parted:
            number = self._carry_plan(step)
        return number

    def _carry_plan(self, step: _Step) -> int:
        """Put a plan on record again, without its approval."""
        assert step.number is not None  # noqa: S101  # for mypy: the caller has asked
        stores = self.stores
        for (seq,) in stores.old.execute(
            "SELECT seq FROM event WHERE kind IN ('plan-part', 'plan') AND json_extract(body, '$.number') = ?"
            " ORDER BY seq",
            (step.number,),
        ).fetchall():
            body, personal, *_ = read_event(stores.old, seq)
            kind = "plan" if "content" in body else "plan-part"
            carried = {**body, "carried": read_origin(stores.old, seq)}
            retention_rows.record(
                stores.new, chain.Event(kind, carried, self.stamp.now, None, personal), self.stamp
            )  # fmt: skip
        self._plans[told_apart(step.plan)] = step.number
        return step.number

    @cached_property
    def _plans(self) -> dict[str, int]:
        """The plans of the restored store, by where they first stood."""
        new = self.stores.new
        rows = new.execute("SELECT number, event FROM plan_state").fetchall()
        return {told_apart(read_origin(new, event)): number for number, event in rows}

    @cached_property
    def _parted(self) -> bool:
        """Whether the backup has something of its own behind what both chains have."""
        (restored,) = self.stores.new.execute("SELECT max(seq) FROM event WHERE kind = 'store-restore'").fetchone()
        return bool(restored - 1 > self.stores.common)

    @cached_property
    def _said(self) -> set[tuple[str, int]]:
        """The steps that the restored chain has on record itself: where each first stood, and each of its entries."""
        new = self.stores.new
        found: set[tuple[str, int]] = set()
        for (seq,) in new.execute(
            f"SELECT seq FROM event WHERE kind IN ({', '.join('?' * len(ENTRY_STEPS))}) AND seq <= ?",
            (*ENTRY_STEPS, self.stores.behind),
        ).fetchall():
            body, *_ = read_event(new, seq)
            name = told_apart(read_origin(new, seq))
            found.update((name, entry) for item in body["files"] for entry in item["entries"])
        return found

    @cached_property
    def _remembered(self) -> set[tuple[str, bytes, int]]:
        """What the restored store remembers by itself."""
        found: set[tuple[str, bytes, int]] = set()
        for memory in remembered.memories(self.stores.new, _STEPS):
            name, secret = told_apart(memory.origin), remembered.secret_of(memory, self.stores.new_secret)
            keys = [key for item in memory.about["files"] for key in item.get("keys", ())]
            found.update((name, secret, key) for key in keys)
            if memory.of in ORPHAN_STEPS:
                found.add((name, b"", 0))
        return found
