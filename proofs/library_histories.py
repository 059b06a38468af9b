"""1,000 random histories of the approved library: proposals, approvals, retirements, renewals and ends, by people with
names that look alike, under true and false clocks, while inboxes are renamed, removed and tagged. At random moments the
program and an oracle over the plain list of what was done answer alike whether a file may be sent, the ledger verifies,
and a backup that is put back lets nothing pass that had ended."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.library_histories import history

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 0

if __name__ == "__main__":
    done = refused = may = 0
    for seed in range(FIRST, FIRST + COUNT):
        with tempfile.TemporaryDirectory() as folder:
            try:
                made = history(Path(folder), seed)
            except AssertionError as problem:
                raise SystemExit(f"seed {seed}: {problem}") from problem
            done, refused, may = done + made.done, refused + made.refused, may + made.may
    print(
        f"{COUNT:,} histories: {done:,} changes made and {refused:,} refused as the oracle says;"
        f" {may:,} times a file could be sent, 0 answers that differ"
    )
