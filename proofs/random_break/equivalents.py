"""Breaks that a person has judged to mean the same: nobody could notice them."""

from __future__ import annotations

import tomllib
from pathlib import Path


def accepted(path: Path) -> dict[tuple[str, str, str], str]:
    """The reasons by (file, old source, new source); each needs one."""
    if not path.exists():
        return {}
    found = {}
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", []), 1):
        missing = [key for key in ("file", "old", "new", "why") if not str(row.get(key, "")).strip()]
        if missing:
            raise SystemExit(f"{path.name}: equivalent {number} lacks {', '.join(missing)}")
        found[row["file"], row["old"], row["new"]] = row["why"]
    return found
