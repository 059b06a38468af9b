"""A restore replaces a store only by a backup that is what its own chain says, and loses nothing unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound, Refused, StoreInvalid
from occ_media_cli.retention.restore_store import restore_store
from occ_media_cli.store import locate, migrate
from occ_media_cli.store.chain import Event, Stamp, append
from occ_media_cli.store.connect import connect, transaction
from tests.killed import killed_at_the_document

FORGERIES = {
    "a rule": "UPDATE config_version SET value = replace(value, '3650d', '1d')",
    "a hold that is gone": "DELETE FROM hold_state",
    "a hold that is released": "UPDATE hold_state SET released = event",
    "an event": "UPDATE event SET actor = 'mallory' WHERE kind = 'hold'",
    "an inbox": "UPDATE inbox_state SET name = 'other' WHERE name = 'vip'",
    "the head": "UPDATE head SET seq = seq - 1",
    "the tail that is gone": "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
}


def forge(path: Path, statement: str) -> None:
    """Change a store as somebody does who knows its triggers and puts them back."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute(statement).rowcount > 0
        for _, text in triggers:
            connection.execute(text)
        connection.commit()


def ledger(folder: Path, store: str) -> Path:
    return folder / store.replace(".toml", ".ledger.db")


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(tmp_path: Path, store: str) -> OccMedia:
    made = OccMedia(str(tmp_path / store), actor="dana")
    made.inboxes.add("vip")
    made.retention.set("vip", remove_after="30d", keep_for="3650d")
    made.holds.add("claim", "case 1", inbox="vip")
    return made


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix not in (".db-shm", ".lock")}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("reason", [None, "the disk failed"])
def test_an_altered_backup_replaces_nothing(desk: OccMedia, tmp_path: Path, statement: str, reason: str | None) -> None:
    backup = tmp_path / "b.backup"
    desk.store.backup(backup)
    forge(backup, statement)
    before = content(tmp_path)
    with pytest.raises(StoreInvalid, match="is not what its own chain says") as caught:
        desk.store.restore(backup, accept_loss=reason)
    assert caught.value.file == str(backup)
    assert content(tmp_path) == before


def test_an_honest_backup_of_an_altered_store_is_refused_too(desk: OccMedia, tmp_path: Path, store: str) -> None:
    forge(ledger(tmp_path, store), FORGERIES["a rule"])
    desk.store.backup(tmp_path / "b.backup")
    with pytest.raises(StoreInvalid, match="config_version was changed"):
        desk.store.restore(tmp_path / "b.backup")


def test_an_altered_backup_does_not_put_a_broken_store_aside(desk: OccMedia, tmp_path: Path, store: str) -> None:
    desk.store.backup(tmp_path / "b.backup")
    forge(tmp_path / "b.backup", FORGERIES["a rule"])
    ledger(tmp_path, store).write_bytes(b"\0" * 50)
    with pytest.raises(StoreInvalid):
        desk.store.restore(tmp_path / "b.backup", accept_loss="the disk failed")
    assert ledger(tmp_path, store).read_bytes() == b"\0" * 50


def test_a_document_that_was_edited_in_a_backup_comes_back_as_an_edit_by_hand(tmp_path: Path) -> None:
    """It was never what a command left, so that nothing on record says it: the next change records it."""
    desk = OccMedia(str(tmp_path / "s.toml"), actor="dana")
    desk.inboxes.add("vip")
    desk.store.backup(tmp_path / "b.backup")
    text = (tmp_path / "s.toml").read_text().replace("receive = true", "receive = false")
    with closing(sqlite3.connect(tmp_path / "b.backup")) as connection:
        connection.execute("UPDATE backup_document SET bytes = ?", (text.encode(),))
        connection.commit()
    desk.store.restore(tmp_path / "b.backup")
    desk.inboxes.add("new")
    with closing(sqlite3.connect(tmp_path / "s.ledger.db")) as connection:
        reasons = [reason for (reason,) in connection.execute("SELECT reason FROM event WHERE kind = 'setting'")]
    assert "edited by hand" in reasons


