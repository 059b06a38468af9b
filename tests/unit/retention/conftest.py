from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.copies import made_once
from tests.unit.retention.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made_once("retention", tmp_path, lambda: Store(tmp_path).connection.close())
    return Store(tmp_path)
