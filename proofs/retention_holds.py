"""Holds placed during a purge by another process: 0 held files lost.

python proofs/retention_holds.py [HOLDS, 1000 unless given]
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.retention.late_holds import race

EACH = 50


def main() -> int:
    """Race in stores of 50 files and print the sums."""
    holds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    placed = lost = kept = late = 0
    for seed in range(max(holds // EACH, 1)):
        with TemporaryDirectory() as folder:
            counts = race(Path(folder), EACH, seed)
        placed, lost = placed + counts.holds, lost + counts.lost
        kept, late = kept + counts.kept, late + counts.late
    print(f"{placed:,} holds placed during purges: {lost} held files lost; {kept:,} kept, {late:,} came after the end")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
