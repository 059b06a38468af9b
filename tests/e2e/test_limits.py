"""A process with too little memory or too few descriptors says so: no trace, and never the exit code of a finding."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.program import occ_media

COMMANDS = ("show", "inbox add vip", "audit", "store backup b.backup")


def limited(folder: Path, what: int, value: int, words: str) -> subprocess.CompletedProcess[str]:
    """A command under a limit; the interpreter itself is started first, because without it nobody can say anything."""
    program = (
        "import os, resource, sys\n"
        "from occ_media_cli.__main__ import main\n"
        f"resource.setrlimit({what}, ({value}, {value}))\n"
        "sys.argv = ['occ-media', '--store', 's.db', *sys.argv[1:]]\n"
        "code = main()\n"
        "os._exit(code)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *words.split()],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    occ_media("--store", "s.db", "store", "init", cwd=tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("number", [4, 6, 8])
def test_few_descriptors(folder: Path, words: str, number: int) -> None:
    done = limited(folder, resource.RLIMIT_NOFILE, number, words)
    assert done.returncode in (0, 3), done.stderr
    assert "Traceback" not in done.stderr
    if done.returncode == 3:
        assert done.stderr.startswith("error: ")
    occ_media("--store", "s.db", "ledger", "verify", cwd=folder)


@pytest.mark.parametrize("words", COMMANDS)
def test_little_memory(folder: Path, words: str) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for value in (20_000_000, 24_000_000, 30_000_000, min(used, 60_000_000)):
        done = limited(folder, resource.RLIMIT_AS, value, words)
        assert done.returncode in (0, 2, 3), f"{value}: {done.returncode} {done.stderr}"
        assert "Traceback" not in done.stderr, f"{value}: {done.stderr}"
    occ_media("--store", "s.db", "ledger", "verify", cwd=folder)
