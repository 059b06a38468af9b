"""Writers at once and kills, in small; the large counts are in proofs/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property import strain


@pytest.mark.parametrize("name", ["s.db", "s.toml"])
def test_writers_lose_nothing(tmp_path: Path, name: str) -> None:
    assert "none lost" in strain.writers(tmp_path / name, 4, 8)


@pytest.mark.parametrize("name", ["s.db", "s.toml"])
def test_a_killed_command_leaves_a_whole_store(tmp_path: Path, name: str) -> None:
    assert "all there" in strain.kills(tmp_path / name, 3, seed=1)
