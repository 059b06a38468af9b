"""clamd killed in the middle of a scan makes no file clean.

    python proofs/antivirus_kills.py [--count 100] [--seed 1]

A clamd with signatures of our own gets a dozen files with malware at the end of each, loose and inside of archives, and
is killed with SIGKILL at a random moment, `--count` times; every third time it is started again at once, and every
fourth time its folder of signatures is emptied and loaded first. Exits 1 when any file is called clean, or when one has
no verdict.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.errors import PartMissing
from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked
from tests.clamd import BODY, PROGRAM, Clamd, in_memory, write_signatures
from tests.unit.safety.antivirus.traps import zipped

FILES = 12


def main() -> int:
    """Kill it again and again, count the verdicts."""
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    if PROGRAM is None:
        print("clamd is not installed: nothing was shown")
        return 0
    random = Random(chosen.seed)
    large = random.randbytes(4_000_000)
    asked = [
        Asked(in_memory(content), len(content), kind, number)
        for number in range(FILES)
        for kind, content in [
            ("txt", large + BODY) if number % 2 else ("zip", zipped({"a.txt": large[:1_000_000] + BODY}))
        ]
    ]
    states, unanswered, begun = Counter[str](), 0, time.monotonic()
    for number in range(chosen.count):
        clamd = Clamd()
        try:
            states.update(killed_once(clamd, asked, random.random() * 0.5, number))
        except PartMissing:
            unanswered += 1  # it was killed before the session began
        finally:
            clamd.close()
    print(f"{chosen.count} kills, {unanswered} before a question, {time.monotonic() - begun:.0f} s: {dict(states)}")
    return 1 if states["clean"] or states.total() != FILES * (chosen.count - unanswered) else 0


def killed_once(clamd: Clamd, asked: list[Asked], delay: float, number: int) -> list[str]:
    """The verdicts of one scan during which clamd is killed."""
    if number % 4 == 3:
        for path in clamd.signatures.iterdir():
            path.unlink()
        clamd.say(b"zRELOAD\0")
    process = clamd.process
    assert process is not None

    def kill() -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if number % 3 == 2:
            write_signatures(clamd.signatures)
            clamd.start()

    killer = threading.Timer(delay, kill)
    with antivirus.session(clamd.address, now=int(time.time() * 1000), signatures=str(clamd.signatures)) as engine:
        killer.start()
        found = [verdict.state for verdict in engine.scan(asked)]
    killer.join()
    return found


if __name__ == "__main__":
    os.nice(5)
    raise SystemExit(main())
