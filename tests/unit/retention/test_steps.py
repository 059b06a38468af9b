from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.retention.steps import World, hold_at_every_step, kill_at_every_step

FEW = 29
"""Every so many steps are tried here; the proof tries each."""


def test_a_hold_at_any_step_keeps_its_file_or_comes_after_its_end(tmp_path: Path) -> None:
    assert hold_at_every_step(World(tmp_path), FEW) > 10


@pytest.mark.no_cover
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_kill_at_any_step_leaves_nothing_lost_and_unrecorded(tmp_path: Path) -> None:
    assert kill_at_every_step(World(tmp_path), FEW) > 10
