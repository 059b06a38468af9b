"""Purges under a false clock: `--now`, `OCC_MEDIA_NOW` or the machine's own clock (`faketime`) say another time.

The real program runs in processes of its own, and what stands on the disk afterwards is compared with the oracle of the
tests, which shares no code with it: a file goes only when it is due by the earlier of the two clocks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.unit.retention.oracle import goes

FAKETIME = shutil.which("faketime")
"""Debian's program that moves the clock of another one."""

HOUR = 3_600_000
NAMES = {"image": "jpg", "document": "pdf", "audio": "mp3", "video": "mp4"}
SLACK = timedelta(minutes=30)
"""How far every moment of a world is from every boundary: a slow machine does not change an answer."""


@dataclass(frozen=True)
class Clocks:
    """What a command believes. machine: its clock, moved by `faketime` where it is not the true one."""

    machine: datetime
    moved: bool
    now: datetime | None
    by_environment: bool

    @property
    def told(self) -> int:
        """The time of the command in milliseconds."""
        return _ms(self.now or self.machine)

    @property
    def earlier(self) -> int:
        """The earlier of the two clocks."""
        return min(_ms(self.machine), self.told)

    def later(self, span: timedelta) -> Clocks:
        """The same clocks after a while; the true one goes on by itself."""
        now = None if self.now is None else self.now + span
        return replace(self, machine=self.machine + span if self.moved else self.machine, now=now)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


