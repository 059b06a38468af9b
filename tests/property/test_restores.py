"""Restores in random histories; `proofs/restores.py` runs a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.restores import history


@pytest.mark.parametrize(("kind", "seed"), [("db", 0), ("toml", 1), ("db", 2), ("toml", 3)])
def test_no_restore_loses_a_hold_or_an_erasure(tmp_path: Path, kind: str, seed: int) -> None:
    history(tmp_path, kind, seed)
