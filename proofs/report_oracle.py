"""Every report in every format against the oracle of the tests on many random ledgers.

python proofs/report_oracle.py [COUNT] [FIRST_SEED]     300 ledgers by default; ends with 1 at a difference
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.report_compare import differences


def main() -> int:
    """Compare, and print what differed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bad, start = 0, time.monotonic()
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            said = differences(Path(folder), seed)
        if said:
            bad += 1
            print(f"seed {seed}:", *said[:5], sep="\n  ", flush=True)
    print(f"{count} ledgers, {bad} with differences, {time.monotonic() - start:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
