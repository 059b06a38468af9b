"""Every report and the audit's pages, in every format, against the oracle of the tests on many random ledgers.

python proofs/report_oracle.py [COUNT] [FIRST_SEED] [--only NAME] [--stop]

300 ledgers by default; ends with 1 at a difference. --only: one report, or `audit`. --stop: at the first difference.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.report_compare import differences


def main() -> int:
    """Compare, and print what differed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--only")
    parser.add_argument("--stop", action="store_true")
    options = parser.parse_args()
    bad, start = 0, time.monotonic()
    for seed in range(options.first, options.first + options.count):
        with tempfile.TemporaryDirectory() as folder:
            said = differences(Path(folder), seed, only=options.only)
        if said:
            bad += 1
            print(f"seed {seed}:", *said[:5], sep="\n  ", flush=True)
            if options.stop:
                break
        if (seed - options.first) % 10 == 9:
            print(f"{seed - options.first + 1} ledgers, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"{options.count} ledgers, {bad} with differences, {time.monotonic() - start:.0f} s")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
