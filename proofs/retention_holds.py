"""Holds placed during a purge by another process, and at every single step of one: 0 held files lost.

    python proofs/retention_holds.py [HOLDS, 1000 unless given] [EACH, 1 unless given]

Races come first. Then a purge and the end of its grace, of files that entries name and of orphans, are stopped at each
statement of SQL and before and after each call of the place that keeps the bytes. At the step a hold comes from
another process, or the process is killed (kill -9) and the hold comes then. Afterwards ledger, quarantine and disk
must say the same. EACH: every so many steps.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.retention.late_holds import race
from tests.unit.retention.steps import World, hold_at_every_step, kill_at_every_step

FILES = 50


def main() -> int:
    """Race in stores of 50 files and print the sums, then go step by step."""
    holds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    each = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    placed = lost = kept = late = 0
    for seed in range(max(holds // FILES, 1)):
        with TemporaryDirectory() as folder:
            counts = race(Path(folder), FILES, seed)
        placed, lost = placed + counts.holds, lost + counts.lost
        kept, late = kept + counts.kept, late + counts.late
    print(f"{placed:,} holds placed during purges: {lost} held files lost; {kept:,} kept, {late:,} came after the end")
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        steps = hold_at_every_step(world, each)
        print(f"{steps:,} steps, a hold at each: ledger, quarantine and disk agree after every one", flush=True)
        steps = kill_at_every_step(world, each)
        print(f"{steps:,} steps, a kill at each, half of them with a hold after it: nothing lost and unrecorded")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
