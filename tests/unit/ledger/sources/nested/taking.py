"""Bodies that are taken into a ledger through a mapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger

MAPS = Path(__file__).parents[5] / "sample_configs" / "maps"


def take(ledger: Ledger, mapping: str | Path, *bodies: Any, accounts: dict[str, str] | None = None,
         **options: Any) -> Summary:  # fmt: skip
    """Take bodies in, each an object or a line as it stands, through the text or the file of a mapping."""
    source = ledger.folder / "bodies.ndjson"
    lines = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    source.write_text("\n".join(lines) + "\n")
    if isinstance(mapping, str):
        (ledger.folder / "map.toml").write_text(mapping)
        mapping = ledger.folder / "map.toml"
    given = Options(mapping=mapping, **{"inbox": "vip", **options})
    return ingest(ledger.connection, "ndjson", str(source), options=given, accounts=accounts)


def entries(ledger: Ledger, *fields: str) -> list[tuple[Any, ...]]:
    """Fields of all entries, in their order."""
    return ledger.all(f"SELECT {', '.join(fields)} FROM entry ORDER BY seq")
