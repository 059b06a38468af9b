"""Slips of options that ask for scans, and of key files, on a machine without clamd."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

TYPED = "occ-media --store s.db --now 2026-03-02T10:00:00Z"


@pytest.fixture
def folder(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store, its twin as a document, a file, a folder; and a clamd that does not answer."""
    monkeypatch.setenv("OCC_MEDIA_CLAMD", str(tmp_path / "nobody.ctl"))
    for store in ("s.db", "s.toml", "o.toml"):
        occ("inbox", "add", "vip", store=store)
        occ("ledger", "stats", store=store)
    occ("store", "backup", "s.backup", store="s.db")
    (tmp_path / "f.txt").write_text("hello\n")
    (tmp_path / "d").mkdir()
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_slip_is_told_before_a_missing_antivirus(occ: Run) -> None:
    said = occ("scan", "--ledger", "--root", "d", "--inbox", "vpi", store="s.db", code=11).err
    assert said == f"error: no inbox 'vpi', did you mean 'vip'?\nhelp: {TYPED} scan --ledger --root d --inbox vip\n"
    assert "the root 'f.txt' is no folder" in occ("scan", "--ledger", "--root", "f.txt", store="s.db", code=2).err
    assert "does not answer" in occ("scan", "--ledger", "--root", "d", store="s.db", code=14).err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "help_text"),
    [
        ("scan f.txt --inbox vip", "scan f.txt"),
        ("scan f.txt --root=d -n --fail-on error", "scan f.txt --fail-on error"),
        ("scan --inbox vip", "scan --ledger --root DIR --inbox vip"),
        ("scan --ledger --inbox vip", "scan --root DIR --ledger --inbox vip"),
        ("scan --ledger --strip x --root d", "scan --ledger --root d"),
        ("scan f.txt d --ledger --root d --all-files", "scan --ledger --root d"),
    ],
)
def test_help_is_the_whole_command(occ: Run, words: str, help_text: str) -> None:
    assert occ(*words.split(), store="s.db", code=2).err.splitlines()[1] == f"help: {TYPED} {help_text}"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", ["scan f.txt", "check f.txt --scan", "gate --scan", "scan --ledger --root d"])
def test_signatures_are_a_folder(occ: Run, words: str) -> None:
    for name, what in (("f.txt", "is not a folder"), ("none", "is not there")):
        said = occ(*words.split(), "--signatures", name, store="s.db", code=2).err
        assert said.startswith(f"error: {name}: {what}, and is to be the folder of signatures\n")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", ["audit", "report shared"])
def test_a_part_of_a_store_is_no_key(occ: Run, folder: Path, words: str) -> None:
    (folder / "link").symlink_to("s.toml")
    for name, what in {
        "s.toml": "is the document of the store", "s.ledger.db": "is the ledger of the store",
        "link": "is the document of the store", "o.toml": "is the document of another store",
        "s.db": "is another store", "s.backup": "is a store or a backup of one",
    }.items():  # fmt: skip
        said = occ(*words.split(), "--pseudonymise", "--key-file", name, store="s.toml", code=2).err
        assert said.startswith(f"error: the key file '{name}' {what}, and no key\n")
    (folder / "key").write_bytes(b"k" * 32)
    occ(*words.split(), "--pseudonymise", "--key-file", "key", store="s.toml", code=None)
