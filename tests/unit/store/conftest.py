from __future__ import annotations

from tests.unit.retention.conftest import store

__all__ = ["store"]
