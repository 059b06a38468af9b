"""100,000 mutated files through every recogniser: no crash, no hang over 2 s, memory under 300 MB.

    python proofs/fuzz_recognisers.py [--count 100000] [--seed 1] [--corpus FOLDER]

Prints the count for each kind that claimed a file, the slowest file and the largest memory, and exits 1 where a bound
is broken; the file that broke it is kept as fuzz-SEED-NUMBER.bin in the working directory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.media import trailing
from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.media.channels.channel_judge import channel_problems
from occ_media_cli.media.channels.profiles import built_in
from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.recognise import by_structure, describe
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import source_of
from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.mutate import mutated

SECONDS = 2.0
MEGABYTES = 300
LARGEST_SEED = 200_000


def look(data: bytes, kind: str) -> str:
    """All that happens to a file behind libmagic. Returns the family that stood by it, or `nobody`."""
    source = source_of(data, kind)
    found = by_structure(source)
    if found is None:
        return "nobody"
    trailing.look_behind(found, source)
    known = Recognition(
        found.type, found.kind, describe(found), len(data), found.facts, tuple(found.observations), "", False
    )
    problems_of(known, f"a.{kind}")
    for channel in CHANNELS:
        channel_problems(known, f"a.{kind}", built_in(channel))
    return found.kind


def main() -> int:
    """Run and report."""
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--corpus", type=Path)
    chosen = options.parse_args()
    named = [(kind, data) for kind, data in (VALID | FOREIGN).items()]
    if chosen.corpus:
        files = sorted(path for path in chosen.corpus.rglob("*") if path.is_file() and path.suffix[1:] in VALID)
        named += [(path.suffix[1:], path.read_bytes()[:LARGEST_SEED]) for path in files]
    random, kinds, slowest = Random(chosen.seed), Counter[str](), (0.0, 0)
    seeds = [data for _, data in named]
    names = list(VALID)
    begin = time.monotonic()
    for number in range(chosen.count):
        data = mutated(random, seeds)
        start = time.perf_counter()
        try:
            kinds[look(data, random.choice(names))] += 1
        except Exception:
            Path(f"fuzz-{chosen.seed}-{number}.bin").write_bytes(data)
            raise
        took = time.perf_counter() - start
        slowest = max(slowest, (took, number))
        if took > SECONDS:
            Path(f"fuzz-{chosen.seed}-{number}.bin").write_bytes(data)
            print(f"file {number} took {took:.1f} s")
            return 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{chosen.count:,} mutated files of {len(seeds)} seeds in {time.monotonic() - begin:.0f} s, seed {chosen.seed}"
    )
    print(", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common()))
    print(f"slowest {slowest[0] * 1000:.0f} ms (number {slowest[1]}), largest memory {memory:.0f} MB")
    return 0 if memory < MEGABYTES else 1


if __name__ == "__main__":
    raise SystemExit(main())
