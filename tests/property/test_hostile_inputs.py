"""No document that is taken in ends a command as a bug, however it is broken."""

from __future__ import annotations

import collections

import pytest

from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.property.hostile_inputs import COMMANDS, KINDS, outcome
from tests.unit.ledger.conftest import Ledger, ledger

__all__ = ["ledger"]

EACH = 100
"""Documents of each kind, some 1,100 together; proofs/mutated_inputs.py tries 20,000."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_document_is_taken_or_refused(ledger: Ledger, kind: str) -> None:
    whole, take = KINDS[kind]
    take(whole, ledger.folder, ledger.connection)
    count = EACH // 6 if kind in COMMANDS else EACH
    counts = collections.Counter(outcome(kind, seed, ledger.folder, ledger.connection) for seed in range(count))
    assert sum(counts.values()) == count
    assert verify_ledger(ledger.connection).intact
