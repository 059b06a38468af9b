from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.retention import late_holds
from tests.unit.retention.kills import Victim, round_of
from tests.unit.retention.races import race


def test_links_and_folders_that_flip_lead_nowhere(tmp_path: Path) -> None:
    counts = race(tmp_path, 2_000)
    assert counts.escaped == 0
    assert counts.taken
    assert counts.kept


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_kill_at_any_moment_leaves_nothing_lost_and_unrecorded(tmp_path: Path) -> None:
    victim = Victim(tmp_path)
    victim.measure()
    assert victim.disagreements() == []
    for seed in range(8):
        assert round_of(victim, seed)[0] == [], seed


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_hold_that_comes_during_a_purge_loses_no_file(tmp_path: Path) -> None:
    counts = late_holds.race(tmp_path, 30, seed=1)
    assert counts.holds == 30
    assert counts.lost == 0
