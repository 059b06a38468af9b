"""20,000 mutated bundles, checkpoints and certificates: none is a bug, and none is intact that says something else.

    python proofs/mutated_evidence.py [COUNT] [PROCESSES]

A fifth each of bundles, of bundles with a manifest that fits the change, of checkpoints, of certificates and of their
pages, asked of the commands in this process, and 300 (PROCESSES) of them in one of their own.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.mutated_evidence import KINDS, Evidence


def main() -> int:
    """Change, ask, and count."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        evidence = Evidence(Path(name))
        for number in range(count + processes):
            kind, seed = KINDS[number % len(KINDS)], number // len(KINDS)
            said = evidence.outcome(kind, seed, process=number >= count)
            counts[kind, said.partition(":")[0]] += 1
            if said.startswith("wrong"):
                print(f"{kind} {seed}: {said}", flush=True)
    for (kind, said), found in sorted(counts.items()):
        print(f"  {kind:<12} {found:>6,} {said}")
    wrong = sum(found for (_, said), found in counts.items() if said == "wrong")
    print(f"{sum(counts.values()):,} mutated, {wrong} go wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
