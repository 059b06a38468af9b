"""300 times kill -9 in `store backup` and `store restore`, both kinds of store: no copy is left, no hold and no
erasure is lost, whichever of two backups is put back next."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property import store_kills

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 300

if __name__ == "__main__":
    for kind in ("db", "toml"):
        with tempfile.TemporaryDirectory() as folder:
            print(f"{kind}: {store_kills.kills(Path(folder), kind, COUNT // 2, seed=7)}", flush=True)