class World:
    """A folder with files that are on record, rules for them, and the commands of one purge."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random, self.folder = Random(seed), folder
        self.true = datetime.now(UTC).replace(microsecond=0)
        self.rules = self._rules()
        self.entries = [self._entry(number) for number in range(self.random.randint(6, 14))]

    def _rules(self) -> list[dict[str, Any]]:
        random = self.random
        scopes = [
            {},
            {"inbox": "vip"},
            {"category": "image"},
            {"direction": "send"},
            {"inbox": "lab", "category": "image"},
        ]
        found: list[dict[str, Any]] = []
        for scope in [{}, *random.sample(scopes[1:], random.randrange(3))]:
            rule: dict[str, Any] = dict(scope)
            for key in ("remove", "keep"):
                if random.random() < 0.7 or (key == "remove" and not scope):
                    rule[key] = random.choice([1, 24, 24 * 30, 24 * 365, 24 * 365, 24 * 3650]) * HOUR
            if len(rule) > len(scope):
                found.append(rule)
        return found

    def _entry(self, number: int) -> dict[str, Any]:
        random = self.random
        category = random.choice(list(NAMES))
        path = self.folder / "media" / f"f{number}.{NAMES[category]}"
        path.parent.mkdir(exist_ok=True)
        data = f"{number} {random.random()}".encode()
        path.write_bytes(data)
        came = self.true - timedelta(hours=random.choice([0, 5, 26, 24 * 40, 24 * 100, 24 * 400])) - SLACK
        return {
            "id": f"e{number}", "time": _ms(came), "inbox": random.choice(["vip", "lab"]), "name": path.name,
            "direction": random.choice(["send", "receive"]), "category": category, "outcome": "delivered",
            "path": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "came": came,
        }  # fmt: skip

    def clocks(self) -> Clocks:
        """A random pair: mostly ahead, now and then behind or true."""
        random, ahead = self.random, timedelta(hours=self.random.choice([48, 24 * 60, 24 * 800, 24 * 5000]))
        moved = FAKETIME is not None and random.random() < 0.25
        machine = self.true + random.choice([ahead, ahead, -ahead / 2]) if moved else self.true
        machine = machine.replace(minute=self.true.minute, second=self.true.second)
        now = random.choice([None, *[self.true + ahead] * 4, self.true - timedelta(hours=3)])
        return Clocks(machine, moved, now, random.random() < 0.5)

    def run(self, clocks: Clocks | None, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """A command under some clocks, or the true ones; AssertionError for another exit code."""
        line, environment = [sys.executable, "-m", "occ_media_cli", "--store", "s.db"], {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "OCC_MEDIA_ACTOR": "dana", "NO_FAKE_STAT": "1",
            **{key: value for key, value in os.environ.items() if key.startswith("PYTHONPATH")},
        }  # fmt: skip
        if clocks is not None and clocks.now is not None:
            moment = clocks.now.isoformat()
            if clocks.by_environment:
                environment["OCC_MEDIA_NOW"] = moment
            else:
                line += ["--now", moment]
        if clocks is not None and clocks.moved:
            line = [str(FAKETIME), "-f", f"@{clocks.machine:%Y-%m-%d %H:%M:%S}", *line]
        done = subprocess.run([*line, *words], cwd=self.folder, env=environment, capture_output=True, text=True,
                              check=False, timeout=120)  # fmt: skip
        assert done.returncode in codes, f"{words} ends with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def set_up(self) -> None:
        """The store, under the true clock."""
        text = "[inboxes.vip]\n[inboxes.lab]\n"
        for rule in self.rules:
            text += "[[retention.rule]]\n"
            for key, value in rule.items():
                text += f'{_WORDS[key]} = "{value // HOUR}h"\n' if key in _WORDS else f'{key} = "{value}"\n'
        (self.folder / "settings.toml").write_text(text, encoding="utf-8")
        rows = [{**entry, "time": entry["came"].isoformat(), "came": None} for entry in self.entries]
        for row in rows:
            del row["came"], row["category"]
        (self.folder / "rows.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        self.run(None, "store", "init")
        self.run(None, "apply", "settings.toml")
        self.run(None, "ledger", "ingest", "ndjson", "rows.ndjson")

    def due(self, moment: int) -> set[str]:
        """The files that may go at a moment, by the oracle."""
        return {entry["path"] for entry in self.entries if goes(entry, self.rules, [], moment)}

    def stored(self) -> set[str]:
        """The files in their place."""
        return {path.name for path in (self.folder / "media").iterdir() if path.is_file()}

    def waiting(self) -> int:
        """How many files wait in quarantine."""
        return sum(path.is_file() for path in (self.folder / "media" / ".occ-media-quarantine").glob("*"))


_WORDS = {"remove": "remove_after", "keep": "keep_for"}


def purge(seed: int, folder: Path) -> Counter[str]:
    """One plan, approved, purged and finished, each under clocks of its own, or all under the same ones.

    Counts what was planned, taken and removed, what came too early, and what stayed although it was due.
    """
    world = World(seed, folder)
    world.set_up()
    one = world.clocks() if world.random.random() < 0.5 else None
    plan_at, approve_at, purge_at, finish_at = (one or world.clocks() for _ in range(4))
    if one is not None:
        finish_at = one.later(timedelta(days=30))
    elif FAKETIME is not None and world.random.random() < 0.5:  # time goes by
        passed = world.random.choice([timedelta(days=8), timedelta(days=500)])
        finish_at = Clocks(purge_at.machine + passed, True, None, False)
    found = Counter[str](files=len(world.entries))
    said = json.loads(world.run(plan_at, "retention", "plan", "--root", "media", "-f", "json"))
    name, planned = said["plan"], {file["path"] for file in said["files"] if file["decision"] == "remove"}
    world.run(approve_at, "--actor", "sam", "retention", "approve", name, "--backdate", "a false clock")
    before = world.stored()
    grace = world.random.choice([90, 7 * 24 * 60])
    world.run(purge_at, "retention", "purge", name, "--root", "media", "--max-delete", "100%", "--grace", f"{grace}m",
              codes=(0, 1))  # fmt: skip
    taken, may = before - world.stored(), world.due(purge_at.earlier)
    found.update(planned=len(planned), spared=len(planned - may), taken=len(taken))
    found["planned wrongly"] = len(planned ^ world.due(plan_at.told))
    found.update(too_early=len(taken - may), kept_though_due=len((planned & may) - taken))
    waiting = world.waiting()
    found["lost"] += int(waiting != len(taken))
    world.run(finish_at, "retention", "purge", "--finish", "--root", "media", codes=(0, 1))
    gone = waiting - world.waiting()
    over = finish_at.earlier >= _ms(purge_at.machine) + grace * 60_000
    allowed = len(taken & world.due(finish_at.earlier)) if over else 0
    found.update(removed=gone, too_early=max(0, gone - allowed), kept_though_due=max(0, allowed - gone))
    found["lost"] += int(world.stored() | taken != before)
    found["under a moved machine clock"] += int(any(c.moved for c in (plan_at, purge_at, finish_at)))
    return found
