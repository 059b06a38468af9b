"""A small share of proofs/fuzz_recognisers.py."""

from __future__ import annotations

import time
from random import Random

import pytest

from occ_media_cli.media import trailing
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import source_of
from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.mutate import mutated


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_is_recognised_or_not_but_never_stops_the_program(seed: int) -> None:
    random = Random(seed)
    seeds = [*VALID.values(), *FOREIGN.values()]
    for _ in range(250):
        source = source_of(mutated(random, seeds), random.choice(list(VALID)))
        begin = time.process_time()
        found = by_structure(source)
        if found is not None:
            trailing.look_behind(found, source)
            assert found.end is None or found.end <= source.size + 1
        assert time.process_time() - begin < 2
