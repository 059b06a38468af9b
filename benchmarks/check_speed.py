"""`check --format ndjson` against `file --mime-type -b -f list`, on the same files in the same run.

    python benchmarks/check_speed.py CORPUS [--files 20000] [--rounds 3]

Copies the corpus as often as needed into a temporary folder, warms the cache with one read of every file, then takes
the best of the rounds of each program, alternating. Also prints the ratio on the corpus itself, where start-up decides,
and the CPU time of a check of one PNG against `python -c "import typer"`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = [sys.executable, "-m", "occ_media_cli", "check"]


def main() -> int:
    """Make the files, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("corpus", type=Path)
    options.add_argument("--files", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    samples = sorted(path for path in chosen.corpus.rglob("*") if path.is_file() and path.suffix not in (".tsv", ".md"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        # An installed program has its bytecode; one in a checkout, told to write none, would compile itself each time.
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        many, few = Path(folder) / "many", Path(folder) / "few"
        fill(many, samples, chosen.files)
        fill(few, samples, len(samples))
        for name, place in (("many", many), ("few", few)):
            paths = [path for path in place.rglob("*") if path.is_file()]
            for path in paths:
                path.read_bytes()
            compare(name, place, paths, chosen.rounds)
        one = next(path for path in samples if path.suffix == ".png" and path.parent.name == "valid")
        start_up(one)
    return 0


def fill(place: Path, samples: list[Path], count: int) -> None:
    """`count` copies, some hundred to a folder."""
    for number in range(count):
        sample = samples[number % len(samples)]
        target = place / f"{number // 500:03}" / f"{number:06}{sample.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample, target)


def compare(name: str, place: Path, paths: list[Path], rounds: int) -> None:
    """Best wall time of each program over some rounds."""
    listing = place.with_suffix(".list")
    listing.write_text("".join(f"{path}\n" for path in paths))
    ours, theirs, spent, spent_by_file = [], [], [], []
    for _ in range(rounds):
        before = seconds()
        theirs.append(timed(["file", "--mime-type", "-b", "-f", str(listing)]))
        between = seconds()
        ours.append(timed([*PROGRAM, "--format", "ndjson", str(place)]))
        spent_by_file.append(between - before)
        spent.append(seconds() - between)
    best, floor = min(ours), min(theirs)
    print(
        f"{name}: {len(paths):,} files: check {len(paths) / best:,.0f} files/s ({best:.2f} s), "
        f"file {len(paths) / floor:,.0f} files/s ({floor:.2f} s), ratio {floor / best:.2f} x"
    )
    share = 2 * min(spent_by_file) / min(spent)
    print(
        f"      CPU: check {min(spent):.2f} s, file {min(spent_by_file):.2f} s; "
        f"two idle cores give at most {share:.2f} x, a busy machine gives less"
    )


def timed(command: list[str]) -> float:
    """Seconds of one run."""
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begin


def start_up(one: Path) -> None:
    """CPU time of a check of one PNG, workers included, against importing Typer; the median of some runs each."""
    floor = sorted(cpu([sys.executable, "-c", "import typer"]) for _ in range(15))[7]
    check = sorted(cpu([*PROGRAM, str(one)]) for _ in range(15))[7]
    print(f"one PNG: {check * 1000:.0f} ms CPU, import typer {floor * 1000:.0f} ms, ratio {check / floor:.2f} x")


def cpu(command: list[str]) -> float:
    """User and system seconds of one run and its children."""
    before = seconds()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return seconds() - before


def seconds() -> float:
    """Processor seconds of all runs so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
