"""Some of the disguises; proofs/disguises.py tries them all."""

from __future__ import annotations

import pytest

from tests.property.disguises import KINDS, PAYLOADS, PLACES, named, outcome

SOME = tuple(PAYLOADS)[::4]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("payload", SOME)
def test_no_disguise_that_the_contract_names_passes_in_silence(payload: str, place: str) -> None:
    silent = [kind for kind in KINDS if outcome(kind, payload, place) == "."]
    assert silent == [] or not named(payload, place)


def test_programs_behind_every_type_are_errors() -> None:
    grave = [payload for payload in PAYLOADS if payload != "noise"]
    said = {(kind, payload): outcome(kind, payload, "blanks") for kind in KINDS for payload in grave[::5]}
    assert set(said.values()) == {"E"}
