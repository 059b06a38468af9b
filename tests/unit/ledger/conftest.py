from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store.locate import Location, at
from occ_media_cli.store.open import changing
from tests.unit.copies import made_once

STAMP = chain.Stamp(1_767_225_600_000, 1_767_225_600_000, "dana", "dana", "host", "occ-media test")


def row(number: int = 1, **values: Any) -> dict[str, Any]:
    """An entry as a row of NDJSON."""
    return {
        "id": f"wamid.{number}",
        "time": f"2026-03-01T10:00:{number % 60:02d}.000Z",
        "inbox": "vip",
        "channel": "whatsapp-cloud",
        "direction": "receive",
        "customer": "16505551234",
        "name": f"receipt-{number}.pdf",
        "declared": "application/pdf",
        "size": 1000 + number,
        "sha256": f"{number:064x}",
        **values,
    }


@dataclass
class Ledger:
    """A store with the inboxes vip, lab and Grüße, and short ways to use it."""

    path: Path
    connection: Any
    folder: Path

    def ingest(self, *rows: dict[str, Any] | str, kind: str = "ndjson", **options: Any) -> Summary:
        """Take rows in through a file."""
        source = self.folder / "rows.ndjson"
        lines = [line if isinstance(line, str) else json.dumps(line) for line in rows]
        source.write_bytes("\n".join([*lines, ""]).encode(errors="surrogateescape"))
        return ingest(self.connection, kind, str(source), **options)

    def refusals(self, *rows: dict[str, Any] | str) -> list[dict[str, Any]]:
        """What the reject file says about rows."""
        rejects = self.folder / "rejects.ndjson"
        self.ingest(*rows, rejects=rejects)
        return [json.loads(line) for line in rejects.read_text().splitlines()]

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql, values).fetchone()[0]


def _fill(location: Location) -> None:
    with editing(location, STAMP) as editor:
        for name in ("vip", "lab", "Grüße"):
            editor.add_inbox(name)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    path = tmp_path / "store.db"
    location = at(path, explicit=True)
    made_once("ledger", tmp_path, lambda: _fill(location))
    with changing(location, STAMP) as store:
        yield Ledger(path, store.ledger, tmp_path)
