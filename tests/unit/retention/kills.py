"""Killing a purge at any moment: after the next run the ledger, the quarantine and the disk say the same."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from random import Random

from occ_media_cli import times
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import connect
from tests.unit.retention.store import START, Store

DAY = times.DAY
DUE = START + 30 * DAY
FILES = 8


class Victim:
    """A store with an approved plan, and its root, put back to the same state before each kill."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.store.rules({"remove_after": "30d"})
        for number in range(FILES):
            self.store.file(f"f-{number}")
        for number in range(FILES):
            self.store.file(f"new-{number}", DUE)
        self.plan = self.store.approved(DUE)
        self.names = {f"f-{number}": f"{self.plan.plan}-{self.store.seq(f'f-{number}')}" for number in range(FILES)}
        self._reopen(None)
        self.saved = folder / "saved.db"
        shutil.copy(self.store.path, self.saved)
        self.seconds = 0.0

    def _reopen(self, saved: Path | None) -> None:
        self.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.connection.close()
        if saved is not None:
            for leftover in self.store.folder.glob("s.db*"):
                leftover.unlink()
            shutil.copy(saved, self.store.path)
        self.store.connection = connect.connect(self.store.path, writable=True)

    def reset(self) -> None:
        """Everything as before the purge, in the same root folder."""
        self._reopen(self.saved)
        shutil.rmtree(self.store.media / QUARANTINE, ignore_errors=True)
        for number in range(FILES):
            (self.store.media / "2026" / f"f-{number}").write_bytes(f"f-{number}".encode())

    def work(self) -> None:
        """A purge, a restore, and the end of the grace."""
        self.store.purge(self.plan, DUE)
        if self.store.waiting():
            self.store.restore("f-3", DUE)
        self.store.finish(DUE + 7 * DAY)

    def kill(self, random: Random) -> float:
        """Run the work in a process of its own and kill it at a random moment; how far it came, in seconds."""
        self.store.connection.close()
        child = os.fork()
        if child == 0:
            try:
                self.store.connection = connect.connect(self.store.path, writable=True)
                self.work()
            finally:
                os._exit(0)
        delay = random.uniform(0, self.seconds)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.store.connection = connect.connect(self.store.path, writable=True)
        return delay

    def measure(self) -> None:
        """How long the work takes when nobody kills it."""
        self.reset()
        begin = time.perf_counter()
        self.work()
        self.seconds = (time.perf_counter() - begin) * 1.6

    def disagreements(self) -> list[str]:
        """Where ledger, quarantine and disk do not say the same."""
        states = dict(self.store.connection.execute("SELECT e.id, p.state FROM purged p JOIN entry e USING (seq)"))
        waiting = set(self.store.waiting())
        found = []
        for name, room in self.names.items():
            state = states.get(name, "there")
            path = self.store.media / "2026" / name
            here = path.exists() and path.read_bytes() == name.encode()
            inside = room in waiting and (self.store.media / QUARANTINE / room).read_bytes() == name.encode()
            wanted = {"there": (True, False), "restored": (True, False), "quarantined": (False, True),
                      "removed": (False, False)}[state]  # fmt: skip
            if (here, inside) != wanted:
                found.append(f"{name} is {state} and at its place: {here}, in quarantine: {inside}")
        found += [f"{name} in quarantine" for name in waiting - set(self.names.values())]
        found += [f"new-{n} is gone" for n in range(FILES) if not (self.store.media / "2026" / f"new-{n}").exists()]
        return found

    def intact(self) -> bool:
        """Whether the ledger verifies, with every table that retention events make."""
        own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
        return verify_ledger(self.store.connection, projections=[own]).intact


def round_of(victim: Victim, seed: int) -> tuple[list[str], str]:
    """Kill once, run again, compare; then let everything end, and compare again. The second is how far it had come."""
    random = Random(seed)
    victim.reset()
    victim.kill(random)
    states = victim.store.connection.execute("SELECT state, count(*) FROM purged GROUP BY state ORDER BY state")
    reached = ", ".join(f"{number} {state}" for state, number in states) or "nothing"
    # A machine that is busy with other things is slower than it was when it was measured: aim at the middle.
    victim.seconds *= {"nothing": 1.1, "7 removed, 1 restored": 0.85}.get(reached, 1)
    victim.store.purge(victim.plan, DUE)
    victim.store.finish(DUE + DAY)
    found = victim.disagreements()
    victim.store.finish(DUE + 7 * DAY)
    found += victim.disagreements()
    states = victim.store.connection.execute("SELECT count(*) FROM purged WHERE state IN ('removed', 'restored')")
    if states.fetchone()[0] != FILES:
        found.append("not every file came to its end")
    if not victim.intact():
        found.append("the ledger does not verify")
    return found, reached
