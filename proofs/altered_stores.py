"""200 altered stores, and as many ledgers of settings documents: no audit says that all is well, and no bundle is made.

    python proofs/altered_stores.py [COUNT]

Every kind of alteration and every table is among them. Prints how many of each kind were refused before anything was
read, found altered by the verification, or are equivalent: no row and no text of the schema differs, such as a bit in
bytes that no page uses. Ends with 1 where one was believed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property import altered


def main() -> int:
    """Alter, ask, and count."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    bad = 0
    for document in (False, True):
        counts: Counter[tuple[str, str]] = Counter()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            store = altered.fill(folder, document)
            altered.settle(store)
            for kind, what, alter in altered.chosen(altered.database(store), count):
                try:
                    answer, words = altered.judged(store, alter, folder / "copy")
                except altered.Impossible as problem:
                    answer, words = "impossible", str(problem)
                counts[kind, answer] += 1
                if answer in ("believed", "bug"):
                    bad += 1
                    print(f"{kind}, {what}: {answer}: {words}")
        print(f"{store.name}: {sum(counts.values()):,} alterations")
        for (kind, answer), number in sorted(counts.items()):
            print(f"  {kind:<32} {number:>4} {answer}")
    print(f"{bad} believed")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
