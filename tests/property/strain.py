"""Many writers at once, and commands that are killed: what must be true of the store afterwards."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from tests.e2e.program import occ_media

ENVIRONMENT = {**os.environ, "OCC_MEDIA_ACTOR": "dana", "PYTHONPATH": os.pathsep.join(sys.path)}

WRITER = """
import io, sys
from contextlib import redirect_stdout
from occ_media_cli.__main__ import run
store, number, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
failed = 0
for turn in range(count):
    words = (["set", f"w{number}", "--receive", "off" if turn % 4 == 0 else "on"] if turn % 2 == 0
             else ["inbox", "tag", "shared", f"t{number}-{turn}"])
    with redirect_stdout(io.StringIO()):
        code = run(["--store", store, *words])
    failed += code != 0
sys.exit(failed and 1)
"""

LOOP = """
import io, sys
from contextlib import redirect_stdout
from occ_media_cli.__main__ import run
store, first = sys.argv[1], int(sys.argv[2])
for turn in range(first, first + 10_000):
    told = io.StringIO()
    with redirect_stdout(told):
        code = run(["--store", store, "set", "vip", "--receive", "off" if turn % 2 else "on", "--message", f"turn {turn}"])
    if code:
        raise SystemExit(code)
    sys.stdout.write(f"{turn}\\n")
    sys.stdout.flush()
"""


def _run(store: Path, *words: str) -> str:
    return occ_media("--store", str(store), *words, cwd=store.parent).out


def _ledger(store: Path) -> Path:
    return store.with_suffix(".ledger.db") if store.suffix == ".toml" else store


def whole(store: Path) -> None:
    """SQLite finds no damage, the chain has no gap, and the document is the one that the ledger speaks of."""
    with closing(sqlite3.connect(_ledger(store))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        events = connection.execute("SELECT count(*), max(seq) FROM event").fetchone()
        assert events[0] == events[1] == connection.execute("SELECT seq FROM head").fetchone()[0]
        assert connection.execute("SELECT count(*) FROM intent").fetchone()[0] == 0
        if store.suffix == ".toml":
            row = connection.execute(
                "SELECT document FROM event WHERE document IS NOT NULL ORDER BY seq DESC"
            ).fetchone()
            assert row[0] == sha256(store.read_bytes()).digest()


def writers(store: Path, processes: int, changes: int) -> str:
    """Let processes change one store at once; returns what was shown, after everything was found complete."""
    for name in ["shared", *(f"w{number}" for number in range(processes))]:
        _run(store, "inbox", "add", name)
    begun = time.monotonic()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(store), str(number), str(changes)],
            env=ENVIRONMENT, stderr=subprocess.PIPE, text=True,
        )
        for number in range(processes)
    ]  # fmt: skip
    errors = [process.communicate()[1] for process in running]
    seconds = time.monotonic() - begun
    assert [process.returncode for process in running] == [0] * processes, errors
    shown = {item["name"]: item for item in json.loads(_run(store, "show", "--format", "json"))["inboxes"]}
    wanted = {f"t{number}-{turn}" for number in range(processes) for turn in range(1, changes, 2)}
    assert set(shown["shared"]["tags"]) == wanted, "a tag was lost"
    versions = json.loads(_run(store, "history", "--format", "json"))["versions"]
    numbers: dict[str, list[int]] = {}
    for version in versions:
        numbers.setdefault(version["name"], []).append(version["version"])
    for name, found in numbers.items():
        assert found == list(range(1, len(found) + 1)), name
    assert len(numbers["shared"]) == 1 + len(wanted)
    assert all(len(numbers[f"w{number}"]) == 1 + (changes + 1) // 2 for number in range(processes))
    whole(store)
    return f"{processes} x {changes} changes in {seconds:.1f} s, none lost, {len(versions):,} versions"


def kills(store: Path, count: int, seed: int) -> str:
    """Kill a process that changes the store again and again; returns what happened, after all was found whole."""
    chance = random.Random(seed)
    _run(store, "inbox", "add", "vip")
    acknowledged, unacknowledged, turn = 0, 0, 1
    for _ in range(count):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(store), str(turn)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        lines = [process.stdout.readline()]  # the first change is made; from now on any moment may be the last
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        said = [int(line) for line in lines if line.endswith("\n")]
        _run(store, "inbox", "tag", "vip", f"k{turn}")  # the next command ends or drops what was interrupted
        whole(store)
        current = json.loads(_run(store, "show", "vip", "--format", "json"))["inboxes"][0]
        made = int(re.sub(r"\D", "", current["message"]))
        assert made in (said[-1], said[-1] + 1), f"acknowledged {said[-1]}, there is {made}"
        assert current["receive"] is (made % 2 == 0)
        assert not list(store.parent.glob(f".{store.name}.*.tmp")), "something half-written was left"
        acknowledged += len(said)
        unacknowledged += made > said[-1]
        turn = made + 1
    return f"{count} kills: {acknowledged:,} acknowledged changes all there, {unacknowledged} more had been made"
