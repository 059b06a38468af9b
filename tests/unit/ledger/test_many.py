"""Many at once and interrupted: writers beside each other, kills, and every string that ever broke a program."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import random
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from occ_media_cli.errors import Refused
from occ_media_cli.ledger.export import parquet
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.query import FIELDS, Filters, entries
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger, row
from tests.unit.report.hostile import strings

COMMAND = [sys.executable, "-m", "occ_media_cli"]


def run(ledger: Ledger, *arguments: str, stdin: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "--store", str(ledger.path), "ledger", "ingest", "ndjson", *arguments],
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def write(path: Path, numbers: range) -> Path:
    path.write_text("".join(json.dumps(row(n, customer=f"c{n % 50}")) + "\n" for n in numbers))
    return path


def test_writers_at_once_lose_nothing(ledger: Ledger, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{w}.ndjson", range(w * 400, w * 400 + 500)) for w in range(8)]  # neighbours overlap
    writers = [run(ledger, str(file)) for file in files]
    results = [(*writer.communicate(), writer.returncode) for writer in writers]
    assert [code for _, _, code in results] == [0] * 8, results
    assert ledger.one("SELECT count(*) FROM entry") == 3_300
    assert verify_ledger(ledger.connection).intact


@pytest.mark.no_cover
def test_a_killed_ingest_ends_the_same_when_it_runs_again(ledger: Ledger, tmp_path: Path) -> None:
    source = write(tmp_path / "rows.ndjson", range(60_000))
    data = source.read_bytes()
    for share in (0.1, 0.6, 0.95):  # the last is behind the first commit, of 50,000 rows
        process = run(ledger, "-", stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(data[: int(len(data) * share)])  # all but a block of it is taken when this returns
        process.stdin.flush()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert verify_ledger(ledger.connection).intact
    assert 50_000 <= ledger.one("SELECT count(*) FROM entry") < 57_000
    last = run(ledger, str(source))
    assert last.communicate()[1] == b""
    assert ledger.one("SELECT count(*) FROM entry") == 60_000
    assert verify_ledger(ledger.connection).intact


def heed_ctrl_c() -> None:
    """A run of the tests in the background hands down that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_says_what_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "--store", str(ledger.path), "ledger", "ingest", "ndjson", "-"],
        stdin=read_end, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,
    )  # fmt: skip
    with os.fdopen(read_end, "rb") as other, os.fdopen(write_end, "wb") as pipe:
        pipe.write(write(tmp_path / "r", range(100)).read_bytes())
        pipe.flush()
        for _ in range(200):  # until the command has taken the rows and waits for more
            time.sleep(0.1)
            if not struct.unpack("i", fcntl.ioctl(other, termios.FIONREAD, b"\0" * 4))[0]:
                break
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert b"rows are kept; run the same command again to go on" in errors


TEXTS = ("channel", "agent", "customer", "conversation", "name", "declared", "detected", "reason", "message")


@pytest.mark.no_cover
def test_hostile_strings_go_in_and_come_out_unchanged(ledger: Ledger, tmp_path: Path) -> None:
    texts = [text for text in strings() if "\0" not in text and text.isprintable() in (True, False)]
    whole = [text for text in texts if _encodes(text)]
    assert len(whole) > 200
    given = [{**row(n), **dict.fromkeys(TEXTS, text), "id": f"{n}:{text}"} for n, text in enumerate(whole)]
    assert ledger.ingest(*given).counts.refused == 0
    found = [{name: entry[name] for name in (*TEXTS, "id")} for entry in entries(ledger.connection, Filters())]
    assert found == [{name: entry[name] for name in (*TEXTS, "id")} for entry in given]
    assert verify_ledger(ledger.connection).intact
    assert parquet(ledger.connection, Filters(), tmp_path / "x.parquet") == len(whole)
    assert ingest(ledger.connection, "parquet", str(tmp_path / "x.parquet")).counts.refused == 0
    again = [{name: e[name] for name in FIELDS} for e in entries(ledger.connection, Filters(source="parquet"))]
    assert again == [{name: e[name] for name in FIELDS} for e in entries(ledger.connection, Filters(source="ndjson"))]
    assert ledger.ingest(*given).counts.duplicate == len(whole)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def test_read_only_refuses_every_changing_command(ledger: Ledger, tmp_path: Path) -> None:
    from occ_media_cli.__main__ import run as command

    source = str(write(tmp_path / "r", range(3)))
    before = ledger.path.read_bytes()
    for words in (["ingest", "ndjson", source], ["erase", "--customer", "1", "--reason", "x"], ["flag", "x", "--reason", "y"],
                  ["capture", "--root", str(tmp_path)]):  # fmt: skip
        assert command(["--store", str(ledger.path), "--read-only", "ledger", *words]) == Refused.code
    assert command(["--store", str(ledger.path), "--read-only", "ledger", "verify"]) == 0
    assert ledger.path.read_bytes() == before


UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
"""An environment without coverage, which has memory of its own and doubles the time of 50,000 rows."""

PEAK = """
import sys
from occ_media_cli.__main__ import run
code = run(sys.argv[1:])
with open("/proc/self/status") as status:
    print([line.split()[1] for line in status if line.startswith("VmHWM")][0], file=sys.stderr)
raise SystemExit(code)
"""


def peak(ledger: Ledger, *words: str, code: int = 0) -> int:
    """The most memory in kB that a command had, in a process of its own: that of the tests has other peaks."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "--store", str(ledger.path), "ledger", *words],
        capture_output=True, text=True, check=False, env=UNMEASURED,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return int(done.stderr.split()[-1])


def long_rows(kind: str, path: Path, count: int, inbox: str = "nobody's") -> Path:
    """Rows with a kB of text that nothing can compress, in one row group where the kind has them."""
    rng = random.Random(count)
    rows = [row(n, inbox=inbox, customer=f"165{n % 500}", message=rng.randbytes(512).hex()) for n in range(count)]
    if kind == "ndjson":
        path.write_text("".join(json.dumps(values) + "\n" for values in rows))
    elif kind == "csv":
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        arrow = pytest.importorskip("pyarrow")
        table = arrow.table({name: [values[name] for values in rows] for name in rows[0]})
        pytest.importorskip("pyarrow.parquet").write_table(table, path, row_group_size=count)
    return path


@pytest.mark.no_cover
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_memory_does_not_grow_with_the_source(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    """All rows are refused, so that the pages of the store, up to 48 MiB of them, do not stand in the way."""
    small = peak(ledger, "ingest", kind, str(long_rows(kind, tmp_path / "small", 5_000)), code=3)
    large = peak(ledger, "ingest", kind, str(long_rows(kind, tmp_path / "large", 50_000)), code=3)
    assert large - small < 26_000, f"{small} kB, then {large} kB"


@pytest.mark.no_cover
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_memory_does_not_grow_with_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    """A ledger of 75 MB; Arrow alone takes 75 MB of what writing Parquet takes."""
    ingest(ledger.connection, "ndjson", str(long_rows("ndjson", tmp_path / "rows", 60_000, inbox="vip")))
    ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert peak(ledger, "verify") < 61_000
    assert peak(ledger, "stats") < 61_000
    assert peak(ledger, "export", "--format", "ndjson", "--output", str(tmp_path / "out")) < 61_000
    ledger.connection.close()
    assert peak(ledger, "erase", "--customer", "1657", "--reason", "asked", code=1) < 61_000  # wamid.1657
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("rows", "out")] == ["store.db"]
