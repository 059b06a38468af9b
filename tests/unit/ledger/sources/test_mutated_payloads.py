"""Whatever stands in a payload, a source ends, counts everything that it was given, and the ledger verifies."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import BODIES, kind_and_map, mutated, take


@pytest.mark.parametrize("kind", BODIES)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_payload_with_anything_in_it_costs_itself_only(ledger: Ledger, kind: str, seed: int) -> None:
    random = Random(seed)
    bodies = [*(mutated(random.choice(BODIES[kind]), random) for _ in range(80)), *BODIES[kind]]
    source, mapping = kind_and_map(kind)
    requester = "77" if kind == "zendesk" else None
    done = take(ledger, source, *bodies, requester=requester, mapping=mapping).counts
    assert done.read == done.new + done.duplicate + done.refused + done.skipped >= len(bodies)
    assert done.refused
    assert ledger.one("SELECT count(*) FROM entry")
    assert verify_ledger(ledger.connection).intact
    assert "secret" not in str(ledger.all("SELECT * FROM record"))
