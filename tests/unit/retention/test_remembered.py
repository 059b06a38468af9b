"""What a restored store does not have is remembered: no later restore, and no source that is read again, loses it."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import UsageError
from occ_media_cli.store import chain, migrate
from occ_media_cli.store.connect import connect
from tests.unit.copies import made_once
from tests.unit.retention.test_carried_removals import Desks

WHO = "customer-4711-feed"


def rows(folder: Path, *ids: str, customer: str = WHO) -> str:
    row = {"time": "2026-03-01T10:00:00Z", "inbox": "vip", "direction": "receive", "name": "a.pdf", "size": 3}
    path = folder / "rows.ndjson"
    path.write_text("".join(json.dumps({**row, "id": each, "customer": customer}) + "\n" for each in ids))
    return str(path)


@pytest.fixture(params=["db", "toml"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> OccMedia:
    made = OccMedia(str(tmp_path / f"s.{request.param}"), actor="dana")
    made_once(("remembered", request.param), tmp_path, lambda: _fill(made, tmp_path))
    return made


def _fill(made: OccMedia, tmp_path: Path) -> None:
    made.inboxes.add("vip")
    made.ledger.ingest("ndjson", rows(tmp_path, "first", customer="somebody"))
    made.store.backup(tmp_path / "before")
    made.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.2"))
    made.holds.add("claim", f"about {WHO}", inbox="vip", since="2030-01-01")
    made.store.backup(tmp_path / "with")


def put_back(desk: OccMedia, folder: Path, *names: str) -> None:
    for name in names:
        desk.store.restore(folder / name, accept_loss="a test")
        assert desk.ledger.verify().intact


def content(desk: OccMedia, folder: Path) -> bytes:
    """Every byte of the store as it is now, the copies of earlier ones aside."""
    files = [path for path in folder.glob("s.*") if "before-restore" not in path.name]
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize("names", [["before", "with"], ["before", "before", "with"], ["with", "before", "with"]])
def test_an_erasure_reaches_a_backup_that_is_restored_later(desk: OccMedia, tmp_path: Path, names: list[str]) -> None:
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, *names)
    assert WHO.encode() not in content(desk, tmp_path)
    assert [entry["id"] for entry in desk.ledger.list(limit=9) if entry["id"]] == ["first"]


def test_a_text_alone_that_named_the_person_stays_erased(desk: OccMedia, tmp_path: Path) -> None:
    """The backup has nothing of the person but the reason of a hold."""
    desk.store.restore(tmp_path / "before", accept_loss="a test")
    desk.store.backup(tmp_path / "copied")
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "before", "copied")
    assert WHO.encode() not in content(desk, tmp_path)
    put_back(desk, tmp_path, "before", "with")
    (hold,) = [each for each in desk.holds.list() if each.hold.released is None]
    assert hold.hold.reason == "(erased)"


def test_what_was_erased_counts_as_duplicate_when_its_source_comes_again(desk: OccMedia, tmp_path: Path) -> None:
    desk.ledger.erase(WHO, "request 7")
    again = desk.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.2", "w.3", customer="x"))
    assert (again.counts.duplicate, again.counts.new) == (2, 1), "without a restore"
    put_back(desk, tmp_path, "before")
    again = desk.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.2", "w.4", customer=WHO))
    assert (again.counts.duplicate, again.counts.new) == (2, 1)
    ids = [entry["id"] for entry in desk.ledger.list(limit=9)]
    assert "w.1" not in ids
    assert desk.ledger.verify().intact


def test_nothing_is_remembered_twice(desk: OccMedia, tmp_path: Path) -> None:
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "before", "before", "before")
    ledger = next(path for path in tmp_path.glob("s.*db") if path.suffix == ".db")
    with closing(sqlite3.connect(ledger)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM event WHERE kind = 'carried'").fetchone()
    desk.store.backup(tmp_path / "remembering")
    put_back(desk, tmp_path, "remembering")
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("SELECT count(*) FROM event WHERE kind = 'carried'").fetchone() == (count,)
        bodies = [text for (text,) in connection.execute("SELECT body FROM event WHERE kind = 'carried'")]
    assert not any(WHO in text or "w.1" in text for text in bodies), "nothing personal is remembered"


def test_an_erasure_outlives_a_restore_of_another_store(desk: OccMedia, tmp_path: Path) -> None:
    other = OccMedia(str(tmp_path / "other.toml"), actor="dana")
    other.inboxes.add("vip")
    other.store.backup(tmp_path / "theirs")
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "theirs")
    again = desk.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.9"))
    assert (again.counts.duplicate, again.counts.new) == (1, 1)
    put_back(desk, tmp_path, "theirs", "with")
    assert WHO.encode() not in content(desk, tmp_path)


def test_a_release_is_told_of_a_backup_that_is_restored_later(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.release("claim", "settled")
    put_back(desk, tmp_path, "before", "before")
    done = desk.store.restore(tmp_path / "with", accept_loss="a test")
    assert [each.hold.name for each in desk.holds.list()] == ["claim"], "what a hold keeps too long is not gone"
    assert done.carried is not None
    (words,) = done.carried.held_again
    assert words.startswith("claim: dana released it at ")


def test_a_release_is_told_by_every_restore_of_a_backup_that_has_the_hold(desk: OccMedia, tmp_path: Path) -> None:
    desk.holds.release("claim", "settled")
    for turn in range(4):
        done = desk.store.restore(tmp_path / "with", accept_loss="a test")
        assert done.carried is not None
        assert [words.split(" at ")[0] for words in done.carried.held_again] == ["claim: dana released it"], turn
        desk.inboxes.tag("vip", f"t{turn}")
    assert [each.hold.name for each in desk.holds.list()] == ["claim"]
    ledger = next(path for path in tmp_path.glob("s.*db") if path.suffix == ".db")
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("SELECT count(*) FROM event WHERE kind = 'carried'").fetchone() == (1,)
    OccMedia(str(desk.location.path), actor="erin").holds.release("claim", "settled again")
    done = desk.store.restore(tmp_path / "with", accept_loss="a test")
    assert done.carried is not None
    (words,) = done.carried.held_again
    assert words.startswith("claim: erin released it at "), "the last release is the one that counts"


def test_an_alias_that_was_removed_stays_removed_in_a_later_backup(desk: OccMedia, tmp_path: Path) -> None:
    desk.customers.add_alias(["A1", "B1", "C1"], "case 1")
    desk.store.backup(tmp_path / "together")
    desk.customers.remove_alias("B1", "other person")
    put_back(desk, tmp_path, "before", "before", "together")
    assert [sorted(person.ids) for person in desk.customers.list_aliases()] == [["A1", "C1"]]


def test_an_erasure_reaches_the_alias_whose_removal_was_remembered(desk: OccMedia, tmp_path: Path) -> None:
    """The person has no entry in any backup, and no alias in the store that erases it."""
    desk.customers.add_alias([WHO, "B1"], "case 1")
    desk.customers.add_alias([WHO, "C1"], "case 2")
    desk.store.backup(tmp_path / "together")
    desk.customers.remove_alias(WHO, "other person")
    put_back(desk, tmp_path, "before", "before")
    desk.ledger.erase(WHO, "request 7")
    assert WHO.encode() not in content(desk, tmp_path)
    put_back(desk, tmp_path, "together")
    ledger = next(path for path in tmp_path.glob("s.*db") if path.suffix == ".db")
    with closing(sqlite3.connect(ledger)) as connection:
        said = connection.execute("SELECT personal FROM event WHERE kind LIKE 'customer-alias%'").fetchall()
    assert not any(WHO in (text or "") for (text,) in said)


# Removals


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    return Desks(tmp_path)


class Late(Desks):
    """As `Desks`, with a backup from before the entries came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first = OccMedia(str(folder / "s.db"), actor="ann")
        first.inboxes.add("inbox")
        first.store.backup(folder / "empty")
        super().__init__(folder)


