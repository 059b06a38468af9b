"""10,000 random customers in every text that people write, both kinds of store, erased in batches: each is gone from
the bytes of every file of the store, or the erasure named the place where it stays."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.erasures import run

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 0
STORE = 250
"""Customers of one store."""

if __name__ == "__main__":
    customers = texts = gone = named = number = 0
    kinds: Counter[str] = Counter()
    while customers < COUNT:
        kind = ("db", "toml")[number % 2]
        with tempfile.TemporaryDirectory() as folder:
            try:
                made = run(Path(folder), kind, FIRST + number, min(STORE, COUNT - customers))
            except AssertionError as problem:
                raise SystemExit(f"store {FIRST + number} ({kind}): {problem}") from problem
        number += 1
        customers += made.customers
        texts += made.texts
        gone += made.gone
        named += made.named
        kinds += made.kinds
        print(f"{customers:,} customers", end="\r", file=sys.stderr, flush=True)
    print(
        f"{customers:,} customers in {number} stores, {texts:,} acts that name them"
        f" ({', '.join(f'{name} {many:,}' for name, many in sorted(kinds.items()))}):"
        f" {gone:,} gone from every byte, {named:,} named under not reached, 0 left in silence"
    )
