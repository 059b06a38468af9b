"""Random stores against the oracle of 20 lines: 0 wrongly removed, 0 wrongly kept.

python proofs/retention_oracle.py [STORES, 10000 unless given]
"""

from __future__ import annotations

import sys
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.retention_world import differences, template

CHUNK = 250


def run(first: int) -> tuple[int, int, int]:
    """Compare the stores of some seeds: how many, wrongly removed, wrongly kept."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        made = template(folder)
        removed = kept = 0
        for seed in range(first, first + CHUNK):
            wrong, missed = differences(seed, folder, made)
            removed, kept = removed + len(wrong), kept + len(missed)
            if wrong or missed:
                print(f"seed {seed}: wrongly removed {sorted(wrong)}, wrongly kept {sorted(missed)}")
    return CHUNK, removed, kept


def main() -> int:
    """Run in two processes and print the totals."""
    stores = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with Pool(2) as pool:
        results = pool.map(run, range(0, stores, CHUNK), chunksize=1)
    total, removed, kept = (sum(column) for column in zip(*results, strict=True))
    print(f"{total:,} random stores: {removed} wrongly removed, {kept} wrongly kept")
    return 1 if removed or kept else 0


if __name__ == "__main__":
    raise SystemExit(main())
