"""A link and folder flipper against the purge: 0 files outside the root touched.

    python proofs/retention_races.py [RACES, 200000 unless given]

The same races are first run against a purge that goes by paths, to show that they can be lost.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.retention.races import race


def main() -> int:
    """Run both and print what came of them."""
    races = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with TemporaryDirectory() as folder:
        careless = race(Path(folder), max(races // 20, 100), careful=False)
    print(f"by paths: {max(races // 20, 100):,} races, {careless.taken:,} taken, {careless.escaped} escaped")
    with TemporaryDirectory() as folder:
        counts = race(Path(folder), races)
    print(f"by descriptors: {races:,} races, {counts.taken:,} taken, {counts.kept:,} kept, {counts.escaped} escaped")
    return 1 if counts.escaped else 0


if __name__ == "__main__":
    raise SystemExit(main())
