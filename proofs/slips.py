"""Slips of the words of every option, and whether what `help:` tells to type is what was meant.

`slips.py [COUNT]`: so many of them, spread over all; without it, all. See `tests/e2e/slips.py`.
"""

from __future__ import annotations

import collections
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e import slips


def main(count: int | None) -> int:
    """Try them and print those whose answer is no help."""
    every = list(slips.slips())
    chosen = every if count is None else every[:: max(1, len(every) // count)]
    outcomes: dict[tuple[str, ...], slips.Done] = {}
    counts: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        slips.world(Path(folder))
        for slip in chosen:
            wrong = slips.judge(slip, outcomes)
            counts["unclear" if len(slip.wishes) > 1 else "clear"] += 1
            if wrong:
                counts["wrong"] += 1
                print(f"{' '.join(slip.line)}, meant {' or '.join(slip.wishes)}: {wrong}")
    print(
        f"{len(chosen):,} slips of {len({slip.place for slip in every})} options and arguments: "
        f"{counts['clear']:,} with one meaning,"
        f" {counts['unclear']:,} with several, {counts['wrong']:,} answered wrongly"
    )
    return 1 if counts["wrong"] or len(chosen) < min(count or 300, len(every)) else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
