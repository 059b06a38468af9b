"""Kill -9 in the middle of an ingest, eight writers at once, and a disk that is full.

    python proofs/ledger_kills.py [--count 200] [--rows 20000] [--seed 1]

An ingest of the command line is killed at a random moment and run again, `--count` times, each time on a new store:
the ledger must verify after the kill, and afterwards hold what an undisturbed ingest holds. Then eight writers take
turns on one store, and an ingest runs into the end of a small file system (where one can be mounted). Exits 1 unless
nothing is lost, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import row
from tests.unit.ledger.filled import store as new_store

HERE = Path(__file__).parents[1]

OFTEN = """
import sys
from pathlib import Path
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.store.locate import at
from occ_media_cli.store.open import changing
from tests.unit.ledger.conftest import STAMP
from tests.unit.ledger.moving import keys_move_after
with changing(at(Path(sys.argv[1]), explicit=True), STAMP) as store, keys_move_after(3_000):
    ingest(store.ledger, "ndjson", sys.argv[2], commit_every=1_000)
"""
"""An ingest that commits often and moves keys, so that a kill meets both."""


def often(store: Path, source: Path) -> subprocess.Popen[bytes]:
    """Such an ingest, started."""
    return subprocess.Popen([sys.executable, "-c", OFTEN, str(store), str(source)], cwd=HERE, stderr=subprocess.PIPE)


def command(store: Path, source: Path) -> subprocess.Popen[bytes]:
    """An ingest by the command line."""
    return subprocess.Popen(
        [sys.executable, "-m", "occ_media_cli", "--store", str(store), "ledger", "ingest", "ndjson", str(source)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=HERE,
    )  # fmt: skip


def write(path: Path, numbers: range) -> Path:
    """Rows as a file."""
    path.write_text("".join(json.dumps(row(n, customer=f"c{n % 50}")) + "\n" for n in numbers))
    return path


def look(store: Path) -> tuple[bool, int]:
    """Whether a store verifies, and how many entries it holds."""
    connection = sqlite3.connect(store, isolation_level=None)
    try:
        return verify_ledger(connection).intact, connection.execute("SELECT count(*) FROM entry").fetchone()[0]
    finally:
        connection.close()


def kills(folder: Path, count: int, rows: int, rng: Random) -> bool:
    """Kill, verify, run again."""
    source = write(folder / "rows.ndjson", range(rows))
    base = new_store(folder, 0)
    begin = time.monotonic()
    process = often(base, source)
    process.communicate()
    took = time.monotonic() - begin
    whole = look(base)[1]
    killed = partial = broken = wrong = 0
    for number in range(count):
        place = folder / str(number)
        place.mkdir()
        store = new_store(place, 0)
        process = (often if number % 4 else command)(store, source)
        time.sleep(rng.uniform(0.1, took))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        intact, entries = look(store)
        partial += 0 < entries < whole
        broken += not intact
        again = command(store, source)
        again.communicate()
        intact, entries = look(store)
        wrong += again.returncode != 0 or not intact or entries != whole
        for file in place.iterdir():
            file.unlink()
    print(f"kills       {count} runs, {killed} killed in time, {partial} of them between two commits", flush=True)
    print(f"            {broken} did not verify after the kill, {wrong} ended differently", flush=True)
    return not broken and not wrong and killed > count // 2


def writers(folder: Path) -> bool:
    """Eight at once."""
    store = new_store(folder, 0)
    files = [write(folder / f"{w}.ndjson", range(w * 4_000, w * 4_000 + 5_000)) for w in range(8)]
    running = [command(store, file) for file in files]
    codes = [(process.communicate(), process.returncode)[1] for process in running]
    intact, entries = look(store)
    print(f"writers     8 at once, exit codes {codes}, {entries:,} of 33,000 entries, intact {intact}", flush=True)
    return codes == [0] * 8 and entries == 33_000 and intact


def full_disk(folder: Path) -> bool:
    """The end of a small file system."""
    place = folder / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        print("full disk   not tried: nothing can be mounted here", flush=True)
        return True
    try:
        store = new_store(place, 0)
        process = command(store, write(folder / "many.ndjson", range(300_000)))
        _, words = process.communicate()
        intact, entries = look(store)
        print(f"full disk   exit code {process.returncode}, intact {intact}, {entries:,} entries kept", flush=True)
        print(f"            {words.decode().strip()!r}", flush=True)
        return process.returncode == 3 and intact and b"disk is full" in words
    finally:
        subprocess.run(["umount", place], check=True)


def main() -> int:
    """Everything in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["OCC_MEDIA_ACTOR"] = "proof"
    with tempfile.TemporaryDirectory() as name:
        good = []
        for number, part in enumerate((writers, full_disk)):
            place = Path(name) / f"part-{number}"
            place.mkdir()
            good.append(part(place))
        place = Path(name) / "kills"
        place.mkdir()
        good.append(kills(place, options.count, options.rows, Random(options.seed)))
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
