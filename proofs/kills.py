"""200 times kill -9 during `set`, both kinds of store: acknowledged changes are there, nothing is half-written."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property import strain

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200

if __name__ == "__main__":
    for name in ("kills.db", "kills.toml"):
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {strain.kills(Path(folder) / name, COUNT, seed=7)}", flush=True)
