"""The key of pseudonyms."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(b"0123456789abcdef")
    return path
