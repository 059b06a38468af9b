"""What a store is, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report.model import Facts, Report
from occ_media_cli.store.describe import describe_store
from occ_media_cli.values import as_dict

if TYPE_CHECKING:
    from occ_media_cli.report.model import Cell, CellKind, Json
    from occ_media_cli.store.open import Store

SCHEMA = "occ-media/store/1"


def info(store: Store) -> Report:
    """Files, size, counts and the head of the chain."""
    known = describe_store(store)
    found: dict[str, Json] = {
        "path": known.path, "kind": known.kind, "ledger": known.ledger, "mode": known.mode, "bytes": known.bytes,
    }  # fmt: skip
    inside = known.contents
    if inside is not None:
        found |= {**as_dict(inside), "created": times.optional_text(inside.created)}
    kinds: dict[str, CellKind] = {"bytes": "size", "created": "time", "head": "id"}
    pairs: list[tuple[str, Cell, CellKind]] = []
    for key, item in found.items():
        kind = kinds.get(key, "count" if isinstance(item, int) else "text")
        pairs.append(("size" if key == "bytes" else key.replace("_", " "), item, kind))  # type: ignore[arg-type]  # only texts and counts stand above
    return Report(schema=SCHEMA, title="Store", head={"schema": SCHEMA, **found}, blocks=[Facts(pairs)])
