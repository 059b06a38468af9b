"""A process with too little memory or too few descriptors says so: no trace, and never the exit code of a finding."""

from __future__ import annotations

import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.program import occ_media
from tests.unit.cli import tree

UNMEASURED = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE")}
"""Processes with little room are not measured, for measuring needs room of its own."""

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
        cwd=folder, capture_output=True, text=True, check=False, timeout=120, env=UNMEASURED,
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
    for value in (28_000_000, *range(42_000_000, 47_000_000, 1_000_000), min(used, 60_000_000)):
        done = limited(folder, resource.RLIMIT_AS, value, words)
        assert done.returncode in (0, 2, 3), f"{value}: {done.returncode} {done.stderr}"
        assert "Traceback" not in done.stderr, f"{value}: {done.stderr}"
    occ_media("--store", "s.db", "ledger", "verify", cwd=folder)


STREAMS = {
    "no stdin": "<&-", "no stdout": ">&-", "no stderr": "2>&-", "no streams": "<&- >&- 2>&-",
    "full stdout": ">/dev/full", "full stderr": "2>/dev/full",
}  # fmt: skip
LIMITS = {"descriptors": "ulimit -n 8", "addresses": "ulimit -v 20000", "more addresses": "ulimit -v 45000",
          "file size": "ulimit -f 1"}  # fmt: skip
HARDSHIPS = {
    **{name: ("true", ends) for name, ends in STREAMS.items()},
    **{name: (at, "") for name, at in LIMITS.items()},
}
CODES = {0, 2, 3, 10, 11, 13, 14, 20}


def sample(hardship: str) -> list[list[str]]:
    """Every tenth command of the tree, another tenth for each hardship: together they try them all."""
    return [
        tree.fill(command, {}, "x") for command in tree.commands()[list(HARDSHIPS).index(hardship) :: len(HARDSHIPS)]
    ]


def ends_so_without(line: str, folder: Path, code: int) -> bool:
    """Whether a command ends with 1, as a finding does, where nothing is wrong too."""
    return code == 1 == subprocess.run(
        ["bash", "-c", f"exec {line} </dev/null"], cwd=folder, capture_output=True, check=False, timeout=120,
        env=UNMEASURED,
    ).returncode  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("hardship", HARDSHIPS)
def test_commands_of_the_tree_in_hardship(folder: Path, hardship: str) -> None:
    """A clear error and an exit code of the contract: never a trace, and never the code of a finding or a bug."""
    before, after = HARDSHIPS[hardship]
    for words in sample(hardship):
        line = shlex.join([sys.executable, "-m", "occ_media_cli", "--store", "s.db", *words])
        done = subprocess.run(
            ["bash", "-c", f"{before}; exec {line} {after or '</dev/null'}"],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120, env=UNMEASURED,
        )  # fmt: skip
        assert done.returncode in CODES or ends_so_without(line, folder, done.returncode), (
            f"{words}: {done.returncode} {done.stderr}"
        )
        assert "Traceback" not in done.stderr, f"{words}: {done.stderr}"
        if done.returncode > 1 and "2>" not in after:
            assert "error" in done.stderr or done.stdout, words
    occ_media("--store", "s.db", "ledger", "verify", cwd=folder)


def test_all_commands_are_sampled() -> None:
    assert sum(len(sample(hardship)) for hardship in HARDSHIPS) == len(tree.commands())