@pytest.fixture
def late(tmp_path: Path) -> Late:
    return Late(tmp_path)


def deleted(desk: OccMedia) -> dict[str, bool]:
    return {str(entry["id"]): entry["deleted"] is not None or bool(entry["removed"])
            for entry in desk.ledger.list(limit=9)}  # fmt: skip


@pytest.mark.parametrize("finish", [False, True])
@pytest.mark.parametrize("names", [["empty", "stored"], ["empty", "empty", "approved"], ["other", "stored"]])
def test_a_purge_is_known_in_a_backup_that_is_restored_later(
    late: Late, tmp_path: Path, names: list[str], finish: bool
) -> None:
    other = OccMedia(str(tmp_path / "other.db"), actor="ann")
    other.inboxes.add("inbox")
    other.store.backup(tmp_path / "other")
    late.ann.store.backup(tmp_path / "stored")
    plan = late.approved()
    late.ann.store.backup(tmp_path / "approved")
    late.ann.retention.purge(plan, late.root, max_delete="100%", grace="1s" if finish else "7d")
    late.ann.retention.restore("w.1", late.root)
    if finish:
        time.sleep(1.1)
        assert late.ann.retention.finish(late.root).files == 2
    for name in names:
        late.restore(name)
    if names[-1] == "approved":
        late.purge(plan)
    assert late.there() == ["f1", "f3"]
    assert deleted(late.ann)["w.1"] is False
    if names[-1] == "stored" or finish:
        assert deleted(late.ann) == {"w.0": True, "w.1": False, "w.2": True}


def test_a_purged_entry_that_its_source_brings_again_is_on_record_as_gone(late: Late, tmp_path: Path) -> None:
    late.purge(late.approved())
    late.ann.retention.restore("w.1", late.root)
    late.restore("empty")
    late.ann.ledger.ingest("ndjson", str(tmp_path / "rows"))
    assert deleted(late.ann) == {"w.0": True, "w.1": False, "w.2": True}
    assert late.ann.ledger.verify().intact
    again = late.ann.ledger.ingest("ndjson", str(tmp_path / "rows"))
    assert again.counts.duplicate == 3


