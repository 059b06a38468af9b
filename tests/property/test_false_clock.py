"""Whatever a clock says, nothing goes before its time. `proofs/false_clock.py` runs two hundred."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.property.false_clock import FAKETIME, purge

SEEDS = (2, 7, 10)
"""Among them clocks of both kinds, files that were spared, and files that were removed."""


@pytest.mark.no_cover
@pytest.mark.skipif(FAKETIME is None, reason="Debian's faketime is not installed")
def test_nothing_goes_before_its_time_by_either_clock(tmp_path: Path) -> None:
    total = Counter[str]()
    for seed in SEEDS:
        (tmp_path / str(seed)).mkdir()
        total += purge(seed, tmp_path / str(seed))
    assert (total["too_early"], total["kept_though_due"], total["lost"]) == (0, 0, 0)
    assert total["spared"], "nothing was planned too early here, so nothing was tested"
    assert total["removed"], "nothing was removed here, so nothing was tested"
    assert total["under a moved machine clock"]
