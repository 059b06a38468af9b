"""What making one file fit costs, as a ratio to the library alone doing one encode of it.

    python benchmarks/fit.py [--rounds 3]

A film of three seconds is made half as large: two passes, measured, and compared with its original, against one encode
by ffmpeg at the same bit rate. Interleaved rounds, medians. More kinds are more rows of `KINDS`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.convert.goal import Goal
from tests.unit.convert.films import ADVICE, WHATSAPP, fit, made_by_ffmpeg


def film(folder: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """(making a film fit, one encode of it)."""
    source = ("-f", "lavfi", "-i", "mandelbrot=s=640x360:r=25", "-f", "lavfi", "-i", "sine=d=3", "-t", "3")
    path = made_by_ffmpeg(folder / "film.mp4", *source, "-c:v", "libx264", "-crf", "10", "-c:a", "aac")
    most = path.stat().st_size // 2
    bits = str(most * 8 // 3)
    words = ["-i", path, "-c:v", "libx264", "-b:v", bits, "-c:a", "aac", "-f", "mp4", folder / "bare.mp4"]
    bare = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    return (lambda: fit(path, Goal("mp4", most, WHATSAPP, ADVICE))), (lambda: subprocess.run(bare, check=True))


KINDS = {"film": film}
"""By name, what makes (the whole way, one bare encode)."""


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as made:
        for name, prepare in KINDS.items():
            whole, bare = prepare(Path(made))
            times = [(_seconds(whole), _seconds(bare)) for _ in range(rounds)]
            first, second = (median(each) for each in zip(*times, strict=True))
            print(f"{name}: {first:.2f} s, one encode {second:.2f} s, ratio {first / second:.2f}")
    return 0


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    raise SystemExit(main())
