"""1,000 random histories with backups put back, up to three in a row, both kinds of store: no hold, no release of one
and no erasure is lost, no file that is gone comes back into the ledger, nor does a source that is read again bring one,
and the ledger verifies after each."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property.restores import history

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 0

if __name__ == "__main__":
    holds = losses = restores = 0
    for seed in range(FIRST, FIRST + COUNT):
        with tempfile.TemporaryDirectory() as folder:
            try:
                made = history(Path(folder), ("db", "toml")[seed % 2], seed)
            except AssertionError as problem:
                raise SystemExit(f"seed {seed}: {problem}") from problem
            holds += made.held
            losses += made.lost_restores
            restores += made.restores
    print(
        f"{COUNT:,} histories, {restores:,} restores, {losses:,} of them lost records: {holds:,} holds carried,"
        " 0 holds, releases, erasures, purges and rescues lost"
    )
