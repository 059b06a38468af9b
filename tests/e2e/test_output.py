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


@pytest.mark.parametrize("words", [("inbox", "add", "vip"), ("set", "inbox", "--send", "off"), ("hold", "list")])
def test_only_init_begins_a_store_anew_where_it_was_cut_off(occ: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    occ("inbox", "add", "old", store="s.toml")
    document = (tmp_path / "s.toml").read_bytes()
    for store in ("s.db", "s.toml"):
        ledger = tmp_path / store.replace("toml", "ledger.db")
        ledger.write_bytes(b"")
        for _ in range(2):
            assert "the file is empty" in occ(*words, store=store, code=10).err
        assert ledger.read_bytes() == b""
        occ("store", "init", store=store)
    assert (tmp_path / "s.toml").read_bytes() == document


def test_a_document_without_its_ledger_begins_one_and_says_so(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    (tmp_path / "s.ledger.db").unlink()
    said = occ("set", "vip", "--send", "off", store="s.toml").err
    assert "note: s.toml had no ledger; s.ledger.db begins a new one" in said
    assert "had no ledger" not in occ("set", "vip", "--send", "on", store="s.toml").err


def test_a_document_that_is_gone_or_cut_off_comes_back_as_the_help_says(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    occ("hold", "add", "--name", "h", "--inbox", "vip", "--reason", "r", store="s.toml")
    (tmp_path / "s.toml").write_bytes(b"")
    for words in (("show",), ("set", "vip", "--send", "off"), ("store", "init")):
        said = occ(*words, store="s.toml", code=10).err
        assert "the document is empty" in said
        assert "rm s.toml && occ-media --store s.ledger.db export --output s.toml" in said
    (tmp_path / "s.toml").unlink()
    for words, code in ((("show",), 11), (("set", "vip", "--send", "off"), 10)):
        said = occ(*words, store="s.toml", code=code).err
        assert "help: write it anew: occ-media --store s.ledger.db export --output s.toml\n" in said
    occ("export", "--output", "s.toml", store="s.ledger.db")
    assert "h " in occ("hold", "list", store="s.toml").out
    occ("set", "vip", "--send", "off", store="s.toml")


def test_a_store_that_cannot_be_reached_is_told(occ: Run, tmp_path: Path) -> None:
    for words in (("show",), ("set", "inbox", "--send", "off"), ("ledger", "verify")):
        assert "file name too long" in occ(*words, store="a" * 300 + ".db", code=3).err.lower()
    (tmp_path / "loop.db").symlink_to("loop.db")
    assert "s.db" not in occ("show", store="loop.db", code=11).err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_store_in_a_folder_that_may_not_be_read_is_told(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert "permission denied" in occ("show", store="closed/s.db", code=3).err


def test_an_inbox_that_was_taken_out_by_hand_is_not_called_by_its_own_name(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml")
    (tmp_path / "s.toml").write_text("[inboxes.other]\n")
    for words in (("show", "vip"), ("check", "--inbox", "vip", "s.toml"), ("set", "vip", "--send", "off")):
        said = occ(*words, store="s.toml", code=11, now=None).err
        assert "no inbox 'vip'" in said
        assert "it is called 'vip' now" not in said


def test_an_erasure_that_a_hold_on_the_customer_stops_counts_no_entries(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("hold", "add", "--name", "h", "--customer", "C1", "--reason", "r", store="s.db")
    said = occ("ledger", "erase", "--customer", "C1", "--reason", "request 7", store="s.db", code=13).err
    assert "error: this customer is held by h; nothing was erased" in said
