"""Outputs that scripts really have: closed, full, or gone; and a store of which only the name is left."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.e2e.program import ENVIRONMENT

FULL = Path("/dev/full")


def shell(folder: Path, words: str, redirections: str) -> subprocess.CompletedProcess[str]:
    """Run the program with the redirections of a shell, with output held back as it is in a script."""
    program = f"{shlex.quote(sys.executable)} -m occ_media_cli {words} {redirections}"
    environment = {**ENVIRONMENT, "HOME": str(folder), "OCC_MEDIA_ACTOR": "dana", "OCC_MEDIA_STORE": "s.db"}
    return subprocess.run(
        ["sh", "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [("show vpi", 11), ("set vip --receive off", 0), ("ledger list --format ndjson", 0)],
)
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_one_that_nobody_reads(occ: Run, tmp_path: Path, words: str, code: int, closed: str) -> None:
    occ("inbox", "add", "vip", store="s.db")
    done = shell(tmp_path, words, closed)
    assert done.returncode == code, done.stderr
    assert "bug" not in done.stderr
    if "set" in words:
        assert "off" in occ("show", "vip", store="s.db", now=None).out
    occ("ledger", "verify", store="s.db")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, a disk that is always full")
@pytest.mark.parametrize(
    "words", ["set vip --receive off", "show", "completion bash", "--help", "--version", "--quiet --version"]
)
def test_an_output_on_a_full_disk_is_told(occ: Run, tmp_path: Path, words: str) -> None:
    occ("inbox", "add", "vip", store="s.db")
    done = shell(tmp_path, words, "> /dev/full")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: the output: no space left on device")
    assert "Exception" not in done.stderr
    occ("ledger", "verify", store="s.db")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, a disk that is always full")
def test_notes_that_cannot_be_written_stop_nothing(occ: Run, tmp_path: Path) -> None:
    assert shell(tmp_path, "set inbox --receive off", "2> /dev/full").returncode == 0
    assert "off" in occ("show", "inbox", store="s.db", now=None).out


@pytest.mark.parametrize("words", [("show",), ("audit",), ("ledger", "verify"), ("ledger", "list"), ("export",)])
def test_a_store_that_was_cut_off_is_not_one_without_entries(occ: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    occ("set", "inbox", "--receive", "off", store="s.toml")
    for store in ("s.db", "s.toml"):
        (tmp_path / store.replace("toml", "ledger.db")).write_bytes(b"")
        assert "the file is empty" in occ(*words, store=store, code=10).err


def test_the_file_of_a_first_command_that_was_killed_is_no_hindrance(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.db").touch(mode=0o600)
    assert occ("set", "inbox", "--receive", "off", store="s.db").err == "note: made the store s.db\n"
    assert (tmp_path / "s.db").stat().st_mode & 0o777 == 0o600


def test_a_store_that_cannot_be_reached_is_told(occ: Run, tmp_path: Path) -> None:
    for words in (("show",), ("set", "inbox", "--send", "off"), ("ledger", "verify")):
        assert "file name too long" in occ(*words, store="a" * 300 + ".db", code=3).err.lower()
    (tmp_path / "loop.db").symlink_to("loop.db")
    assert "s.db" not in occ("show", store="loop.db", code=11).err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_store_in_a_folder_that_may_not_be_read_is_told(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert "permission denied" in occ("show", store="closed/s.db", code=3).err
