"""Appending to a ledger on a disk that loses power, and looking at what is left."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import apsw

from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.entry import Batch, EntryRow
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.lossy import Connection, Disk, LossySystem, PowerCut
from tests.unit.ledger.moving import keys_move_after

COMMIT_EVERY = 20


@dataclass
class Outcome:
    """What a trial came to. lost: rows whose commit had returned and that are gone."""

    acknowledged: int
    lost: int
    corrupt: bool
    mismatched: bool


def rows(count: int) -> list[EntryRow]:
    return [
        EntryRow(
            f"wamid.{n}", 1_772_359_200_000 + n * 1_000, "vip", "receive", f"f{n}.pdf", customer=str(n % 9), size=n,
            sha256=f"{n:064x}", reason=f"r{n % 5}",
        )
        for n in range(count)
    ]  # fmt: skip


def trial(
    base: bytes, folder: Path, seed: int, *, synchronous: str = "FULL", count: int = 240, bulk: bool = False
) -> Outcome:
    """Append until the power goes at a random write; then open what is left and compare.

    bulk: as an ingest does it, which acknowledges what is there when it ends, here every 60 rows.
    """
    rng = random.Random(seed)
    disk = Disk(rng.randrange(5, 260), rng)
    path = folder / "power.db"
    disk.put(str(path), base)
    system = LossySystem(f"lossy-{seed}", disk)
    acknowledged = 0
    try:
        connection = Connection(path, f"lossy-{seed}", synchronous=synchronous)
        try:
            with (
                keys_move_after(50),
                Appender(connection, "ndjson", commit_every=COMMIT_EVERY, bulk=bulk) as appender,  # type: ignore[arg-type]  # the same names
            ):
                todo = rows(count)
                for start in range(0, count, 10):
                    part = todo[start : start + 10]
                    appender.append_batch(Batch(list(part), range(1, 11), len(part), plain=True))
                    if bulk and start % 60 == 50:
                        appender.finish()
                    acknowledged = appender.kept if not bulk or start % 60 == 50 else acknowledged
        finally:
            disk.cut_after = 10**9  # closing is no part of the trial
    except (PowerCut, apsw.Error):
        pass
    left = disk.after_cut()
    with suppress(apsw.Error, UnboundLocalError):
        connection.close()
    del system
    return look(left, folder, acknowledged)


def look(left: dict[str, bytes], folder: Path, acknowledged: int) -> Outcome:
    """Open the files that a cut left behind."""
    for old in folder.glob("power.db*"):
        old.unlink()
    for name, data in left.items():
        Path(name).write_bytes(data)
    connection = sqlite3.connect(folder / "power.db", isolation_level=None)
    try:
        try:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            found = {identity for (identity,) in connection.execute("SELECT id FROM record")}
        except sqlite3.DatabaseError:
            return Outcome(acknowledged, acknowledged, corrupt=True, mismatched=True)
        lost = sum(f"wamid.{n}" not in found for n in range(acknowledged))
        try:
            intact = verify_ledger(connection).intact
        except Exception:  # noqa: BLE001 - a control run may leave anything
            intact = False
        return Outcome(acknowledged, lost, corrupt=not sound, mismatched=not intact)
    finally:
        connection.close()


def summary(outcomes: list[Outcome]) -> str:
    return json.dumps({
        "cuts": len(outcomes), "acknowledged": sum(o.acknowledged for o in outcomes),
        "lost": sum(o.lost for o in outcomes), "runs_that_lost": sum(o.lost > 0 for o in outcomes),
        "corrupt": sum(o.corrupt for o in outcomes), "mismatched": sum(o.mismatched for o in outcomes),
    })  # fmt: skip
