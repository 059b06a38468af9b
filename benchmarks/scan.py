"""The client of clamd alone against `clamdscan --fdpass` and `clamdscan --fdpass -m`, on the same clamd and files.

    python benchmarks/scan.py [--files 2000] [--rounds 5]

Makes small files of 200 to 8,000 bytes, no two alike and new ones for each program and round (clamd remembers what it
has seen), and takes the medians of interleaved rounds. "client" asks about descriptors in one session, as the engine
does; "engine" unpacks besides. Goals: client at most 0.7 of `--fdpass` and 1.2 of `--fdpass -m`. Needs clamd and, for
the comparison, clamdscan.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.safety import antivirus
from occ_media_cli.safety.antivirus import Asked
from occ_media_cli.safety.antivirus.address import find_address
from occ_media_cli.safety.antivirus.clamd import Clamd as Client
from occ_media_cli.safety.antivirus.connection import Question
from tests.clamd import PROGRAM, Clamd

WORDS = b"the of and to in is that for it as was with be by on not he his but at are this have from"


def main() -> int:
    """Make files, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    if PROGRAM is None:
        print("clamd is not installed")
        return 2
    clamd = Clamd()
    ways: dict[str, Callable[[Clamd, Path], None]] = {"client": client, "engine": engine}
    if shutil.which("clamdscan"):
        ways = {"clamdscan --fdpass": clamdscan(), "clamdscan --fdpass -m": clamdscan("-m"), **ways}
    took: dict[str, list[float]] = {way: [] for way in ways}
    try:
        for number in range(chosen.rounds):
            for way, measure in ways.items():
                with tempfile.TemporaryDirectory() as folder:
                    fill(Path(folder), chosen.files, f"{number} {way}")
                    begun = time.perf_counter()
                    measure(clamd, Path(folder))
                    took[way].append(time.perf_counter() - begun)
    finally:
        clamd.close()
    base = median(next(iter(took.values())))
    for way, seconds in took.items():
        print(f"{way:24} {median(seconds):7.3f} s  {median(seconds) / base:5.2f}")
    return 0


def fill(folder: Path, files: int, seed: str) -> None:
    """So many small texts."""
    source = random.Random(seed)
    words = WORDS.split()
    for number in range(files):
        text = b" ".join(source.choices(words, k=source.randrange(50, 2_000)))
        (folder / f"{number:05}.txt").write_bytes(b"%d %s\n" % (number, text))


def client(clamd: Clamd, folder: Path) -> None:
    """Every file by one session, without a look inside."""
    asking = Client(find_address(clamd.address), 60)
    waiting: list[Question] = []
    for path in sorted(folder.iterdir()):
        question = Question(os.open(path, os.O_RDONLY), 0)
        waiting.append(question)
        while not asking.has_room():
            asking.take_answers()
        asking.ask(question)
    while not waiting[-1].settled:  # the last session counts once it ended
        asking.take_answers()
    assert all(question.answer is not None and question.answer.kind == "ok" for question in waiting)
    for question in waiting:
        os.close(question.fd)
    asking.close()


def engine(clamd: Clamd, folder: Path) -> None:
    """Every file with all of its parts, as a scan asks."""

    def files() -> list[Asked]:
        opened = []
        for path in sorted(folder.iterdir()):
            fd = os.open(path, os.O_RDONLY)
            opened.append(Asked(fd, os.fstat(fd).st_size, "txt", fd))
        return opened

    now = int(time.time() * 1000)
    with antivirus.session(clamd.address, now=now, signatures=str(clamd.signatures)) as asking:
        for verdict in asking.scan(files()):
            assert verdict.state == "clean", verdict
            os.close(verdict.tag)


def clamdscan(*options: str) -> Callable[[Clamd, Path], None]:
    """The same by clamdscan."""

    def measure(clamd: Clamd, folder: Path) -> None:
        command = [
            "clamdscan",
            f"--config-file={clamd.config}",
            "--fdpass",
            "--no-summary",
            "--quiet",
            *options,
            folder,
        ]
        subprocess.run(command, check=True)

    return measure


if __name__ == "__main__":
    raise SystemExit(main())
