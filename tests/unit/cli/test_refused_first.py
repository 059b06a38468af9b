"""A command that is refused leaves nothing where no store was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import NotFound
from occ_media_cli.settings import editing
from occ_media_cli.settings.editing import recording
from occ_media_cli.store import locate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.open import Store, reading
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


DOCUMENTS = {"whole": "# ours\n\n[inboxes.vip]\nreceive = false\n", "broken": "[inboxes", "empty": "", "odd": "x = 1\n"}

OF_DOCUMENTS = (
    ("set", "nope", "--receive", "off"),
    ("inbox", "add", "vip"),
    ("inbox", "remove", "nope"),
    ("inbox", "rename", "nope", "x"),
    ("agent", "remove", "nope"),
    ("revert", "nope"),
    ("retention", "unset", "vip"),
    ("hold", "add", "--name", "court", "--inbox", "nope", "--reason", "r"),
    ("hold", "add", "--name", "court", "--entry", "nope", "--reason", "r"),
    ("hold", "release", "nope", "--reason", "r"),
    ("retention", "plan", "--root", "nope"),
    ("retention", "purge", "--finish", "--root", "nope"),
    ("retention", "purge", "--finish", "--root", "rows"),
    ("retention", "purge", "--finish", "--root", "media"),
    ("retention", "purge", "x", "--root", "."),
    ("retention", "restore", "x", "--root", "."),
    ("ledger", "ingest", "ndjson", "nofile"),
    ("ledger", "ingest", "csv", "table"),
    ("ledger", "ingest", "folder", ".", "--inbox", "nope", "--direction", "send", "--time", "mtime"),
    ("ledger", "capture", "--root", "nope", "--inbox", "vip"),
    ("customer", "alias", "remove", "a"),
    ("scan", "--ledger", "--root", "."),
    ("store", "backup", "copy"),
    ("store", "restore", "other.backup"),
)

NO_REFUSAL = ("agent add", "store init", "gate", "inbox add")
"""What goes through over a document with such values as `tree.fill` gives."""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_refused_command_begins_no_ledger_for_a_document(
    occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    monkeypatch.setenv("OCC_MEDIA_CLAMD", str(tmp_path / "no clamd"))
    (tmp_path / "rows").write_text("{}\n")
    (tmp_path / "media").mkdir()
    (tmp_path / "table").write_text("name,size\na,1\n")
    occ("inbox", "add", "theirs", store="other.db")
    occ("store", "backup", "other.backup", store="other.db")
    (tmp_path / "q.toml").write_text(DOCUMENTS[document])
    skipped = NO_REFUSAL if document == "whole" else ()
    filled = [tree.fill(command, {}, "none") for command in tree.commands() if " ".join(command.words) not in skipped]
    before = there(tmp_path)
    for line in [*filled, *LINES, *OF_DOCUMENTS]:
        if document != "whole" and line[:2] in (["store", "init"], ("store", "restore")):
            continue  # they begin anew
        said = occ(*line, store="q.toml", code=None).err
        assert "begins a new one" not in said, line
        assert there(tmp_path) == before, line
        assert (tmp_path / "q.toml").read_text() == DOCUMENTS[document], line


def test_a_ledger_that_another_command_has_come_to_use_stays(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text(DOCUMENTS["whole"])
    location = locate.at(tmp_path / "q.toml", explicit=True)

    def refused(meanwhile: Callable[[], object]) -> None:
        with recording(location, STAMP):
            meanwhile()
            raise NotFound("none")

    with pytest.raises(NotFound):
        refused(lambda: occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store="q.toml"))
    assert "court" in occ("hold", "list", store="q.toml").out


def test_a_command_that_waited_for_a_refused_one_adopts_the_document(
    occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q.toml").write_text(DOCUMENTS["whole"])
    changing = editing.changing
    calls = []

    @contextmanager
    def late(location: locate.Location, *rest: Any, **options: Any) -> Iterator[Store]:
        calls.append(location)
        if len(calls) == 2:
            location.ledger.unlink()  # as one that is refused does it
        with changing(location, *rest, **options) as store:
            yield store

    monkeypatch.setattr(editing, "changing", late)
    said = occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store="q.toml").err
    assert "note: q.toml had no ledger; q.ledger.db begins a new one" in said
    assert len(calls) == 4
    monkeypatch.undo()


def test_an_audit_on_record_says_that_it_begins_a_ledger(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text(DOCUMENTS["whole"])
    assert "note: q.toml had no ledger; q.ledger.db begins a new one" in occ("audit", "--record", store="q.toml").err
    assert "begins a new one" not in occ("audit", "--record", store="q.toml").err
    assert "vip" in occ("inbox", "list", store="q.toml").out


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
