"""Evidence with something done to its bytes: a few here, and `proofs/mutated_evidence.py` tries 20,000."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.property.mutated_evidence import KINDS, Evidence


@pytest.mark.no_cover
def test_no_mutated_evidence_is_a_bug_or_intact_with_another_content(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path)
    said = Counter((kind, evidence.outcome(kind, seed)) for kind in KINDS for seed in range(25))
    assert {outcome for _, outcome in said} <= {"refused", "intact"}, said
    assert all(said[kind, "refused"] > 5 for kind in KINDS)
    assert evidence.outcome("bundle", 3, process=True) == evidence.outcome("bundle", 3)
