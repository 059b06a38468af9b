"""The audit against the oracle of the tests on many random ledgers.

python proofs/audit_oracle.py [COUNT] [FIRST_SEED]     1,000 ledgers by default; ends with 1 at a difference
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.unit.audit.compare import differences


def main() -> int:
    """Compare, and print what differed and how often each rule found something."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bad, lit, start = 0, Counter[str](), time.monotonic()
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            _, said, rules = differences(Path(folder) / "s.db", seed)
        lit.update(rules)
        if said:
            bad += 1
            print(f"seed {seed}:", *said[:5], sep="\n  ")
    print(f"{count} ledgers, {bad} with differences, {time.monotonic() - start:.0f} s")
    for rule, ledgers in sorted(lit.items()):
        print(f"  {rule:<30} found something in {ledgers}")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