@pytest.mark.parametrize("data", [b"", b"\0" * 50, b"wal"])
def test_a_store_that_was_cut_off_is_replaced_only_with_a_reason(
    desk: OccMedia, tmp_path: Path, store: str, data: bytes
) -> None:
    """An empty file is what is left of a store, and so are SQLite's files beside one that is gone."""
    backup, path = tmp_path / "b.backup", ledger(tmp_path, store)
    desk.store.backup(backup)
    desk.holds.add("later", "case 2", inbox="vip")
    if data == b"wal":
        path.rename(path.with_name(f"{path.name}-wal"))
    else:
        path.write_bytes(data)
    before = content(tmp_path)
    with pytest.raises(Refused, match="cannot be read"):
        desk.store.restore(backup)
    assert content(tmp_path) == before
    done = desk.store.restore(backup, accept_loss="the disk failed")
    assert not done.compared
    if store == "s.toml":
        (kept,) = tmp_path.glob("s.toml.before-restore-*")
        assert kept.read_bytes() == before["s.toml"]
    assert [each.hold.name for each in desk.holds.list()] == ["claim"]


def test_a_file_of_sqlite_without_a_table_is_no_new_store_either(desk: OccMedia, tmp_path: Path, store: str) -> None:
    desk.store.backup(tmp_path / "b.backup")
    ledger(tmp_path, store).unlink()
    with closing(sqlite3.connect(ledger(tmp_path, store))) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA user_version = 0")
        connection.execute("CREATE TABLE t (x)")
        connection.execute("DROP TABLE t")
    with pytest.raises(Refused, match="cannot be read"):
        desk.store.restore(tmp_path / "b.backup")


@pytest.fixture
def toml(tmp_path: Path) -> OccMedia:
    made = OccMedia(str(tmp_path / "s.toml"), actor="dana")
    made.inboxes.add("vip")
    made.store.backup(tmp_path / "b.backup")
    return made


def test_an_edit_by_hand_is_among_what_would_be_lost(toml: OccMedia, tmp_path: Path) -> None:
    document = tmp_path / "s.toml"
    saved = document.read_text()
    document.write_text(saved.replace("receive = true", "receive = false"))
    done = toml.store.restore(tmp_path / "b.backup")
    assert document.read_text() == saved
    with closing(sqlite3.connect(tmp_path / "s.ledger.db")) as connection:
        (reason,) = connection.execute("SELECT reason FROM event WHERE kind = 'store-restore'").fetchone()
    assert reason == "lost: settings changes: 1"
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as connection:
        kept = [reason for (reason,) in connection.execute("SELECT reason FROM event WHERE kind = 'setting'")]
    assert kept[-1] == "edited by hand"


