"""20,000 broken documents of every kind that is taken in: each is taken or refused with words, and none is a bug."""

from __future__ import annotations

import collections
import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.property.hostile_inputs import KINDS, outcome
from tests.unit.ledger.conftest import STAMP

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000

if __name__ == "__main__":
    counts: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        location = at(Path(name) / "store.db", explicit=True)
        with editing(location, STAMP) as editor:
            editor.add_inbox("vip")
        with changing(location, STAMP) as store:
            for seed in range(COUNT // len(KINDS)):
                for kind in KINDS:
                    try:
                        counts[outcome(kind, seed, Path(name), store.ledger)] += 1
                    except Exception:  # noqa: BLE001  # each is a bug, and all are shown
                        counts["wrong"] += 1
                        print(kind, seed, traceback.format_exc().splitlines()[-1])
            if not verify_ledger(store.ledger).intact:
                counts["wrong"] += 1
                print("the ledger is not intact")
    total = counts["taken"] + counts["refused"] + counts["wrong"]
    print(f"{total:,} documents: {counts['taken']} taken, {counts['refused']} refused, {counts['wrong']} go wrong")
    raise SystemExit(1 if counts["wrong"] else 0)
