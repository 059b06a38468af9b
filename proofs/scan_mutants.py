"""50,000 mutated files through `scan` without antivirus: no crash of the program, no hang, memory of all its processes
under 1.2 GB.

    python proofs/scan_mutants.py [--count 50000] [--seed 1] [--corpus FOLDER]

Runs the real command over a thousand files at a time. Prints the verdicts, the slowest thousand and the largest memory,
and exits 1 where a bound is broken; the files of that thousand stay in scan-mutants-SEED-NUMBER.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.media.build import FOREIGN, VALID
from tests.unit.media.mutate import mutated

TOGETHER = 1_000
SECONDS = 600
"""For a thousand files. One file has 60 s at most, and the workers go on with the others meanwhile."""

MEGABYTES = 1_200
LARGEST_SEED = 300_000


class Memory(threading.Thread):
    """Samples what a process and all below it have in memory, in MB, while it runs."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._end = process, threading.Event()
        self.largest = 0.0

    def run(self) -> None:
        """Sample."""
        while not self._end.wait(0.05):
            self.largest = max(self.largest, sum(map(_resident, _tree(self._process))) / 1e6)

    def end(self) -> float:
        """Stop, and the most there was."""
        self._end.set()
        self.join()
        return self.largest


def _tree(process: int) -> list[int]:
    found = [process]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def _resident(process: int) -> int:
    """What only this process has: pages that a fork shares are counted once, with its parent."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def seeds(corpus: Path | None) -> list[tuple[str, bytes]]:
    """(extension, content) of files that are as they should be."""
    found = [(kind, data) for kind, data in (VALID | FOREIGN).items()]
    if corpus is not None:
        files = sorted(path for path in corpus.rglob("*") if path.is_file() and path.suffix)
        found += [(path.suffix[1:], path.read_bytes()) for path in files if path.stat().st_size <= LARGEST_SEED]
    return found


def main() -> int:
    """Run and report."""
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--corpus", type=Path)
    chosen = options.parse_args()
    random, known, verdicts = Random(chosen.seed), seeds(chosen.corpus), Counter[str]()
    slowest = largest = 0.0
    for number in range(0, chosen.count, TOGETHER):
        folder = Path(tempfile.mkdtemp(prefix="scan-mutants-"))
        many = min(TOGETHER, chosen.count - number)
        for each in range(many):
            kind, data = random.choice(known)
            (folder / f"{each:04}.{kind}").write_bytes(mutated(random, [data, random.choice(known)[1]]))
        wrong, took, memory = one_run(folder, many, verdicts)
        slowest, largest = max(slowest, took), max(largest, memory)
        if wrong is None and memory > MEGABYTES:
            wrong = f"{memory:,.0f} MB in memory"
        if wrong is not None:
            kept = Path(f"scan-mutants-{chosen.seed}-{number}")
            shutil.move(folder, kept)
            print(f"{wrong}; the files are in {kept}")
            return 1
        shutil.rmtree(folder)
        print(
            f"{number + many:,} files: slowest thousand {slowest:.0f} s, {largest:,.0f} MB; {dict(verdicts)}",
            flush=True,
        )
    return 0


def one_run(folder: Path, many: int, verdicts: Counter[str]) -> tuple[str | None, float, float]:
    """What was wrong with a run over a folder, how long it took, and how much memory."""
    command = [sys.executable, "-m", "occ_media_cli", "scan", str(folder), "--antivirus", "off", "--format", "ndjson",
               "--all-files"]  # fmt: skip
    begin = time.monotonic()
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, "OCC_MEDIA_STORE": "none.db"}) as run,
    ):
        memory = Memory(run.pid)
        memory.start()
        try:
            code = run.wait(SECONDS)
        except subprocess.TimeoutExpired:
            run.kill()
            return f"no end after {SECONDS} s", SECONDS, memory.end()
        largest, took = memory.end(), time.monotonic() - begin
        out.seek(0)
        err.seek(0)
        lines, said = out.read().splitlines(), err.read().decode("utf-8", "replace")
    for line in lines:
        verdicts[json.loads(line)["verdict"]] += 1
    if code not in (0, 1, 3):
        return f"exit code {code}: {said}", took, largest
    if len(lines) != many:
        return f"{len(lines)} of {many} files were told", took, largest
    return None, took, largest


if __name__ == "__main__":
    raise SystemExit(main())
