"""Where a store is, how it is locked, written and opened."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.errors import Incomplete, StoreBusy, StoreInvalid, UsageError
from occ_media_cli.store import atomic, connect, locate, lock, migrate
from occ_media_cli.store import open as opening
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.statements import statements

STAMP = Stamp(1, 1, "dana", "os", "host", "test")
ROOT = os.geteuid() == 0


def test_the_store_is_looked_for_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCC_MEDIA_STORE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert locate.locate(None).path == tmp_path / ".local/share/occ-media/occ-media.db"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert locate.locate(None).path == tmp_path / "data/occ-media/occ-media.db"
    (tmp_path / "occ-media.db").touch()
    assert locate.locate(None) == locate.Location(Path("occ-media.db"), "sqlite", Path("occ-media.db"), False)
    (tmp_path / "occ-media.toml").touch()
    found = locate.locate(None)
    assert (found.kind, found.document, found.ledger) == ("toml", Path("occ-media.toml"), Path("occ-media.ledger.db"))
    monkeypatch.setenv("OCC_MEDIA_STORE", "env.sqlite3")
    found = locate.locate(None)
    assert (found.path, found.explicit, found.variable) == (Path("env.sqlite3"), True, "OCC_MEDIA_STORE")
    assert locate.locate("flag.db").path == Path("flag.db")
    assert locate.at(Path("flag.db"), explicit=True).document is None
    with pytest.raises(UsageError, match="ends in neither"):
        locate.locate("x.json")


def test_the_ledger_of_a_document_is_beside_the_file_that_links_lead_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c").mkdir()
    (tmp_path / "d").symlink_to("c")
    for name, aim in (("a.toml", "c/desk.toml"), ("b.toml", "a.toml"), ("f.toml", "c/desk.conf"), ("o.toml", "o.toml")):
        (tmp_path / name).symlink_to(aim)

    def ledger(name: str) -> Path:
        return locate.at(Path(name), explicit=True).ledger

    assert {ledger(name) for name in ("a.toml", "b.toml", "c/desk.toml")} == {Path("c/desk.ledger.db")}
    assert ledger("d/desk.toml") == Path("d/desk.ledger.db")
    assert ledger(f"{tmp_path}/b.toml") == tmp_path / "c" / "desk.ledger.db"
    assert ledger("f.toml") == Path("c/desk.conf.ledger.db")
    assert ledger("o.toml") == Path("o.ledger.db")
    (tmp_path / "a.ledger.db").touch()
    assert ledger("a.toml") == Path("a.ledger.db"), "begun by a version before this"
    (tmp_path / "c" / "desk.ledger.db").touch()
    assert ledger("a.toml") == Path("c/desk.ledger.db")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    with (
        lock.exclusive(path),
        pytest.raises(StoreBusy, match=r"another command has held the store for 0\.05 seconds"),
        lock.exclusive(link, seconds=0.05),
    ):
        pass
    with lock.exclusive(link):
        assert (tmp_path / ".s.toml.lock").stat().st_mode & 0o777 == 0o600


def test_a_lock_is_not_placed_through_a_link(tmp_path: Path) -> None:
    (tmp_path / ".s.toml.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Incomplete, match="symbolic links"), lock.exclusive(tmp_path / "s.toml"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "f[1]"
    atomic.write_atomically(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    atomic.write_atomically(link, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (b"two", 0o640, True)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["f[1]", "link"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    atomic.write_atomically(path, b"one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write_atomically(path, b"two")
    assert [item.name for item in tmp_path.iterdir()] == ["f"]
    assert path.read_bytes() == b"one"


def test_a_store_of_another_program_or_a_newer_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (x)")
        with pytest.raises(StoreInvalid, match="another program"):
            migrate.schema_version(other, path)
        other.execute("PRAGMA user_version=99")
        with pytest.raises(StoreInvalid, match="a newer occ-media made it"):
            migrate.schema_version(other, path)
    place = locate.at(tmp_path / "text.db", explicit=True)
    place.path.write_text("this is no database, and it is long enough to be taken for a header of one " * 20)
    with pytest.raises(StoreInvalid, match="not a store"), opening.reading(place):
        pass
    with pytest.raises(StoreInvalid, match="not a store"), opening.changing(place, STAMP):
        pass


def test_an_older_store_is_brought_up_to_date_by_a_change_only(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    with closing(connect.connect(place.path, writable=True)) as connection:
        assert migrate.upgrade(connection, place.path, STAMP, upto=1)
    if migrate.LATEST > 1:
        with pytest.raises(StoreInvalid, match="has schema version 1") as caught, opening.reading(place):
            pass
        assert caught.value.hint == "bring the store up to date"
    with opening.changing(place, STAMP) as store:
        assert not store.made
        assert not migrate.upgrade(store.ledger, place.path, STAMP)
    with opening.reading(place) as store:
        assert store.document_bytes() is None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.ledger.execute("DELETE FROM head")


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    place.path.touch()
    with pytest.raises(StoreInvalid, match="the file is empty"), opening.reading(place):
        pass
    with closing(sqlite3.connect(place.path)) as connection:
        connection.execute("PRAGMA user_version=0")
        connection.execute("CREATE TABLE t (x)")
        connection.execute("DROP TABLE t")
    with pytest.raises(StoreInvalid, match="the file is empty"), opening.reading(place):
        pass


def test_what_is_left_of_a_store_is_taken_for_a_new_one_only_where_that_is_asked(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    place.path.touch()
    with pytest.raises(StoreInvalid, match="the file is empty"), opening.changing(place, STAMP):
        pass
    (tmp_path / "s.db-wal").write_bytes(b"what it held")
    for anew in (False, True):
        with pytest.raises(StoreInvalid, match=r"s\.db-wal may still have"), opening.changing(place, STAMP, anew=anew):
            pass
    place.path.unlink()
    with pytest.raises(StoreInvalid, match=r"s\.db-wal may still have"), opening.reading(place):
        pass
    (tmp_path / "s.db-wal").write_bytes(b"")
    with pytest.raises(StoreInvalid, match="the file is empty"), opening.changing(place, STAMP):
        pass
    with opening.changing(place, STAMP, anew=True) as store:
        assert store.made


def test_a_first_command_that_is_stopped_leaves_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("_run_steps", "_begin_chain"):
        with monkeypatch.context() as patch:
            patch.setattr(migrate, name, stop)
            with pytest.raises(KeyboardInterrupt), opening.changing(place, STAMP):
                pass
        assert not any(tmp_path.iterdir())
    with opening.changing(place, STAMP) as store:
        assert store.made


def test_a_store_is_made_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    place = locate.at(tmp_path / "s.db", explicit=True)
    for made in (True, False):
        with opening.changing(place, STAMP) as store:
            assert store.made is made
    assert place.path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    deep = tmp_path / "file" / "x" / "s"
    with (
        pytest.raises(Incomplete, match="the store cannot be made"),
        opening.changing(locate.at(deep.with_suffix(".db"), explicit=True), STAMP),
    ):
        pass
    with pytest.raises(Incomplete, match="cannot be locked"), lock.exclusive(deep.with_suffix(".toml")):
        pass
    place = locate.at(tmp_path / "folder.toml", explicit=True)
    place.path.mkdir()
    with opening.reading(place) as store, pytest.raises(Incomplete, match="the document cannot be read"):
        store.document_bytes()


def test_a_busy_store_says_so_after_the_time_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    with opening.changing(place, STAMP):
        pass
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(place.path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(StoreBusy, match="nothing was changed"),
            opening.changing(place, STAMP) as store,
            connect.transaction(store.ledger),
        ):
            pass


def test_a_transaction_is_whole_or_gone(tmp_path: Path) -> None:
    with opening.changing(locate.at(tmp_path / "s.db", explicit=True), STAMP) as store:

        def broken(stop: BaseException) -> None:
            with connect.transaction(store.ledger):
                store.ledger.execute("INSERT INTO word (code, text) VALUES (99, 'x')")
                raise stop

        for stop in (ValueError("stop"), KeyboardInterrupt()):
            with pytest.raises(type(stop)):
                broken(stop)
        assert store.ledger.execute("SELECT count(*) FROM word WHERE code = 99").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        ("database or disk is full", Incomplete, "the disk is full"),
        ("attempt to write a readonly database", Incomplete, "cannot be opened or written"),
        ("no such table: x", StoreInvalid, "not a store of this program"),
        ("database is locked", StoreBusy, "another command has held the store"),
    ],
)
def test_what_sqlite_says_is_said_in_words(words: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said), connect.explained(Path("s.db")):
        raise sqlite3.OperationalError(words)
    with pytest.raises(sqlite3.IntegrityError), connect.explained(Path("s.db")):
        raise sqlite3.IntegrityError("the ledger is append-only")


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_store_in_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    with opening.changing(place, STAMP):
        pass
    tmp_path.chmod(0o500)
    try:
        with opening.reading(place) as store:
            assert store.ledger.execute("SELECT count(*) FROM event").fetchone() == (1,)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
def test_somebody_else_may_read_where_they_may_not_write(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    with opening.changing(place, STAMP):
        pass
    place.path.chmod(0o644)
    program = (
        "import os, sys; os.setgid(65534); os.setuid(65534)\n"
        "from pathlib import Path\n"
        "from occ_media_cli.store import locate, open as opening\n"
        "with opening.reading(locate.at(Path(sys.argv[1]), explicit=True)) as store:\n"
        "    print(store.ledger.execute('SELECT count(*) FROM event').fetchone()[0])\n"
    )
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program, str(place.path)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60)  # fmt: skip
    if "Permission" in done.stderr or "ModuleNotFound" in done.stderr:
        pytest.skip("the interpreter itself is not readable for others here")
    assert done.stdout == "1\n", done.stderr


def test_statements_keep_triggers_whole() -> None:
    script = "CREATE TABLE t (x);\nCREATE TRIGGER g AFTER INSERT ON t\nBEGIN SELECT 1;\nSELECT 2; END;\n"
    assert len(list(statements(script))) == 2
    with pytest.raises(ValueError, match="an unfinished statement"):
        list(statements("SELECT 1"))


@pytest.mark.parametrize("side", ["", "-wal", "-journal", "-shm"])
@pytest.mark.parametrize("kind", ["fifo", "folder", "link"])
def test_only_regular_files_are_opened_as_a_store(tmp_path: Path, side: str, kind: str) -> None:
    path = tmp_path / "s.db"
    with opening.changing(locate.at(path, explicit=True), STAMP):
        pass
    odd = path.with_name(path.name + side)
    odd.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(odd)  # SQLite would wait here for ever
    elif kind == "folder":
        odd.mkdir()
    else:
        odd.symlink_to(tmp_path / "elsewhere")
    for writable in (False, True):
        if kind != "fifo" and not side:
            continue  # a store may be reached through a link, and a folder is no store for SQLite itself
        with pytest.raises(StoreInvalid, match=rf"s\.db{side} was not opened: it is a ") as caught:
            connect.connect(path, writable=writable)
        assert caught.value.hint.endswith(str(odd))


@pytest.mark.parametrize("ledger", [True, False])
def test_a_document_that_is_no_file_is_not_waited_for(tmp_path: Path, ledger: bool) -> None:
    from occ_media_cli.settings import editing

    place = locate.at(tmp_path / "s.toml", explicit=True)
    if ledger:
        with editing.editing(place, STAMP):
            pass
        place.path.unlink()
    os.mkfifo(place.path)
    with pytest.raises(StoreInvalid, match="it is a FIFO"), editing.editing(place, STAMP):
        pass
    with opening.reading(place) as store, pytest.raises(StoreInvalid, match="it is a FIFO"):
        store.document_bytes()
