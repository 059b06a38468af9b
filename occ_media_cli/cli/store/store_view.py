"""What a store is, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.model import Facts, Report
from occ_media_cli.store.facts import read_store_facts

if TYPE_CHECKING:
    from occ_media_cli.report.model import Cell, CellKind, Json
    from occ_media_cli.store.open import Store

SCHEMA = "occ-media/store/1"


def info(store: Store) -> Report:
    """Files, size, counts and the head of the chain."""
    location, connection = store.location, store.connection
    found: dict[str, Json] = {
        "path": str(location.path),
        "kind": location.kind,
        "ledger": str(location.ledger),
        "mode": f"{location.path.stat().st_mode & 0o777:04o}",
        "bytes": sum(path.stat().st_size for path in {location.path, location.ledger} if path.exists()),
    }
    if connection is not None:
        facts = read_store_facts(connection)
        found |= {
            "schema_version": facts.schema_version,
            "sqlite": facts.sqlite,
            "created": times.optional_text(facts.created),
            "inboxes": facts.inboxes,
            "settings_versions": facts.settings_versions,
            "entries": facts.entries,
            "chain_entries": facts.chain_entries,
            "head": facts.head,
        }
    kinds: dict[str, CellKind] = {"bytes": "size", "created": "time", "head": "id"}
    pairs: list[tuple[str, Cell, CellKind]] = []
    for key, item in found.items():
        kind = kinds.get(key, "count" if isinstance(item, int) else "text")
        pairs.append(("size" if key == "bytes" else key.replace("_", " "), item, kind))  # type: ignore[arg-type]  # only texts and counts stand above
    return Report(schema=SCHEMA, title="Store", head={"schema": SCHEMA, **found}, blocks=[Facts(pairs)])