REFUSED = {
    "an edit by hand": lambda folder: (folder / "s.toml").write_text(
        (folder / "s.toml").read_text().replace("receive = true", "receive = false")
    ),
    "an edit by hand, and no ledger": lambda folder: (
        REFUSED["an edit by hand"](folder),
        (folder / "s.ledger.db").unlink(),
    ),
    "a document that cannot be read": lambda folder: (folder / "s.toml").write_text("[inboxes.vip"),
    "nothing": lambda folder: None,
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("name", ["s.toml", "s.db"])
def test_a_restore_that_is_refused_leaves_every_byte(
    tmp_path: Path, change: Callable[[Path], object], name: str
) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    desk = OccMedia(str(folder / name), actor="dana")
    desk.inboxes.add("vip")
    desk.store.backup(tmp_path / "b.backup")
    desk.holds.add("claim", "case 1", inbox="vip")
    if name == "s.toml":
        change(folder)
    before = content(folder)
    with pytest.raises(Refused):
        desk.store.restore(tmp_path / "b.backup")
    assert content(folder) == before
    with pytest.raises(NotFound):
        desk.store.restore(tmp_path / "none")
    assert content(folder) == before
    desk.store.restore(tmp_path / "b.backup", accept_loss="tried")
    assert desk.ledger.verify().intact


def test_somebody_who_says_no_leaves_every_byte(toml: OccMedia, tmp_path: Path) -> None:
    REFUSED["an edit by hand"](tmp_path)
    before = content(tmp_path)
    stamp = Stamp(1_790_000_000_000, 1_790_000_000_000, "dana", "dana", "host", "test")
    location = locate.at(tmp_path / "s.toml", explicit=True)
    assert restore_store(location, str(tmp_path / "b.backup"), stamp, confirm=lambda _: False) is None
    assert content(tmp_path) == before


def test_a_refused_restore_does_not_bring_an_older_store_up_to_date(tmp_path: Path) -> None:
    desk = OccMedia(str(tmp_path / "s.db"), actor="dana")
    desk.inboxes.add("vip")
    desk.store.backup(tmp_path / "b.backup")
    (tmp_path / "s.db").unlink()
    stamp = Stamp(1_790_000_000_000, 1_790_000_000_000, "dana", "dana", "host", "test")
    with closing(connect(tmp_path / "s.db", writable=True)) as connection:
        migrate.upgrade(connection, tmp_path / "s.db", stamp, upto=migrate.LATEST - 1)
        with transaction(connection):
            append(connection, [Event("verification", {}, stamp.now)], stamp)
    before = content(tmp_path)
    with pytest.raises(Refused):
        desk.store.restore(tmp_path / "b.backup")
    assert content(tmp_path) == before
    desk.store.restore(tmp_path / "b.backup", accept_loss="moved")
    assert desk.ledger.verify().intact


def test_an_altered_backup_makes_no_folder(tmp_path: Path) -> None:
    desk = OccMedia(str(tmp_path / "s.db"), actor="dana")
    desk.inboxes.add("vip")
    desk.store.backup(tmp_path / "b.backup")
    other = OccMedia(str(tmp_path / "a" / "b" / "s.db"), actor="dana")
    with pytest.raises(NotFound, match="no folder"):
        other.store.restore(tmp_path / "b.backup")
    assert not (tmp_path / "a").exists(), "nor does one that is as it was"
    forge(tmp_path / "b.backup", FORGERIES["an inbox"])
    with pytest.raises(StoreInvalid):
        other.store.restore(tmp_path / "b.backup")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("text", ["[inboxes.vip\n", ""])
def test_a_document_that_cannot_be_read_goes_only_with_a_reason(toml: OccMedia, tmp_path: Path, text: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(Refused, match="cannot be read"):
        toml.store.restore(tmp_path / "b.backup")
    assert (tmp_path / "s.toml").read_text() == text
    toml.store.restore(tmp_path / "b.backup", accept_loss="it was torn")
    with closing(sqlite3.connect(tmp_path / "s.ledger.db")) as connection:
        (reason,) = connection.execute("SELECT reason FROM event WHERE kind = 'store-restore'").fetchone()
    assert reason == "it was torn (lost: a document that could not be read)"
    assert (tmp_path / "s.toml").read_text().count("[inboxes.vip]") == 1


@pytest.mark.parametrize("then", ["a change", "a restore", "a refused restore", "an edit"])
def test_a_restore_that_is_killed_before_the_document_is_in_place_is_ended_by_the_next_change(
    toml: OccMedia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    document = tmp_path / "s.toml"
    saved = document.read_text()
    toml.set("vip", {"receive": False})
    later = document.read_text()
    toml.holds.add("claim", "case 1", inbox="vip")
    toml.store.backup(tmp_path / "later")
    with killed_at_the_document(monkeypatch, in_place=False):
        toml.store.restore(tmp_path / "b.backup", accept_loss="a test")
    assert document.read_text() == later
    if then == "a refused restore":
        before = content(tmp_path)
        with pytest.raises(Refused):
            toml.store.restore(tmp_path / "later")
        assert content(tmp_path) == before
    if then == "a restore":
        toml.store.restore(tmp_path / "later", accept_loss="a test")
        assert document.read_text() == later
    elif then == "an edit":
        document.write_text(later + "\n[inboxes.new]\n")
        toml.inboxes.add("other")
        assert "receive = false" in document.read_text(), "what somebody wrote counts"
    else:
        toml.inboxes.add("other")
        assert document.read_text().startswith(saved.rstrip())
    with closing(sqlite3.connect(tmp_path / "s.ledger.db")) as connection:
        reasons = [reason for (reason,) in connection.execute("SELECT reason FROM event WHERE kind = 'setting'")]
        assert connection.execute("SELECT count(*) FROM intent").fetchone() == (0,)
    assert ("edited by hand" in reasons) == (then == "an edit")
    assert toml.ledger.verify().intact
