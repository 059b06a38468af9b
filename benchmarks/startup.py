"""What frequent commands cost, as ratios to floors measured in the same run.

    python benchmarks/startup.py [RUNS]

CPU time (user and system) of whole processes, median of RUNS (15) pairs; the floors are `python -c pass` and
`python -c "import typer"`, each run right beside the command. The console script of the environment that runs this is
what is measured.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

PYTHON = sys.executable
PROGRAM = str(Path(PYTHON).with_name("occ-media"))
SAMPLES = Path(__file__).resolve().parent.parent / "sample_configs"


Make = Callable[[int], Sequence[str]]


def once(command: Sequence[str], cwd: str) -> float:
    """CPU seconds of one process."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paired(make: Make, floor: Sequence[str], runs: int, cwd: str) -> tuple[float, float]:
    """Median CPU seconds of a command, and the median of its ratios to a floor that is run right beside it."""
    figures, ratios = [], []
    for run in range(-2, runs):
        ground, figure = once(floor, cwd), once(make(run), cwd)
        if run >= 0:
            figures.append(figure)
            ratios.append(figure / ground)
    return statistics.median(figures), statistics.median(ratios)


def setting(store: str) -> Make:
    """A change that changes something at every run."""
    return lambda run: [PROGRAM, "--store", store, "set", "inbox", "--receive", ("off", "on")[run % 2]]


def jobs() -> Iterator[tuple[str, Make, Sequence[str], float]]:
    """Name, command, floor and budget."""
    bare, typer = [PYTHON, "-c", "pass"], [PYTHON, "-c", "import typer"]
    yield "--version", lambda _: [PROGRAM, "--version"], bare, 1.5
    for store in ("s.db", "t.toml"):
        yield f"set {store}", setting(store), typer, 1.6
        yield f"show {store}", lambda _, store=store: [PROGRAM, "--store", store, "show"], typer, 1.6
        yield f"history {store}", lambda _, store=store: [PROGRAM, "--store", store, "history", "inbox"], typer, 1.6
    picture = str(SAMPLES / "files" / "logo.png")
    yield "check one png", lambda _: [PROGRAM, "check", picture], typer, 2.2


def main(runs: int) -> None:
    """Print every figure with its ratio and its budget."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make, floor, budget in jobs():
            figure, ratio = paired(make, floor, runs, folder)
            print(f"{name:<15} {figure * 1e3:6.1f} ms CPU  {ratio:.2f} x `{' '.join(floor[1:])}`  (budget {budget})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
