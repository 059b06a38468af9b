"""Documents without an end, and small ones that would take a parser hours: told, within bounds."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.e2e.program import ENVIRONMENT

ZERO = Path("/dev/zero")
MEMORY = 2 * 1024**3
SECONDS = 20


def bounded(folder: Path, *words: str) -> tuple[int, str]:
    """Run with 2 GiB of addresses and 20 seconds of the processor; exit code and errors."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", "--store", "s.db", *words],
        cwd=folder, env={**ENVIRONMENT, "HOME": str(folder), "OCC_MEDIA_ACTOR": "dana"}, check=False, timeout=600,
        capture_output=True, text=True, preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.skipif(not ZERO.exists(), reason="needs /dev/zero, a file without an end")
@pytest.mark.parametrize(
    "words",
    [
        ("plan", "/dev/zero"),
        ("apply", "/dev/zero"),
        ("drift", "/dev/zero"),
        ("history", "import", "/dev/zero"),
        ("ledger", "ingest", "csv", "rows.csv", "--map", "/dev/zero"),
        ("ledger", "ingest", "csv", "rows.csv", "--inbox-map", "/dev/zero"),
        ("ledger", "verify", "--checkpoint", "/dev/zero"),
        ("audit", "--baseline", "/dev/zero"),
        ("audit", "verify", "/dev/zero"),
        ("retention", "verify", "--certificate", "/dev/zero"),
    ],
)
def test_a_document_without_an_end_is_refused(occ: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    occ("inbox", "add", "vip", store="s.db")
    (tmp_path / "rows.csv").write_text("id,time,inbox,direction,name\n")
    code, errors = bounded(tmp_path, *words)
    assert code == 20, errors
    assert "bug" not in errors


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n[" + ".".join(["a"] * 50_000) + "]\n", 2),
        (".".join(["a"] * 50_000) + " = 1\n", 1),
        ("x = {" + " . ".join(['"a b"'] * 50_000) + " = 1}\n", 1),
        ("x = " + "[" * 100_000, None),
    ],
    ids=["header", "key", "inline", "array"],
)
def test_a_small_document_that_costs_much_is_refused(occ: Run, tmp_path: Path, text: str, line: int | None) -> None:
    occ("inbox", "add", "vip", store="s.db")
    (tmp_path / "bomb.toml").write_text(text)
    (tmp_path / "rows.csv").write_text("id,time,inbox,direction,name\n")
    for words in (("plan", "bomb.toml"), ("ledger", "ingest", "csv", "rows.csv", "--map", "bomb.toml")):
        code, errors = bounded(tmp_path, *words)
        assert code == 20, errors
        assert "nested too deeply" in errors
        assert line is None or f"bomb.toml:{line}:" in errors


def test_long_runs_of_words_and_dots_are_no_keys(occ: Run, tmp_path: Path) -> None:
    message = "Write to us. " * 30 + "." * 60
    (tmp_path / "s.toml").write_text(
        f'# {"-" * 2000} {"a" * 100_000}\n[inboxes.vip]\nmessage = "{message}"\n# {". " * 5_000}\n'
    )
    assert message.strip() in occ("show", "vip", "--format", "json", store="s.toml").out


def test_a_byte_order_mark_is_named(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xef\xbb\xbf[inboxes.vip]\n")
    assert "s.toml:1: begins with a byte order mark" in occ("show", store="s.toml", code=10).err


def test_paths_that_no_nul_ends_are_told(occ: Run, tmp_path: Path) -> None:
    """What `find` without `-print0` gives, on a large scale."""
    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", "check", "--stdin0"], input=b"a.png\n" * 400_000, cwd=tmp_path,
        env={**ENVIRONMENT, "HOME": str(tmp_path)}, capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 20
    assert b"-print0 | occ-media check --stdin0" in done.stderr
