from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.__main__ import run as run_command
from tests.unit.audit.build import Ledger, Run


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "s.db")


@pytest.fixture
def run(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the ledger in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("OCC_MEDIA_STORE", str(ledger.location.path))
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-11-24")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run_command(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call
