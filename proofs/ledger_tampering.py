"""Thousands of changes behind the program's back, of each kind: all found, with the first bad entry.

    python proofs/ledger_tampering.py [--count 2000] [--entries 300] [--seed 1]

Each change is made on a fresh copy of a store that has entries, corrections, decisions, an erasure and settings, past
its triggers, which are put back. Prints for each kind how many were found and how many named the right entry; exits 1
unless both are all.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.ledger import filled, tampering


def main() -> int:
    """Try every kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--entries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(filled.store(Path(folder), options.entries))
        data = tampering.image(connection)
        connection.close()
    result, _ = tampering.tampered(data, lambda _: None)
    assert result.intact, result.problems
    good = True
    for kind, change in tampering.CHANGES.items():
        begin = time.monotonic()
        found = right = 0
        for _ in range(options.count):
            result, first = tampering.tampered(data, lambda copy, make=change: make(copy, rng))
            found += not result.intact
            right += tampering.named_right(result, first)
        good = good and found == right == options.count
        took = time.monotonic() - begin
        print(
            f"{kind:<15} {options.count:,} changes, {found:,} found, {right:,} named right ({took:.0f} s)", flush=True
        )
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
