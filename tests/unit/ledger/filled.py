"""A store with something in every table of the ledger."""

from __future__ import annotations

import json
from pathlib import Path

from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.unit.ledger.conftest import STAMP, row
from tests.unit.ledger.moving import keys_move_after


def store(folder: Path, entries: int) -> Path:
    """Entries, corrections, decisions, an erasure and settings; the path of the store."""
    path = folder / "filled.db"
    location = at(path, explicit=True)
    with editing(location, STAMP) as editor:
        for name in ("vip", "lab", "Grüße"):
            editor.add_inbox(name)
        editor.change("vip", {"receive": False})
        editor.set_section("retention", [{"remove_after": "30d"}], None)
    source = folder / "filled.ndjson"
    rows = []
    for n in range(entries):
        rows.append(row(n, customer=f"c{n % 9}", message="m" if n % 4 == 0 else None, inbox=("vip", "lab")[n % 2]))
        if n % 10 == 5:
            rows.append(
                {"id": f"s{n}", "corrects": f"wamid.{n - 1}", "time": n, "outcome": "failed", "reason": "131053"}
            )
        if n % 15 == 7:
            rows.append({**row(n), "id": f"d{n}", "decision": "deny", "problems": "media-off"})
    with changing(location, STAMP) as opened, keys_move_after(max(entries // 10, 10)):
        for part in (rows[: entries // 2], rows[entries // 2 : -5], rows[-5:]):
            source.write_text("".join(json.dumps(line) + "\n" for line in part))
            ingest(opened.ledger, "ndjson", str(source))
        erase(opened.ledger, "c1", STAMP, "case 7", path)
    return path
