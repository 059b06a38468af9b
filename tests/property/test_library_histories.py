"""The approved library in random histories; `proofs/library_histories.py` runs a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.library_histories import history


@pytest.mark.parametrize("seed", range(6))
def test_what_may_be_sent_is_what_the_history_says(tmp_path: Path, seed: int) -> None:
    assert history(tmp_path, seed).done
