"""Rows of every shape taken in by the quick way and by the exact one: the ledgers agree.

python proofs/ledger_ways.py [COUNT]     10,000 lists of rows by default; ends with 1 at a difference
"""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.test_ledger import ROWS, both_ways

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000

if __name__ == "__main__":
    agree = given(st.lists(ROWS, max_size=12))(both_ways)
    settings(deadline=None, max_examples=COUNT, suppress_health_check=list(HealthCheck))(agree)()
    print(f"{COUNT:,} lists of rows, each the same by both ways")
