"""Power cuts while entries are appended: nothing acknowledged is lost, and a control run shows that the trial works.

    python proofs/ledger_power_cuts.py [--count 400] [--seed 1]

SQLite writes to files in memory (an apsw file system) that lose at the cut any sectors of what was not synced. With
synchronous=FULL, and in bulk as an ingest does it, whose commits wait for the disk only when it ends, 0 acknowledged
entries may be lost, 0 stores corrupt and 0 totals wrong. The same cuts with synchronous=OFF must do damage. Exits 1
unless all of this holds.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.ledger import filled, power


def main() -> int:
    """Cut the power."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    damage = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = filled.store(folder, 0)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        base = path.read_bytes()
        (folder / "power").mkdir()
        for synchronous in ("FULL", "bulk", "NORMAL", "OFF"):
            begin = time.monotonic()
            outcomes = [
                power.trial(
                    base,
                    folder / "power",
                    options.seed * 100_000 + number,
                    bulk=synchronous == "bulk",
                    synchronous="FULL" if synchronous == "bulk" else synchronous,
                )
                for number in range(options.count)
            ]
            damage[synchronous] = sum(o.lost > 0 or o.corrupt or o.mismatched for o in outcomes)
            print(f"{synchronous:<7} {power.summary(outcomes)} ({time.monotonic() - begin:.0f} s)", flush=True)
    return 0 if not damage["FULL"] and not damage["bulk"] and damage["OFF"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
