"""How fast the ledger is, against a floor that is measured in the same run.

    python benchmarks/ledger.py [ROWS]          100,000 rows by default

F, the floor, is what the standard library can do with the same file and no promises: orjson (or msgspec, where orjson
is not installed) and `executemany` into a wide table without an index. Everything else is a ratio to it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.verify import verify
from occ_media_cli.settings.session import editing
from occ_media_cli.store import chain
from occ_media_cli.store import open as opening
from occ_media_cli.store.locate import at

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


def floor(source: Path, folder: Path) -> float:
    """Rows a second of the floor F."""
    loads, _ = decoder()
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"CREATE TABLE entry ({', '.join(COLUMNS)})")
    insert = f"INSERT INTO entry VALUES ({', '.join('?' * len(COLUMNS))})"
    begin, count = time.perf_counter(), 0
    connection.execute("BEGIN")
    batch = []
    with source.open("rb") as stream:
        for line in stream:
            row = loads(line)
            batch.append([row.get(name) for name in COLUMNS])
            if len(batch) == 10_000:
                connection.executemany(insert, batch)
                count += len(batch)
                batch.clear()
    connection.executemany(insert, batch)
    count += len(batch)
    connection.execute("COMMIT")
    connection.close()
    took = time.perf_counter() - begin
    (folder / "floor.db").unlink()
    return count / took


def make_store(path: Path) -> None:
    """A store with the inboxes that the rows name."""
    with editing(at(path, explicit=True), STAMP) as editor:
        for number in range(INBOXES):
            editor.add_inbox(f"inbox-{number}")


def take_in(path: Path, source: Path) -> tuple[int, float]:
    """Rows taken in and rows a second."""
    with opening.changing(at(path, explicit=True), STAMP) as store:
        begin = time.perf_counter()
        summary = ingest(store.ledger, "ndjson", str(source))
        return summary.counts.new, summary.counts.read / (time.perf_counter() - begin)


def size_of(path: Path) -> int:
    """Bytes of the whole store in one file."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size


def check(path: Path) -> float:
    """Rows a second of a verification."""
    with opening.reading(at(path, explicit=True)) as opened:
        begin = time.perf_counter()
        result = verify(opened.ledger)
        assert result.intact, result.problems
        return result.entries / (time.perf_counter() - begin)


def main() -> None:
    """Print the figures: the best of some rounds, in which the floor and the ledger take turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        source = folder / "rows.ndjson"
        write_rows(source, arguments.rows)
        best = dict.fromkeys(("floor F", "ingest", "ingest again", "verify"), 0.0)
        each = 0.0
        for number in range(arguments.rounds):
            store = folder / f"bench-{number}.db"
            make_store(store)
            best["floor F"] = max(best["floor F"], floor(source, folder))
            new, rate = take_in(store, source)
            assert new == arguments.rows
            best["ingest"] = max(best["ingest"], rate)
            each = size_of(store) / arguments.rows
            best["floor F"] = max(best["floor F"], floor(source, folder))
            best["verify"] = max(best["verify"], check(store))
            new, rate = take_in(store, source)
            assert new == 0
            best["ingest again"] = max(best["ingest again"], rate)
            store.unlink()
        print(f"rows                {arguments.rows:,}, best of {arguments.rounds}, floor with {decoder()[1]}")
        for what, rate in best.items():
            print(f"{what:<19} {rate:>9,.0f} rows/s  {rate / best['floor F']:.2f} F")
        print(f"bytes an entry      {each:>9.0f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory         {peak:>9.0f} MB (this whole script)")


if __name__ == "__main__":
    main()
