"""How fast the ledger is, against a floor that is measured in the same run.

    python benchmarks/ledger.py [ROWS]          100,000 rows by default

F, the floor, is what the standard library can do with the same file and no promises: orjson (or msgspec, where orjson
is not installed) and `executemany` into a wide table without an index. Everything else is a ratio to it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store import open as opening
from occ_media_cli.store.locate import at

HERE = Path(__file__).resolve().parents[1]
STAMP = chain.Stamp(0, 0, "bench", "bench", "bench", "bench")
INBOXES = 200
EXTENSIONS = ("jpg", "jpg", "jpg", "pdf", "pdf", "mp4", "ogg", "png", "docx", "xlsx", "webp", "exe")
TYPES = {"jpg": "image/jpeg", "pdf": "application/pdf", "mp4": "video/mp4", "ogg": "audio/ogg; codecs=opus"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def write_rows(path: Path, rows: int, seed: int = 7) -> None:
    """Entries as WhatsApp gives them: ids of 57 random characters, 35 % of the contents seen before, in time order."""
    rng = random.Random(seed)
    contents: list[str] = []
    start = 1_767_225_600_000
    with path.open("w") as stream:
        for number in range(rows):
            ext = rng.choice(EXTENSIONS)
            if contents and rng.random() < 0.35:
                content = rng.choice(contents)
            else:
                content = hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
                if len(contents) < 200_000:
                    contents.append(content)
            receive = rng.random() < 0.7
            when = start + number * 90
            seconds, ms = divmod(when, 1000)
            row = {
                "id": "wamid.HBgL" + "".join(rng.choices(ALPHABET, k=47)),
                "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03d}Z",
                "inbox": f"inbox-{rng.randrange(INBOXES)}",
                "channel": "whatsapp-cloud",
                "direction": "receive" if receive else "send",
                "agent": None if receive else f"agent-{rng.randrange(300)}",
                "customer": f"1650555{rng.randrange(100_000):05d}",
                "name": f"file-{rng.randrange(10_000)}.{ext}",
                "declared": TYPES.get(ext, "application/octet-stream"),
                "size": rng.randrange(1_000, 20_000_000),
                "sha256": content,
                "outcome": "blocked" if rng.random() < 0.02 else "delivered",
            }
            stream.write(json.dumps(row) + "\n")


def decoder():
    """A JSON decoder and its name."""
    try:
        import orjson
    except ImportError:
        import msgspec

        return msgspec.json.Decoder().decode, "msgspec"
    return orjson.loads, "orjson"


COLUMNS = (
    "id", "time", "inbox", "channel", "direction", "agent", "customer", "name", "declared", "size", "sha256", "outcome",
)  # fmt: skip


class Rates:
    """The rates of each part in all rounds, by the wall clock and by the processor's time."""

    def __init__(self) -> None:
        self.all: dict[str, list[tuple[float, float]]] = {}

    @contextmanager
    def of(self, what: str, rows: int) -> Iterator[None]:
        """Time a part."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        rates = rows / (time.perf_counter() - wall), rows / (time.process_time() - processor)
        self.all.setdefault(what, []).append(rates)

    def best(self, what: str) -> tuple[float, float]:
        """The best rates of a part."""
        return max(rate[0] for rate in self.all[what]), max(rate[1] for rate in self.all[what])

    def show(self) -> None:
        """A line for each part, with its ratio to the floor."""
        floor_wall, floor_processor = self.best("floor F")
        for what in self.all:
            wall, processor = self.best(what)
            shares = f"{wall / floor_wall:.2f} F    processor {processor / floor_processor:.2f} F"
            print(f"{what:<19} {wall:>9,.0f} rows/s  {shares}")
        floors = self.all["floor F"]
        each = [
            f"{rate[0] * (1 / before[0] + 1 / after[0]) / 2:.2f}"
            for rate, before, after in zip(self.all["ingest"], floors[::2], floors[1::2], strict=True)
        ]
        print(f"ingest, each round  {', '.join(each)} of the mean of the floors before and after it")


def floor(source: Path, folder: Path, rates: Rates, rows: int) -> None:
    """The floor F, before and after each ingest: the speed of a machine that others use changes by the minute."""
    with rates.of("floor F", rows):
        _floor(source, folder)
    (folder / "floor.db").unlink()


def _floor(source: Path, folder: Path) -> None:
    loads, _ = decoder()
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"CREATE TABLE entry ({', '.join(COLUMNS)})")
    insert = f"INSERT INTO entry VALUES ({', '.join('?' * len(COLUMNS))})"
    connection.execute("BEGIN")
    batch = []
    with source.open("rb") as stream:
        for line in stream:
            row = loads(line)
            batch.append([row.get(name) for name in COLUMNS])
            if len(batch) == 10_000:
                connection.executemany(insert, batch)
                batch.clear()
    connection.executemany(insert, batch)
    connection.execute("COMMIT")
    connection.close()


def make_store(path: Path) -> None:
    """A store with the inboxes that the rows name."""
    with editing(at(path, explicit=True), STAMP) as editor:
        for number in range(INBOXES):
            editor.add_inbox(f"inbox-{number}")


def take_in(path: Path, source: Path, rates: Rates, what: str, rows: int, new: int) -> None:
    """An ingest, of which `new` rows must be new."""
    with opening.changing(at(path, explicit=True), STAMP) as store, rates.of(what, rows):
        summary = ingest(store.ledger, "ndjson", str(source))
    assert (summary.counts.read, summary.counts.new) == (rows, new), summary


def check(path: Path, rates: Rates, rows: int) -> None:
    """A verification."""
    with opening.reading(at(path, explicit=True)) as opened, rates.of("verify", rows):
        result = verify_ledger(opened.ledger)
    assert result.intact, result.problems


def size_of(path: Path) -> int:
    """Bytes of the whole store in one file."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size


