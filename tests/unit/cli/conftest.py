"""The program in this process: quick enough to try every answer, with a screen that may be a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from occ_media_cli.__main__ import run

NOW = "2026-03-02T10:00:00Z"


@dataclass(frozen=True)
class Result:
    """What a run printed, and its exit code."""

    out: str
    err: str
    code: int = 0


class Stream(io.TextIOWrapper):
    """A stream that may be a terminal."""

    def __init__(self, *, terminal: bool, text: str = "") -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8", errors="surrogateescape", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        raise OSError("no file")

    def all(self) -> str:
        self.flush()
        return bytes(self.buffer.getvalue()).decode("utf-8", "surrogateescape")  # type: ignore[attr-defined]  # BytesIO


Run = Callable[..., Result]


@pytest.fixture
def occ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`occ(*words, code=0, store=None, now=NOW, terminal=False, typed="")` in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "OCC_MEDIA_ACTOR": "dana",
        "COLUMNS": "80",
        "TERM": "dumb",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("OCC_MEDIA_STORE", "OCC_MEDIA_NOW", "NO_COLOR", "XDG_DATA_HOME", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    def call(
        *words: str,
        code: int | None = 0,
        store: str | None = None,
        now: str | None = NOW,
        terminal: bool = False,
        typed: str = "",
    ) -> Result:
        options = [*(["--store", store] if store else []), *(["--now", now] if now else [])]
        out, err = Stream(terminal=terminal), Stream(terminal=terminal)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", Stream(terminal=terminal, text=typed))
            try:
                got = run([*options, *words])
            except SystemExit as stop:
                got = int(stop.code or 0)
        result = Result(out.all(), err.all(), got)
        assert code in (None, got), f"{words}: exit {got}, not {code}\n{result.out}{result.err}"
        return result

    return call


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest) -> str:
    """Both kinds of store."""
    name: str = request.param
    return name