def test_another_file_under_the_id_of_a_purged_one_is_there(late: Late, tmp_path: Path) -> None:
    late.purge(late.approved())
    late.restore("empty")
    text = (tmp_path / "rows").read_text().splitlines()
    other = {**json.loads(text[0]), "sha256": "11" * 32}
    unknown = {name: said for name, said in json.loads(text[1]).items() if name != "sha256"}
    (tmp_path / "rows").write_text("".join(json.dumps(row) + "\n" for row in (other, unknown)))
    late.ann.ledger.ingest("ndjson", str(tmp_path / "rows"))
    assert deleted(late.ann) == {"w.0": False, "w.1": True}


def test_a_rescue_outlives_a_backup_that_has_gone_on_by_itself(desks: Desks, tmp_path: Path) -> None:
    """The plan is carried to the first backup, and stands approved in the second."""
    desks.ann.store.backup(tmp_path / "first")
    plan = desks.approved()
    desks.ann.store.backup(tmp_path / "approved")
    desks.purge(plan)
    desks.ann.retention.restore("w.1", desks.root)
    desks.restore("first")
    desks.restore("approved")
    desks.purge(plan)
    assert desks.there() == ["f1", "f3"]


def test_an_orphan_that_was_brought_back_stays_through_a_backup_without_its_plan(desks: Desks, tmp_path: Path) -> None:
    desks.ann.store.backup(tmp_path / "first")
    plan = desks.approved(orphans=True)
    desks.ann.store.backup(tmp_path / "approved")
    desks.purge(plan)
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        (number,) = connection.execute("SELECT seq FROM event WHERE kind = 'orphan'").fetchone()
    desks.ann.retention.restore(f"#{number}", desks.root)
    for name in ("first", "first", "approved"):
        desks.restore(name)
    desks.purge(plan)
    assert desks.there() == ["f0", "f1", "f2", "f3"]


@pytest.mark.parametrize("version", [1, 3, 6, migrate.LATEST - 1])
def test_a_backup_of_an_older_program_remembers_too(tmp_path: Path, version: int) -> None:
    """A store of an older schema, which is brought up to date, and whose backup of before is put back."""
    stamp = chain.Stamp(1_770_000_000_000, 1_770_000_000_000, "dana", "dana", "host", "test")
    store = tmp_path / "s.db"
    with closing(connect(store, writable=True)) as connection:
        migrate.upgrade(connection, store, stamp, upto=version)
        connection.execute("PRAGMA journal_mode=DELETE")
    (tmp_path / "old").write_bytes(store.read_bytes())
    desk = OccMedia(str(store), actor="dana")
    desk.inboxes.add("vip")
    desk.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.2"))
    desk.store.backup(tmp_path / "with")
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "old", "with", "old", "with")
    assert WHO.encode() not in content(desk, tmp_path)


def test_what_is_remembered_goes_from_a_document_to_one_file_and_back(tmp_path: Path) -> None:
    """The backup of a TOML store becomes a SQLite one, and is put back as the SQLite one's own."""
    toml = OccMedia(str(tmp_path / "t.toml"), actor="dana")
    toml.inboxes.add("vip")
    toml.store.backup(tmp_path / "before")
    toml.ledger.ingest("ndjson", rows(tmp_path, "w.1", "w.2"))
    toml.store.backup(tmp_path / "with")
    desk = OccMedia(str(tmp_path / "s.db"), actor="dana")
    put_back(desk, tmp_path, "with")
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "before", "with")
    assert WHO.encode() not in content(desk, tmp_path)
    desk.store.backup(tmp_path / "plain")
    with pytest.raises(UsageError, match="backup of a SQLite store"):
        toml.store.restore(tmp_path / "plain", accept_loss="a test")


def test_a_later_restore_that_is_killed_keeps_what_was_remembered(
    desk: OccMedia, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "before")

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for place in ("occ_media_cli.retention.carried.carry", "occ_media_cli.store.backup.replace_store"):
        with monkeypatch.context() as patch:
            patch.setattr(place, die)
            with pytest.raises(Killed):
                desk.store.restore(tmp_path / "with", accept_loss="a test")
        assert WHO.encode() not in content(desk, tmp_path)
    put_back(desk, tmp_path, "with")
    assert WHO.encode() not in content(desk, tmp_path)


def test_a_message_of_an_erased_entry_that_comes_later_brings_nothing_back(desk: OccMedia, tmp_path: Path) -> None:
    """A correction of an entry that is erased and not in the store has nothing to correct."""
    desk.ledger.erase(WHO, "request 7")
    put_back(desk, tmp_path, "before")
    row = {"id": "c.1", "corrects": "w.1", "time": "2026-03-02T10:00:00Z", "deleted": "2026-03-02T10:00:00Z"}
    (tmp_path / "rows.ndjson").write_text(json.dumps(row) + "\n")
    done = desk.ledger.ingest("ndjson", str(tmp_path / "rows.ndjson"))
    assert done.counts.refused == 1
    assert WHO.encode() not in content(desk, tmp_path)
