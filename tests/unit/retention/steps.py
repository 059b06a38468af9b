"""A purge and the end of its grace, stopped at every single step: at each statement of SQL, and before and after each
call of the place that keeps the bytes. At the step a hold comes from another process, or the process is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from occ_media_cli import times
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger as verify_ledger
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.retention import holds, retention_rows, verify
from occ_media_cli.retention.purge import finish, guards, quarantine, recover, start
from occ_media_cli.store import connect
from tests.unit.retention.store import START, Store, stamp

DAY = times.DAY
DUE = START + 30 * DAY
END = DUE + 7 * DAY
NAMES = ("f-0", "f-1", "f-2")
ORPHANS = ("lost/o-0", "lost/o-1")
HELD = "f-1"


class Watched:
    """A place that keeps bytes, which says so before and after each call."""

    def __init__(self, storage: Any, tick: Callable[[], None]) -> None:
        self._storage, self._tick = storage, tick

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._storage, name)

        def call(*values: Any, **options: Any) -> Any:
            self._tick()
            try:
                return found(*values, **options)
            finally:
                self._tick()

        return call


class World:
    """A store with an approved plan of three files and one of two orphans, put back to the same state each time."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.store.rules({"remove_after": "30d"})
        for name in (*NAMES, "stays"):
            self.store.file(name, DUE if name == "stays" else START)
        for path in ORPHANS:
            self.store.orphan(path)
        self.plan = self.store.approved(DUE)
        self.orphans = self.store.approved_orphans(DUE)
        self.seq = self.store.seq(HELD)
        self.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.connection.close()
        self.saved: dict[bool, Path] = {}
        for purged in (False, True):
            self.saved[purged] = folder / f"saved-{purged}.db"
            if purged:
                self.reset(purged=False)
                self.purge(lambda: None)
                self.close()
            shutil.copy(self.store.path, self.saved[purged])
        self.waiting = self.names_in_quarantine()
        assert len(self.waiting) == 5

    def names_in_quarantine(self) -> list[str]:
        return sorted(path.name for path in (self.store.media / QUARANTINE).iterdir())

    def close(self) -> None:
        self.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.connection.close()

    def reset(self, *, purged: bool) -> None:
        """Everything as it was before the purge, or after it."""
        for leftover in self.store.folder.glob("s.db*"):
            leftover.unlink()
        shutil.copy(self.saved[purged], self.store.path)
        room = self.store.media / QUARANTINE
        shutil.rmtree(room, ignore_errors=True)
        files = {**{f"2026/{name}": name for name in NAMES}, **{path: path for path in ORPHANS}}
        for path, data in files.items():
            self.store.orphan(path, data=data.encode())
        if purged:
            room.mkdir(mode=0o700)
            for name, path in zip(self.waiting, self.paths(), strict=True):
                (self.store.media / path).rename(room / name)
        self.open()

    def paths(self) -> list[str]:
        """The places of what waits, in the order of the names in quarantine."""
        by_name = {f"{self.plan.plan}-{self.seq_of(name)}": f"2026/{name}" for name in NAMES}
        by_name |= {f"{self.orphans.plan}-{seq}": path for path, seq in self.orphan_seqs().items()}
        return [by_name[name] for name in self.waiting]

    def seq_of(self, name: str) -> int:
        with sqlite3.connect(self.saved[False]) as connection:
            (seq,) = connection.execute("SELECT seq FROM record WHERE id = ?", (name,)).fetchone()
        return int(seq)

    def orphan_seqs(self) -> dict[str, int]:
        with sqlite3.connect(self.saved[False]) as connection:
            rows = connection.execute("SELECT personal, seq FROM event WHERE kind = 'orphan'").fetchall()
        return {"/".join(json.loads(personal)["path"]): seq for personal, seq in rows}

    def open(self) -> None:
        self.store.connection = connect.connect(self.store.path, writable=True)

    def purge(self, tick: Callable[[], None]) -> None:
        connection = self.store.connection
        with open_place(str(self.store.media), locked=True) as storage:
            watched: Any = Watched(storage, tick)
            connection.set_trace_callback(lambda _statement: tick())
            for plan in (self.plan, self.orphans):
                recover.recover(connection, watched, stamp(DUE))
                run = start.start_purge(connection, watched, plan, stamp(DUE), grace=7 * DAY)
                run.run(self.store.path, guards.parse_limit("100%"))
            connection.set_trace_callback(None)

    def finish(self, tick: Callable[[], None]) -> quarantine.GraceOutcome:
        connection = self.store.connection
        with open_place(str(self.store.media), locked=True) as storage:
            watched: Any = Watched(storage, tick)
            connection.set_trace_callback(lambda _statement: tick())
            try:
                return finish.finish(connection, watched, stamp(END), self.store.path)
            finally:
                connection.set_trace_callback(None)

    # What happens at a step

    def hold(self, step: int, scope: holds.HoldScope, *, purged: bool) -> bool:
        """Place a hold at a step, or as soon after it as the store can be written. False where there is no such step."""
        self.reset(purged=purged)
        other = connect.connect(self.store.path, writable=True)
        other.execute("PRAGMA busy_timeout = 0")
        count, placed = 0, False

        def attempt() -> None:
            nonlocal placed
            try:
                holds.place_hold(other, "late", scope, "a reason", stamp(END))
                placed = True
            except sqlite3.OperationalError as problem:
                if "locked" not in str(problem):  # the purge is in a transaction: no hold can come in between
                    raise

        def tick() -> None:
            nonlocal count
            count += 1
            if count >= step and not placed:
                attempt()

        (self.finish if purged else self.purge)(tick)
        reached = count >= step
        if not placed:
            attempt()
        assert placed
        other.close()
        return reached

    def kill(self, step: int, *, purged: bool) -> bool:
        """Kill the process at a step. False where it came to its end before."""
        self.reset(purged=purged)
        self.store.connection.close()
        child = os.fork()
        if child == 0:
            count = 0

            def tick() -> None:
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                self.open()
                (self.finish if purged else self.purge)(tick)
                os._exit(0)
            finally:
                os._exit(1)
        status = os.waitpid(child, 0)[1]
        self.open()
        assert status == 0 or os.WIFSIGNALED(status)
        return status != 0

    # What must be true

    def states(self) -> dict[str, str]:
        """What the ledger says of each file."""
        found = dict(self.store.connection.execute("SELECT e.id, p.state FROM purged p JOIN entry e USING (seq)"))
        names = {seq: path for path, seq in self.orphan_seqs().items()}
        kinds = {"orphan-purge": "quarantined", "orphan-finish": "removed", "orphan-restore": "restored"}
        for kind, body in self.store.connection.execute(
            "SELECT kind, body FROM event WHERE kind GLOB 'orphan-*' ORDER BY seq"
        ):
            if kind in kinds:
                found.update({names[item["orphan"]]: kinds[kind] for item in json.loads(body)["files"]})
        return {name: found.get(name, "there").replace("restored", "there") for name in (*NAMES, *ORPHANS)}

    def disk(self) -> dict[str, str]:
        """Where the bytes of each file are."""
        room = dict(zip(self.paths(), self.waiting, strict=True))
        found = {}
        for name in (*NAMES, *ORPHANS):
            path = f"2026/{name}" if name in NAMES else name
            here, inside = (self.store.media / path).exists(), (self.store.media / QUARANTINE / room[path]).exists()
            found[name] = {(True, False): "there", (False, True): "quarantined", (False, False): "removed"}.get(
                (here, inside), "twice"
            )
        return found

    def going(self) -> set[str]:
        """Files that were about to be unlinked when a run ended."""
        paths = dict(zip(self.waiting, self.paths(), strict=True))
        rows = self.store.connection.execute(
            "SELECT body FROM event WHERE kind = 'purge-unlink' AND seq > (SELECT coalesce(max(seq), 0) FROM event"
            " WHERE kind IN ('purge-finish', 'orphan-finish', 'purge-spared'))"
        )
        return {paths[item["name"]].removeprefix("2026/") for (body,) in rows for item in json.loads(body)["files"]}

    def wrong(self) -> list[str]:
        """Where ledger, quarantine and disk do not say the same."""
        disk, states = self.disk(), self.states()
        found = [f"{name} is {states[name]} and {disk[name]}" for name in disk if states[name] != disk[name]]
        with open_place(str(self.store.media), locked=False) as storage:
            result = verify.verify_removals(self.store.connection, storage)
        found += [
            f"{item.code}: {item.path}" for item in result.wrong if item.code != "orphan" or item.path not in ORPHANS
        ]
        own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
        if not verify_ledger(self.store.connection, projections=[own]).intact:
            found.append("the ledger does not verify")
        return found

    def lost(self) -> list[str]:
        """Files that are gone without a word in the chain."""
        states, going = self.states(), self.going()
        return [
            name for name, where in self.disk().items()
            if where == "removed" and states[name] != "removed" and name not in going
        ]  # fmt: skip

    def too_late(self, names: tuple[str, ...]) -> list[str]:
        """Files that a hold covered before a step was recorded that moved or removed them."""
        connection = self.store.connection
        (placed,) = connection.execute("SELECT max(event) FROM hold_state").fetchone()
        moved = self.orphan_seqs() | {name: self.seq_of(name) for name in NAMES}
        found = []
        for kind, seq, body in connection.execute(
            "SELECT kind, seq, body FROM event WHERE kind IN ('purge', 'purge-finish', 'orphan-purge', 'orphan-finish')"
        ):
            for item in json.loads(body)["files"]:
                numbers = item.get("entries", [item.get("orphan")])
                found += [f"{name}: {kind}" for name in names if moved[name] in numbers and seq > placed]
        return found