def append(folder: Path, full: Path, rates: Rates, rows: int) -> None:
    """Append to the full store and to empty ones, in turns."""
    for number in range(3):
        source = folder / f"more-{number}.ndjson"
        write_rows(source, rows, seed=100 + number)
        empty = folder / f"empty-{number}.db"
        make_store(empty)
        take_in(empty, source, rates, "append to empty", rows, rows)
        take_in(full, source, rates, "append to full", rows, rows)


def peak(process: int) -> float:
    """The most MB that a process has held so far."""
    try:
        return int(Path(f"/proc/{process}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):  # it has ended
        return 0.0


def watched(words: list[str]) -> float:
    """Peak memory in MB of a command of ours, together with the process that it has beside it.

    What both share is counted twice.
    """
    pid = os.posix_spawn(sys.executable, [sys.executable, *words], {**os.environ, "PYTHONPATH": str(HERE)})
    own = beside = 0.0
    while True:
        own = max(own, peak(pid))
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            beside = max(beside, peak(int(child)))
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            assert status == 0
            return own + beside
        time.sleep(0.05)


def alone(folder: Path, source: Path) -> tuple[float, float]:
    """Peak memory of the commands that take all rows in and that verify them."""
    fresh = folder / "alone.db"
    make_store(fresh)
    words = ["-m", "occ_media_cli", "--store", str(fresh), "--quiet", "ledger"]
    found = watched([*words, "ingest", "ndjson", str(source)]), watched([*words, "verify"])
    fresh.unlink()
    return found


def main() -> None:
    """Print the figures: the best of some rounds, in which the floor and the ledger take turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--append", type=int, default=10_000, help="rows to append at the end, 0 for none")
    parser.add_argument("--short", action="store_true", help="leave out the second ingest and the one that is alone")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--source", type=Path, help="as many rows as stated, made by a run before with the same seed")
    arguments = parser.parse_args()
    rows = arguments.rows
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        source = arguments.source or folder / "rows.ndjson"
        if arguments.source is None:
            write_rows(source, rows)
        rates = Rates()
        store = folder / "bench.db"
        for _ in range(arguments.rounds):
            for old in folder.glob("bench.db*"):
                old.unlink()
            make_store(store)
            floor(source, folder, rates, rows)
            take_in(store, source, rates, "ingest", rows, rows)
            floor(source, folder, rates, rows)
            each = size_of(store) / rows
            check(store, rates, rows)
            if not arguments.short:
                take_in(store, source, rates, "ingest again", rows, 0)
        if arguments.append:
            append(folder, store, rates, arguments.append)
        print(f"rows                {rows:,}, best of {arguments.rounds} rounds, floor with {decoder()[1]}")
        rates.show()
        print(f"bytes an entry      {each:>9.0f}")
        if arguments.append:
            empty, full = rates.best("append to empty"), rates.best("append to full")
            print(f"append, full/empty  {full[0] / empty[0]:>9.2f}    processor {full[1] / empty[1]:.2f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory         {peak:>9.0f} MB, of this whole script")
        if not arguments.short:
            for old in folder.glob("*.db*"):
                old.unlink()
            taken, verified = alone(folder, source)
            print(f"peak memory         {taken:>9.0f} MB, of an ingest with the process beside it")
            print(f"peak memory         {verified:>9.0f} MB, of a verification")


if __name__ == "__main__":
    main()
