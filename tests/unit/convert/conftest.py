"""The engines that make films and sounds fit."""

from __future__ import annotations

import pytest

from tests.unit.convert.films import engines, use_engine


@pytest.fixture(params=engines())
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each engine alone, for what an engine does."""
    name: str = request.param
    use_engine(name, monkeypatch)
    return name


@pytest.fixture
def one_engine(monkeypatch: pytest.MonkeyPatch) -> str:
    """One of them, for what is decided before and after it: the one that starts no programs, where it is installed."""
    name = engines()[-1]
    use_engine(name, monkeypatch)
    return name
