"""A broken document gives one error with file and line, and nothing is written; never a traceback."""

from __future__ import annotations

import collections
from pathlib import Path

import pytest

from tests.property.mutations import outcome


def test_mutated_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    counts = collections.Counter(outcome(seed, tmp_path) for seed in range(60))
    assert counts["error"] > 10
    assert counts["loads"] > 2
