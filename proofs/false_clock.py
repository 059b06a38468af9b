"""Purges under false clocks: nothing goes before it is due by the earlier of the two.

python proofs/false_clock.py [COUNT, 200 unless given] [FIRST_SEED]     needs Debian's faketime; ends with 1 at a fault
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.false_clock import FAKETIME, purge

FAULTS = ("too_early", "kept_though_due", "planned wrongly", "lost", "failed")


def run(seed: int) -> Counter[str]:
    """One purge; what is wrong with it is printed."""
    with TemporaryDirectory() as folder:
        try:
            found = purge(seed, Path(folder))
        except AssertionError as problem:
            print(f"seed {seed}: {problem}", flush=True)
            return Counter(failed=1)
    if any(found[name] for name in FAULTS):
        print(f"seed {seed}: {dict(found)}", flush=True)
    return found


def main() -> int:
    """Run in two processes and print the totals."""
    if FAKETIME is None:
        print("faketime is missing: apt-get install faketime")
        return 1
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    start, total = time.monotonic(), Counter[str]()
    with Pool(2) as pool:
        for found in pool.imap_unordered(run, range(first, first + count)):
            total += found
    print(f"{count} purges under false clocks, {total['under a moved machine clock']} of them with the machine's own"
          f" clock moved, {time.monotonic() - start:.0f} s")  # fmt: skip
    print(f"{total['files']} files: {total['planned']} planned, {total['spared']} of them before their time by the"
          f" earlier clock and kept, {total['taken']} taken, {total['removed']} removed")  # fmt: skip
    print(f"{total['too_early']} too early, {total['kept_though_due']} kept although due, {total['lost']} lost,"
          f" {total['failed']} failed")  # fmt: skip
    return int(any(total[name] for name in FAULTS))


if __name__ == "__main__":
    raise SystemExit(main())
