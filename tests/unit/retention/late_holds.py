"""Holds that are placed while a purge and the end of the grace run, by another process."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from occ_media_cli import times
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.store import connect
from tests.unit.retention.store import START, Store

DAY = times.DAY
DUE = START + 30 * DAY


@dataclass
class Counts:
    """How it ended. lost: held files that went after their hold, are nowhere, or are on record as gone and are there;
    late: holds that came after the end."""

    holds: int = 0
    lost: int = 0
    kept: int = 0
    late: int = 0


def race(folder: Path, files: int, seed: int) -> Counts:
    """Purge and finish while another process holds every file, in random order, one by one."""
    store = Store(folder)
    store.rules({"remove_after": "30d"})
    for number in range(files):
        store.file(f"f-{number}")
    plan = store.approved(DUE)
    entries = [store.seq(f"f-{number}") for number in range(files)]
    random = Random(seed)
    random.shuffle(entries)
    store.connection.close()
    child = os.fork()
    if child == 0:
        try:
            store.connection = connect.connect(store.path, writable=True)
            for entry in entries:
                store.hold(f"h-{entry}", entry=entry)
        finally:
            os._exit(0)
    store.connection = connect.connect(store.path, writable=True)
    ahead = random.randrange(files)
    while store.connection.execute("SELECT count(*) FROM hold_state").fetchone()[0] < ahead:
        time.sleep(0.001)
    store.purge(plan, DUE)
    store.finish(DUE + 7 * DAY)
    os.waitpid(child, 0)
    store.finish(DUE + 8 * DAY)
    return count(store)


def count(store: Store) -> Counts:
    """Compare by the order of the chain, and with the disk."""
    counts = Counts()
    steps: dict[int, list[tuple[int, str]]] = {}
    names: dict[int, str] = {}
    for seq, kind, body in store.connection.execute(
        "SELECT seq, kind, body FROM event WHERE kind IN ('purge', 'purge-finish') ORDER BY seq"
    ):
        for item in json.loads(body)["files"]:
            for entry in item["entries"]:
                steps.setdefault(entry, []).append((seq, kind))
                names[entry] = item["name"]
    for placed, entry, name in store.connection.execute(
        "SELECT h.event, h.entry_seq, e.id FROM hold h JOIN entry e ON e.seq = h.entry_seq"
    ):
        counts.holds += 1
        done = steps.get(entry, [])
        removed = any(kind == "purge-finish" for _, kind in done)
        here = (store.media / "2026" / name).exists()
        waits = entry in names and (store.media / QUARANTINE / names[entry]).exists()
        if any(seq > placed for seq, _ in done) or removed == (here or waits):
            counts.lost += 1
        elif removed:
            counts.late += 1
        else:
            counts.kept += 1
    return counts
