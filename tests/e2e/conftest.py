"""Running the real program, as a user does: another process, a scrubbed environment, the exit code stated each time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.program import Result, occ_media

NOW = "2026-03-02T10:00:00Z"


Run = Callable[..., Result]


@pytest.fixture
def occ(tmp_path: Path) -> Run:
    """`occ(*words, code=0, store="s.db", now=NOW, stdin=None, env=None)` in a folder and a home of its own."""

    def run(
        *words: str,
        code: int = 0,
        store: str | None = None,
        now: str | None = NOW,
        stdin: str | None = None,
        env: dict[str, str] | None = None,
    ) -> Result:
        options = [*(["--store", store] if store else []), *(["--now", now] if now else [])]
        environment = {"PATH": os.defpath, "HOME": str(tmp_path / "home"), **(env or {})}
        return occ_media(*options, *words, code=code, cwd=tmp_path, input=stdin, env=environment)

    return run


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest) -> str:
    """Both kinds of store."""
    name: str = request.param
    return name
