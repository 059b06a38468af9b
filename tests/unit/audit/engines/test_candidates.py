"""The one pass over a large ledger leaves out nothing that a rule would find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.audit import rules
from occ_media_cli.audit.engines import candidates
from tests.unit.audit.compare import audited, differences
from tests.unit.audit.world import Maker


@pytest.mark.parametrize("seed", [3, 11, 42, 77, 108, 250])
def test_candidates_find_what_the_oracle_says(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "SMALLEST", 1)
    said = differences(tmp_path / "s.db", seed, 80)[1]
    assert said == []


def test_every_finding_is_the_same_with_and_without_the_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(tmp_path / "s.db", 9, 200)
    now = maker.make().now

    def records() -> list[Any]:
        return [found.record() for found in audited(maker.location, now)[0].findings]

    plain = records()
    monkeypatch.setattr(candidates, "SMALLEST", 1)
    assert records() == plain
    assert len(plain) > 300


def test_a_condition_belongs_to_a_rule() -> None:
    assert set(candidates.CONDITIONS) <= set(rules.RULES)
