"""Running the real program, as a user does: another process, a scrubbed environment, the exit code stated each time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ENVIRONMENT = {"COLUMNS": "80", "TERM": "dumb", "TZ": "UTC", "LANG": "C.UTF-8", "PATH": os.defpath}
NOW = "2026-03-02T10:00:00Z"


@dataclass(frozen=True)
class Result:
    """What a run printed."""

    out: str
    err: str


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
        coverage = {key: value for key, value in os.environ.items() if key.startswith("COVERAGE")}
        done = subprocess.run(
            [sys.executable, "-m", "occ_media_cli", *options, *words],
            cwd=tmp_path,
            env={**ENVIRONMENT, "HOME": str(tmp_path / "home"), "OCC_MEDIA_ACTOR": "dana", **coverage, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, f"{words}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return Result(done.stdout, done.stderr)

    return run


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest) -> str:
    """Both kinds of store."""
    name: str = request.param
    return name
