"""The audit against an oracle in plain Python, on random ledgers. `proofs/audit_oracle.py` runs a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.audit import rules
from tests.unit.audit.compare import differences

LEDGERS = (22, 43, 53, 55, 56, 57, 58)
"""Seeds with which every rule finds something in two ledgers."""


@pytest.mark.no_cover
def test_the_audit_finds_what_the_oracle_says(tmp_path: Path) -> None:
    lit: set[str] = set()
    for seed in LEDGERS:
        _, said, found = differences(tmp_path / f"{seed}.db", seed)
        assert not said, (seed, said[:5])
        lit |= found
    restored = {"store-rolled-back"}  # no random ledger is put back from a backup; the tests of `store restore` have it
    assert lit == set(rules.RULES) - restored, "a rule that never finds anything here is not tested here"
