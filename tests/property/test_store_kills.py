"""Backups and restores that are killed; `proofs/store_kills.py` does it 300 times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property import store_kills


@pytest.mark.parametrize("kind", ["db", "toml"])
def test_a_killed_backup_or_restore_leaves_nothing(tmp_path: Path, kind: str) -> None:
    store_kills.kills(tmp_path, kind, 3, seed=5)
