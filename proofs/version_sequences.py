"""10,000 random histories of changes, boxes, backdates, reverts and plans, against the oracle of tests/property."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.versions_oracle import differences, memory

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        store = memory(Path(folder))
        bad = {seed: found for seed in range(COUNT) if (found := differences(seed, store))}
        store.ledger.close()
    for seed, found in list(bad.items())[:5]:
        print(f"seed {seed}: {found[:3]}")
    print(f"{COUNT:,} histories, {len(bad)} with differences")
    raise SystemExit(1 if bad else 0)
