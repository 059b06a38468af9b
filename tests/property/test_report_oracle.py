"""The reports against an oracle in plain Python, on random ledgers. `proofs/report_oracle.py` runs three hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.report_compare import differences


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", [1001, 1004])  # 1004: a late change writes versions anew
def test_every_format_of_every_report_says_what_the_oracle_says(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCC_MEDIA_ACTOR", "dana")
    for name in ("OCC_MEDIA_STORE", "OCC_MEDIA_NOW"):
        monkeypatch.delenv(name, raising=False)
    said = differences(tmp_path, seed)
    assert not said, said[:5]
