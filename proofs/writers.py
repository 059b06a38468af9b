"""8 processes with 200 changes each on one store, both kinds: none lost, history complete, nobody finds it locked."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.property import strain

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200

if __name__ == "__main__":
    for name in ("writers.db", "writers.toml"):
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {strain.writers(Path(folder) / name, 8, COUNT)}", flush=True)
