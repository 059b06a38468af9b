"""2,000 mutated settings documents: each loads, or gives one error with file and line; nothing is ever written."""

from __future__ import annotations

import collections
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.mutations import outcome

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000

if __name__ == "__main__":
    counts: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(COUNT):
            try:
                counts[outcome(seed, Path(folder))] += 1
            except AssertionError as problem:
                counts["wrong"] += 1
                print(problem)
    print(f"{COUNT:,} documents: {counts['loads']} load, {counts['error']} give one error, {counts['wrong']} go wrong")
    raise SystemExit(1 if counts["wrong"] else 0)
