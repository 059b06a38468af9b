"""No file that a command writes may replace a store, or what the command reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import occ_media_cli
from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.store import backup
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run
from tests.unit.copies import made_once

PACKAGE = Path(occ_media_cli.__file__).parent

FIRST = {sink.command.words: sink for sink in reversed(tree.sinks())}
"""One sink of each command; proofs/sinks.py tries all of them on every target."""

FEW = [
    sink for sink in tree.sinks()
    if sink.title in ("ledger ingest --rejects", "audit --bundle", "audit --write-data", "store backup file", "export --output")
]  # fmt: skip


@pytest.fixture
def folder(occ: Run, tmp_path: Path) -> Path:
    """Both kinds of store twice, with an inbox, a backup, and links to them."""

    def fill() -> None:
        for store in tree.STORES:
            occ("inbox", "add", "vip", store=store)
            occ("ledger", "stats", store=store)
        occ("store", "backup", "o.backup", store="o.db")

    made_once("both kinds of store twice", tmp_path, fill)
    tree.world(tmp_path)
    return tmp_path


def refused(occ: Run, folder: Path, target: str, sink: tree.Sink) -> None:
    """Each way to write over the target ends with 2, says why and changes no byte."""
    before = tree.contents(folder)
    for line in tree.lines(target, sink):
        said = occ(*line, store=tree.store_of(target), code=2).err
        assert tree.is_refused(target, said), line
        assert tree.contents(folder) == before, line


@pytest.mark.parametrize("target", ["store", "other store", "other document"])
def test_no_command_writes_over_a_store(occ: Run, folder: Path, target: str) -> None:
    for sink in FIRST.values():
        refused(occ, folder, target, sink)


def test_no_store_is_written_over_by_a_command_without_one(occ: Run, folder: Path) -> None:
    before = tree.contents(folder)
    for name in ("o.db", "o.toml", "o.ledger.db", "o.backup", "s.toml"):
        for words in (("check", "source"), ("scan", "source"), ("types",)):
            said = occ(*words, "--output", name, code=2).err
            assert "; nothing was written" in said
            assert tree.contents(folder) == before, (name, words)


def test_a_backup_replaces_an_older_one_of_its_store_only(occ: Run, folder: Path) -> None:
    for name in ("b.backup", "b.db"):
        for inbox in ("first", "second"):
            occ("store", "backup", name, store="s.toml")
            occ("inbox", "add", f"{name} {inbox}", store="s.toml")
    occ("inbox", "add", "theirs", store="b.db")
    before = tree.contents(folder)
    for name, what in (
        ("b.db", "has on record what the store has not"), ("o.backup", "is another store, or a backup of one"),
    ):  # fmt: skip
        assert f"{what}; nothing was written" in occ("store", "backup", name, store="s.toml", code=2).err
        assert tree.contents(folder) == before
    (folder / "b.backup").rename(folder / "s2.db")
    (folder / "s2.db-wal").write_text("what SQLite keeps")
    assert "is another store" in occ("store", "backup", "s2.db", store="s.toml", code=2).err


@pytest.mark.parametrize("store", ["s.db", "s.toml"])
@pytest.mark.parametrize("name", ["b.backup", "b.db", "b"])
def test_a_backup_never_replaces_a_newer_or_a_parted_one(occ: Run, folder: Path, store: str, name: str) -> None:
    occ("store", "backup", "old", store=store)
    occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store=store)
    occ("store", "backup", name, store=store)
    before = (folder / name).read_bytes()
    occ("store", "restore", "old", "--accept-loss", "try", store=store)
    for number in range(3):
        assert "has on record what the store has not" in occ("store", "backup", name, store=store, code=2).err
        assert (folder / name).read_bytes() == before
        occ("inbox", "add", f"more {number}", store=store)


def test_a_backup_that_another_one_overtook_is_not_kept(
    occ: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = backup._fill
    newer = b""

    def overtaken(made: Path, *rest: Any) -> backup.Copy:
        nonlocal newer
        done = fill(made, *rest)
        monkeypatch.setattr(backup, "_fill", fill)
        occ("inbox", "add", "late", store="s.db")
        occ("store", "backup", "b.backup", store="s.db")
        newer = (folder / "b.backup").read_bytes()
        return done

    monkeypatch.setattr(backup, "_fill", overtaken)
    assert "has on record what the store has not" in occ("store", "backup", "b.backup", store="s.db", code=2).err
    assert (folder / "b.backup").read_bytes() == newer


LEFT = {
    "a log": ("dead.db", {"dead.db-wal": b"what it held"}, "is what is left of a store"),
    "a journal": ("dead.sqlite", {"dead.sqlite-journal": b"what it held"}, "is what is left of a store"),
    "an empty file and a log": ("dead.db", {"dead.db": b"", "dead.db-wal": b"x"}, "is what is left of a store"),
    "a log of any name": ("dead", {"dead-wal": b"\x37\x7f\x06\x82 what it held"}, "is what is left of a store"),
    "the log itself": ("dead.db-wal", {"dead.db-wal": b"what it held"}, "is a working file of another store"),
    "an empty file": ("dead.db", {"dead.db": b""}, "may be what is left of a store"),
    "zeros": ("dead.db", {"dead.db": bytes(8192)}, "may be what is left of a store"),
    "a text, then a store": ("dead.db", {"dead.db": b"A" * 9000 + bytes(9)}, "may be what is left of a store"),
    "no name of a program": ("dead.db", {"dead.db": b"SQLite format 3\0" + bytes(99)}, "may be what is left of a store"),
    "a ledger to come": ("desk.ledger.db", {"desk.toml": b"[inboxes.vip]\n"}, "is the ledger of another store"),
    "its log": ("desk.ledger.db-wal", {"desk.toml": b"[inboxes.vip]\n"}, "is a working file of another store"),
    "its lock": (".desk.toml.lock", {"desk.toml": b"[inboxes.vip]\n"}, "is a working file of another store"),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_of_a_store_stays(occ: Run, folder: Path, case: str) -> None:
    name, files, what = LEFT[case]
    for each, content in files.items():
        (folder / each).write_bytes(content)
    before = {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}
    for words in (("show", "--output"), ("store", "backup"), ("audit", "--bundle"), ("ledger", "checkpoint", "-o")):
        assert f"{what}; nothing was written" in occ(*words, name, store="s.db", code=2).err
    assert f"{what}; nothing was written" in occ("types", "-o", name, code=2).err
    assert {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()} == before


def test_a_store_whose_first_bytes_are_damaged_stays(occ: Run, folder: Path) -> None:
    with (folder / "o.db").open("r+b") as stream:
        stream.write(b"damaged, all of it")
    before = (folder / "o.db").read_bytes()
    for words in (("show", "-o"), ("store", "backup")):
        assert "may be what is left of a store" in occ(*words, "o.db", store="s.db", code=2).err
    assert (folder / "o.db").read_bytes() == before


def test_what_has_the_name_of_a_store_and_is_none_is_written_again(occ: Run, folder: Path) -> None:
    for _ in range(2):
        occ("show", "--output", "report.db", store="s.db")
    (folder / "theirs.db").write_bytes(b"SQLite format 3\0" + bytes(52) + b"GPKG" + bytes(99))
    occ("show", "--output", "theirs.db", store="s.db")


def test_a_hard_link_to_a_document_near_by_stays(occ: Run, folder: Path) -> None:
    (folder / "sub" / "deep").mkdir(parents=True)
    for name in ("sub/hard.toml", "sub/deep/hard", "other.toml"):
        (folder / name).hardlink_to(folder / "o.toml")
        said = occ("show", "-o", name, store="s.db", code=2).err
        assert "is the document of another store; nothing was written" in said
    (folder / "free.txt").hardlink_to(folder / "source")
    occ("show", "-o", "free.txt", store="s.db")


def test_neither_file_of_a_key_is_written_over(occ: Run, folder: Path) -> None:
    for name in ("k", "k.pub"):
        (folder / name).write_text(f"{name}\n")
    for key in ("k", "k.pub"):
        for output in ("k", "k.pub"):
            for words in (("ledger", "checkpoint", "-o"), ("audit", "--bundle")):
                said = occ(*words, output, "--sign", key, store="s.db", code=2).err
                assert "is read by this command; nothing was written" in said
    assert (folder / "k.pub").read_text() == "k.pub\n"


def test_settings_beside_which_no_ledger_lies_are_written_again(occ: Run, folder: Path) -> None:
    for _ in range(2):
        occ("export", "--output", "settings.toml", store="s.db")
    (folder / "s.toml").unlink()
    occ("export", "--output", "s.toml", store="s.ledger.db")
    (folder / "o.toml").unlink()
    (folder / "d.toml").write_text("[inboxes.vip]\n")
    (folder / "d.ledger.db").write_bytes(b"damaged")
    for name in ("o.toml", "d.toml"):
        said = occ("export", "--output", name, store="s.db", code=2).err
        assert "is the document of another store; nothing was written" in said
    assert "is the ledger of another store" in occ("export", "--output", "d.ledger.db", store="s.db", code=2).err


@pytest.mark.parametrize("target", tree.TARGETS)
def test_nothing_of_the_store_and_no_source_is_written_over(occ: Run, folder: Path, target: str) -> None:
    assert len(FEW) == 5
    for sink in FEW:
        refused(occ, folder, target, sink)


def test_a_dash_is_standard_output_or_refused(occ: Run, tmp_path: Path) -> None:
    for sink in tree.sinks():
        name = sink.parameter.name
        if name == "output":
            assert sink.parameter.type.stream, sink.title
            continue
        (tmp_path / "in").write_text("")
        said = occ(*tree.fill(sink.command, {name: "-"}, "in"), store="s.db", code=2).err
        assert "cannot go to standard output; nothing was written" in said, sink.title
        assert not (tmp_path / "-").exists(), sink.title


def test_what_names_a_file_is_declared_so() -> None:
    for command in tree.commands():
        for item in command.parameters:
            named = isinstance(item.type, NamedFile)
            if re.search(r"FILE|DIR|PATH|SOURCE|KEY", item.metavar or ""):
                assert named, (command.words, item.name)
            if re.match(r"Write (?!it to|them)|Write it to|Where the copy", item.help or "") and not item.opts[
                0
            ].startswith("--no-"):
                assert getattr(item, "is_flag", False) or (named and item.type.writes), (command.words, item.name)


def test_only_the_sink_opens_files_that_a_user_named() -> None:
    own = {
        "__main__.py", "report/formats/output.py",  # streams
        "api/purges.py",  # an example of a docstring
        "store/sink.py", "store/atomic.py", "store/temporary.py", "store/lock.py", "store/making.py",  # the sink, and the store's own files
        "store/signature.py", "audit/bundle/bundle.py",  # temporary files
        "ledger/append/ahead.py",  # pipes
        "convert/pyav.py",  # an open file without a name
    }  # fmt: skip
    opens = re.compile(
        r"O_CREAT|O_WRONLY|write_(?:text|bytes)\(|open\([^)]*[\"'](?:w|a|x|r\+)b?[\"']|mkstemp|NamedTemp"
    )
    found = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if opens.search(path.read_text("utf-8"))
    }
    assert found <= own


def test_two_outputs_are_two_files(occ: Run, folder: Path) -> None:
    said = occ("ledger", "ingest", "ndjson", "source", "--rejects", "x", "--output", "./x", store="s.db", code=2).err
    assert "--rejects and --output name the same file; nothing was written" in said
    assert not (folder / "x").exists()


def test_a_file_of_a_folder_that_is_read_stays(occ: Run, folder: Path) -> None:
    (folder / "media").mkdir()
    (folder / "media" / "a.txt").write_text("hello\n")
    (folder / "outside.txt").hardlink_to(folder / "media" / "a.txt")
    for name in ("media/a.txt", "outside.txt"):
        for words in (
            ("ledger", "ingest", "folder", "media", "--inbox", "vip", "--direction", "send", "--time", "mtime"),
            ("retention", "plan", "--root", "media"), ("check", "media"),
        ):  # fmt: skip
            said = occ(*words, "--output", name, store="s.db", code=2).err
            assert "is read by this command, as a file in media; nothing was written" in said
    assert (folder / "media" / "a.txt").read_text() == "hello\n"


def test_a_report_of_a_folder_can_be_written_into_it_again(occ: Run, folder: Path) -> None:
    (folder / "media").mkdir()
    (folder / "media" / "a.txt").write_text("hello\n")
    for _ in range(2):
        occ("check", "media/a.txt", "--format", "sarif", "--output", "media/check.sarif", store="s.db")
        occ("check", "media", "--include", "*.txt", "--format", "json", "--output", "media/check.json", store="s.db")


def test_a_file_of_a_list_on_standard_input_stays(folder: Path) -> None:
    (folder / "a.txt").write_text("hello\n")
    (folder / "b").symlink_to("a.txt")
    done = subprocess.run(
        [sys.executable, "-m", "occ_media_cli", "check", "--stdin0", "--output", "b"], input=b"source\0a.txt",
        cwd=folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"b: is read by this command; nothing was written" in done.stderr
    assert (folder / "a.txt").read_text() == "hello\n"


def test_a_source_on_standard_input_stays(folder: Path) -> None:
    rows = folder / "e.ndjson"
    rows.write_text('{"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "send", "name": "a"}\n')
    before = rows.read_bytes()
    words = ("ledger", "ingest", "ndjson", "-", "--rejects", "e.ndjson")
    with rows.open("rb") as source:
        done = subprocess.run(
            [sys.executable, "-m", "occ_media_cli", "--store", "s.db", *words], stdin=source, cwd=folder,
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"e.ndjson: is read by this command; nothing was written" in done.stderr
    assert rows.read_bytes() == before


def test_a_refusal_comes_before_the_work(occ: Run, folder: Path) -> None:
    (folder / "e.ndjson").write_text(
        '{"id": "w.1", "time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "send", "name": "a"}\n'
    )
    for place in ("none/r", "s.db", "elsewhere"):
        occ("ledger", "ingest", "ndjson", "e.ndjson", "--rejects", place, store="s.db", code=2)
        occ("ledger", "ingest", "ndjson", "e.ndjson", "--output", place, store="s.db", code=2)
    assert "No entries" in occ("ledger", "list", store="s.db").out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link to another user")
def test_a_link_of_another_user_is_not_followed(occ: Run, folder: Path) -> None:
    (folder / "aim").write_text("kept")
    (folder / "sub").mkdir()
    for name, aim in (("theirs", "aim"), ("theirs-new", "new"), ("theirs-folder", "sub")):
        (folder / name).symlink_to(aim)
        os.chown(folder / name, 4242, -1, follow_symlinks=False)
    (folder / "mine").symlink_to("theirs")
    for name in ("theirs", "theirs-new", "theirs-folder/x", "theirs-folder/../x", "mine"):
        for words in (("export", "--output"), ("audit", "--bundle"), ("store", "backup")):
            assert "is a link of another user; nothing was written" in occ(*words, name, store="s.db", code=2).err
    assert "is a link of another user" in occ("audit", "--write-data", "theirs-folder", store="s.db", code=2).err
    assert (folder / "aim").read_text() == "kept"
    assert not (folder / "new").exists()
    assert list((folder / "sub").iterdir()) == []
    (folder / "own").symlink_to("aim")
    occ("export", "--output", "own", store="s.db")
    assert (folder / "own").is_symlink()
    assert "[inboxes.vip]" in (folder / "aim").read_text()
