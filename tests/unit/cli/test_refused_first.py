"""A command that is refused leaves nothing where no store was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from occ_media_cli.errors import NotFound
from occ_media_cli.settings.editing import recording
from occ_media_cli.store import locate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.open import reading
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run

STAMP = Stamp(1_700_000_000_000, 1_700_000_000_000, "dana", "os", "host", "test")

MADE = ("inbox add", "agent add", "store init", "gate")
"""What makes a store with such values as `tree.fill` gives; every other command is refused."""

LINES = (
    ("set", "inbx", "--receive", "off"),
    ("set", "inbox", "--until", "2020-01-01T00:00:00Z", "--receive", "off"),
    ("revert", "inbox", "--to", "7"),
    ("preset", "apply", "high-security", "inbx"),
    ("retention", "set", "inbx", "--keep-for", "3d"),
    ("ledger", "ingest", "ndjson", "rows", "--inbox", "inbx"),
    ("ledger", "ingest", "csv", "rows", "--map", "none"),
    ("ledger", "ingest", "folder", "none", "--inbox", "inbox", "--direction", "send"),
    ("store", "init", "--group", "no such group"),
    ("store", "restore", "rows"),
)


def there(folder: Path) -> set[str]:
    return {item.name for item in folder.iterdir()}


@pytest.mark.parametrize("store", ["q.db", "q.toml"])
def test_a_refused_command_makes_no_store(occ: Run, tmp_path: Path, store: str) -> None:
    (tmp_path / "rows").write_text("{}\n")
    filled = [tree.fill(command, {}, "none") for command in tree.commands() if " ".join(command.words) not in MADE]
    before = there(tmp_path)
    for line in [*filled, *LINES]:
        assert "made the store" not in occ(*line, store=store, code=None).err, line
        assert there(tmp_path) == before, line


def test_a_refused_command_begins_no_ledger_for_a_document(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text("[inboxes.vip]\n")
    occ("inbox", "remove", "vpi", store="q.toml", code=11)
    assert there(tmp_path) <= {"q.toml", ".q.toml.lock"}
    assert (tmp_path / "q.toml").read_text() == "[inboxes.vip]\n"


def test_a_refused_command_makes_no_default_folder(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    occ("inbox", "remove", "vpi", code=11)
    assert there(tmp_path) == set()
    occ("ledger", "ingest", "ndjson", "none", code=3)
    assert not (tmp_path / "home" / "data" / "occ-media").exists()
    occ("inbox", "add", "vip")
    assert there(tmp_path / "home" / "data" / "occ-media") == {"occ-media.db"}


@pytest.mark.parametrize("store", ["q.db", "q.toml"])
def test_what_others_use_or_changed_stays(occ: Run, tmp_path: Path, store: str) -> None:
    location = locate.at(tmp_path / store, explicit=True)

    def refused(meanwhile: Callable[[], object]) -> None:
        def run() -> None:
            with recording(location, STAMP, make=True):
                meanwhile()
                raise NotFound("none")

        with pytest.raises(NotFound):
            run()

    refused(lambda: None)
    assert not location.ledger.exists()
    with ExitStack() as opened:
        refused(lambda: opened.enter_context(reading(location)).ledger.execute("SELECT 1").fetchone())
        assert location.exists, "somebody reads it"
    for file in tmp_path.iterdir():
        file.unlink()
    refused(lambda: occ("inbox", "add", "vip", store=store))
    assert "vip" in occ("inbox", "list", store=store).out
    if location.document is not None:
        for file in tmp_path.iterdir():
            file.unlink()
        refused(lambda: location.path.write_text("[inboxes.vip]\n"))
        assert location.path.read_text() == "[inboxes.vip]\n"


@pytest.mark.parametrize("store", ["q.db", "q.toml"])
def test_first_commands_at_one_time_lose_nothing(occ: Run, tmp_path: Path, store: str) -> None:
    lines = [words for i in range(3) for words in (("inbox", "add", f"n{i}"), ("inbox", "remove", "none"))]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "occ_media_cli", "--store", store, *words], cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) for words in lines
    ]  # fmt: skip
    codes = [each.wait(60) for each in running]
    assert codes == [0, 11] * 3
    shown = occ("inbox", "list", "--format", "csv", store=store, now=None).out
    assert all(f"n{i}" in shown for i in range(3))
    assert "ledger intact" in occ("ledger", "verify", store=store, now=None).out
    assert there(tmp_path) <= {"q.db", "q.toml", "q.ledger.db", ".q.toml.lock"}
