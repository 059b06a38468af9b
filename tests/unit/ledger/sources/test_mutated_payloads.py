"""Whatever stands in a payload, a source ends, counts everything that it was given, and the ledger verifies."""

from __future__ import annotations

from random import Random

import pytest

from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import BODIES, mutated, take


@pytest.mark.parametrize("kind", BODIES)
def test_a_payload_with_anything_in_it_costs_itself_only(ledger: Ledger, kind: str) -> None:
    random = Random(7)
    bodies = [mutated(random.choice(BODIES[kind]), random) for _ in range(300)]
    done = take(ledger, kind, *bodies).counts
    assert done.new + done.duplicate + done.refused + done.skipped >= len(bodies)
    assert done.new
    assert done.refused
    assert verify_ledger(ledger.connection).intact
    assert "secret" not in str(ledger.all("SELECT * FROM record"))
