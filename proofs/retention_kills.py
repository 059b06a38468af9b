"""kill -9 during purge, restore and finish: ledger, quarantine and disk agree after the next run, each time.

python proofs/retention_kills.py [KILLS, 500 unless given]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.retention.kills import Victim, round_of


def main() -> int:
    """Kill so many times and print where the kills fell and what disagreed."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    reached: Counter[str] = Counter()
    wrong = 0
    with TemporaryDirectory() as folder:
        victim = Victim(Path(folder))
        victim.measure()
        for seed in range(kills):
            found, where = round_of(victim, seed)
            reached[where] += 1
            wrong += bool(found)
            for line in found:
                print(f"kill {seed}: {line}")
    print(f"{kills:,} kills, {len(reached)} different states reached, {wrong} with a disagreement")
    print("; ".join(f"{number} x {where}" for where, number in reached.most_common(6)))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
