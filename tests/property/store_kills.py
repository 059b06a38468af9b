"""Backups and restores that are killed: the store is the old one or the new one, and no copy of it is left anywhere."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import connect, temporary
from tests.e2e.program import occ_media
from tests.property.strain import ENVIRONMENT

MINE = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)

ERASED = "customer-4711-feed"

LOOP = """
import io, sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from occ_media_cli.__main__ import run
store, first, full, away = sys.argv[1:]
while True:
    for words in (["store", "restore", first, "--accept-loss", "try"], ["store", "backup", away],
                  ["store", "restore", full, "--accept-loss", "try"],
                  ["store", "backup", first + ".again"]):
        if words[1] == "backup":  # a backup that knows more than the store would be kept
            Path(words[2]).unlink(missing_ok=True)
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--store", store, *words])
        if code:
            sys.stderr.write(err.buffer.getvalue().decode())
            raise SystemExit(code)
        sys.stdout.write("x\\n")
        sys.stdout.flush()
"""


def _run(store: Path, *words: str) -> str:
    return occ_media("--store", str(store), *words, cwd=store.parent).out


def kills(folder: Path, kind: str, count: int, seed: int) -> str:
    """Kill a process that makes backups and puts them back; returns what happened, after all was found whole."""
    chance = random.Random(seed)
    store, away = folder / f"s.{kind}", folder / "away"
    ledger = store.with_suffix(".ledger.db") if kind == "toml" else store
    away.mkdir()
    rows = folder / "rows.ndjson"
    rows.write_text("".join(
        json.dumps({"id": f"w.{n}", "time": "2026-01-01T10:00:00.000Z", "inbox": "inbox", "direction": "receive",
                    "name": f"f{n}.txt", "size": n, "customer": f"c{n}"}) + "\n"
        for n in range(2_000)
    ))  # fmt: skip
    _run(store, "ledger", "ingest", "ndjson", str(rows))
    _run(store, "store", "backup", str(folder / "first.backup"))
    rows.write_text(rows.read_text().replace('"w.', '"x.').replace('"c7"', f'"{ERASED}"'))
    _run(store, "ledger", "ingest", "ndjson", str(rows))
    _run(store, "store", "backup", str(folder / "full.backup"))
    _run(store, "ledger", "erase", "--customer", ERASED, "--reason", "request 7")
    _run(store, "hold", "add", "--name", "claim", "--inbox", "inbox", "--reason", "claim 1")
    found, last = 0, None
    for turn in range(count):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(store), str(folder / "first.backup"), str(folder / "full.backup"),
             str(away / "b.backup")],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        if chance.random() < 0.7:
            process.stdout.readline()
        time.sleep(chance.random() * 0.4)
        os.kill(process.pid, signal.SIGKILL)
        _, errors = process.communicate()
        assert not errors, errors
        found += len(temporary.left(folder))
        _run(store, "inbox", "tag", "inbox", f"t{turn}")  # the next command clears what is left
        assert not temporary.left(folder) + temporary.left(away), "a copy was left"
        assert not [path for path in (*folder.iterdir(), *away.iterdir()) if temporary.SUFFIX in path.name]
        with closing(connect.connect(ledger, writable=False)) as connection:
            assert not verify_ledger(connection, projections=[MINE]).problems
            held = connection.execute(
                "SELECT count(*) FROM hold WHERE hold = 'claim' AND released_ms IS NULL"
            ).fetchone()
            walls = {wall for (wall,) in connection.execute("SELECT wall FROM event WHERE kind = 'store-restore'")}
            edits = connection.execute("SELECT count(*) FROM event WHERE reason = 'edited by hand'").fetchone()
        assert held == (1,), "the hold was lost"
        assert edits == (0,), "a restore that was killed reads like an edit by hand"
        assert ERASED.encode() not in ledger.read_bytes(), "an erased customer is back"
        asides = list(folder.glob(f"{ledger.name}{temporary.ASIDE}*"))
        newest = max(walls, default=None)
        assert newest == last or any(path.name.endswith(f"-{newest}") for path in asides), "what was replaced is gone"
        last = newest
        for path in asides:
            path.unlink()
        (folder / "again.backup").unlink(missing_ok=True)
        _run(store, "store", "backup", str(folder / "again.backup"))
    return f"{count} kills: {found} copies found half-written, none left behind the next command"