def hold_at_every_step(world: World, each: int) -> int:
    """A hold at each step of a purge and of the end of its grace; how many there were."""
    steps = 0
    for scope, held in ((holds.HoldScope(entry=world.seq), (HELD,)), (holds.HoldScope(since=0), (*NAMES, *ORPHANS))):
        for purged in (False, True):
            step = 1
            while world.hold(step, scope, purged=purged):
                where = f"hold at step {step} of {'finish' if purged else 'purge'}"
                assert world.wrong() == [], where
                assert world.too_late(held) == [], where
                states = world.states()
                if purged:
                    assert states["f-0"] == "removed" or "f-0" in held, where
                    world.finish(lambda: None)
                    assert world.states() == states, where
                    assert world.wrong() == [], where
                    for name in held:
                        if states[name] == "quarantined":
                            label = name if name in NAMES else f"#{world.orphan_seqs()[name]}"
                            world.store.restore(label, END)
                    assert world.wrong() == [], where
                world.store.connection.close()
                step, steps = step + each, steps + 1
            world.store.connection.close()
    return steps


def kill_at_every_step(world: World, each: int) -> int:
    """kill -9 at each step, a hold where the run was dead, and another run; how many there were."""
    steps = 0
    for purged in (False, True):
        for late in (False, True):
            step = 1
            while world.kill(step, purged=purged):
                where = f"kill at step {step} of {'finish' if purged else 'purge'}, held: {late}"
                assert world.lost() == [], where
                gone = {name for name, place in world.disk().items() if place == "removed"}
                if late:
                    world.store.hold("late", END, entry=world.seq)
                if not purged:
                    world.purge(lambda: None)
                world.finish(lambda: None)
                assert world.wrong() == [], where
                states = world.states()
                assert {name for name in states if states[name] == "removed"} >= gone, where
                if late:
                    assert (states[HELD] == "removed") == (HELD in gone), where
                else:
                    assert set(states.values()) == {"removed"}, where
                world.store.connection.close()
                step, steps = step + each, steps + 1
            world.store.connection.close()
    return steps
