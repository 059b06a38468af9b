"""Somebody in clamd's place who answers anything makes no file clean.

    python proofs/antivirus_liar.py [--count 10000] [--seed 1]

A server that speaks as clamd until files are asked about, then gives answers that are cut, changed, repeated, of other
numbers or of no meaning, or the answer that may make a file clean with another one behind it: each session is broken by
what it said. Exits 1 when any file is called clean, or when one has no verdict.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked, clamd, connection
from tests.clamd import in_memory
from tests.unit.safety.antivirus.liars import Liar, exact, fuzzed, more_than_exact

TODAY = 1_796_000_000_000
BATCH = 500


def main() -> int:
    """Ask the liar, count its answers and the verdicts."""
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    clamd._PAUSES, clamd._MOST_LOSSES = (), 1 << 60  # a liar is always there
    connection._LEFT = 0.02
    said, mixed = 0, False
    lies = (fuzzed(Random(chosen.seed)), more_than_exact(Random(chosen.seed)))

    def reply(number: int) -> bytes | None:
        nonlocal said
        said += 1
        return lies[said % len(lies) if mixed else 1](number)

    with Liar(exact) as honest:
        if set(verdicts(honest, 50)) != {"clean"}:
            print("even exact answers make nothing clean: this shows nothing")
            return 1
    begun, states = time.monotonic(), Counter[str]()
    files = 0
    while said < chosen.count:
        mixed = not mixed  # a round of both kinds of lies, then one of answers that are exact and not alone
        with Liar(reply) as liar:
            states.update(verdicts(liar, BATCH))
        files += BATCH
    print(f"{said:,} answers about {files:,} files in {time.monotonic() - begun:.0f} s: {dict(states)}")
    return 1 if states["clean"] or states.total() != files else 0


def verdicts(liar: Liar, count: int) -> list[str]:
    """What is said of so many harmless files."""
    asked = [Asked(in_memory(b"harmless words"), 14, "txt") for _ in range(count)]
    with antivirus.session(liar.address, now=TODAY, seconds=0.1) as engine:
        found = [verdict.state for verdict in engine.scan(asked)]
    for each in asked:
        os.close(each.fd)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
