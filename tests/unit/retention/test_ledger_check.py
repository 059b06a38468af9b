"""Nothing that cannot be taken back is done on a ledger that was altered, in either kind of store."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import Refused, StoreInvalid, UsageError
from occ_media_cli.retention import ledger_check

WHO = "customer-4711-feed"
SHARED = {"a": ("vip", 90), "b": ("vip", 90), "c": ("lab", 2), "d": ("lab", 90)}
"""Inbox and age in days of each entry."""

ALTERED = {
    "hold_state": "UPDATE hold_state SET released = event",
    "hold_part": "DELETE FROM hold_part",
    "plan_file": "UPDATE plan_file SET expires = 1",
    "approval_state": "UPDATE approval_state SET signature = 'another'",
    "removal": "UPDATE removal SET due = 1",
    "record": f"UPDATE record SET ms = ms - {60 * times.DAY} WHERE id = 'c'",
    "config_version": "UPDATE config_version SET value = replace(value, '30d', '1d')",
}
"""Changes behind the program's back, by table, each of which could let a file go or say that it may."""

EVENT_ALONE = (
    "UPDATE event SET body = replace(body, '\"inbox\":1', '\"inbox\":2') WHERE kind = 'hold' AND seq = "
    "(SELECT min(event) FROM hold_state)",
    "UPDATE hold_state SET inbox = 2 WHERE number = 1",
)
"""A hold that is moved to another inbox in its event and in the row that is made of it: only the chain shows that."""


class World:
    """A store where `a` waits in quarantine with its grace over, `b` is planned and approved, and holds on record keep
    both; `d` is in a plan that nobody approved."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.root = folder / "media"
        self.root.mkdir()
        self.file = folder / f"s.{kind}"
        self.ledger = self.file if kind == "db" else folder / "s.ledger.db"
        self.ann, self.bob = (OccMedia(str(self.file), actor=name) for name in ("ann", "bob"))
        for name in ("vip", "lab"):
            self.ann.inboxes.add(name)
        self.ann.retention.set(remove_after="30d")
        self._share(folder)
        self.first = self.approved("vip")
        (self.root / "b").rename(folder / "b")
        assert self.ann.retention.purge(self.first, self.root, max_delete="100%", grace="1s").files == 1
        (folder / "b").rename(self.root / "b")
        self.plan = self.approved("vip")
        self.unapproved = self.ann.retention.plan(self.root, inbox="lab").plan
        self.ann.holds.add("one", "a reason", inbox="vip")
        self.ann.holds.add("two", "a reason", inbox=["vip", "lab"])
        time.sleep(1.1)
        self.before = self.ledger.read_bytes()

    def _share(self, folder: Path) -> None:
        rows = []
        for name, (inbox, days) in SHARED.items():
            (self.root / name).write_text(name)
            rows.append({"id": name, "time": times.text(times.wall() - days * times.DAY), "inbox": inbox, "size": 1,
                         "direction": "receive", "name": name, "path": name, "customer": WHO,
                         "sha256": hashlib.sha256(name.encode()).hexdigest()})  # fmt: skip
        (folder / "rows").write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.ann.ledger.ingest("ndjson", str(folder / "rows"))

    def approved(self, inbox: str) -> str:
        made = self.ann.retention.plan(self.root, inbox=inbox)
        self.bob.retention.approve(made.plan)
        return made.plan

    @contextmanager
    def altered(self, *changes: str) -> Iterator[None]:
        """The store with some changes that go past its triggers; afterwards every file must be where it was."""
        there = self.there()
        with closing(sqlite3.connect(self.ledger, isolation_level=None)) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for change in changes:
                assert connection.execute(change).rowcount > 0
            for _, sql in triggers:
                connection.execute(sql)
        assert not self.ann.ledger.verify(record=False).intact
        try:
            yield
            assert self.there() == there
        finally:
            self.put_back()

    def put_back(self) -> None:
        for side in ("-wal", "-shm"):
            self.ledger.with_name(self.ledger.name + side).unlink(missing_ok=True)
        self.ledger.write_bytes(self.before)

    def there(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def purge(self) -> object:
        return self.ann.retention.purge(self.plan, self.root, max_delete="100%")

    def finish(self) -> object:
        return self.ann.retention.finish(self.root)


@pytest.fixture(scope="module", params=["db", "toml"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("altered"), request.param)


@pytest.fixture(params=[*((each,) for each in ALTERED.values()), EVENT_ALONE], ids=[*ALTERED, "event"])
def changes(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


def test_an_altered_ledger_loses_no_file(world: World, changes: tuple[str, ...]) -> None:
    with world.altered(*changes):
        with pytest.raises(StoreInvalid, match=r"altered.*; nothing was (removed|changed)$"):
            world.purge()
        with pytest.raises(StoreInvalid, match=r"^the ledger was altered: .*; nothing was removed$"):
            world.finish()


def test_an_altered_ledger_keeps_what_is_personal(world: World) -> None:
    with world.altered("UPDATE record SET customer = 'somebody' WHERE id = 'd'", ALTERED["hold_state"]):
        with pytest.raises(StoreInvalid, match=r"^the ledger was altered: record, entry .*; nothing was erased$"):
            world.ann.ledger.erase(WHO, "request 7")
        assert WHO.encode() in world.ledger.read_bytes()
        with pytest.raises(UsageError, match="the reason names the customer"):  # told without verifying first
            world.ann.ledger.erase(WHO, f"{WHO} asked")


@pytest.mark.parametrize("table", ["hold_state", "hold_part", "approval_state", "removal", "config_version"])
def test_who_approves_is_told_that_a_row_is_not_what_its_event_says(world: World, table: str) -> None:
    with world.altered(ALTERED[table]):
        with pytest.raises(StoreInvalid, match=rf"^the ledger was altered: {table}, .*; nothing was approved$"):
            world.bob.retention.approve(world.unapproved)
        with pytest.raises(Refused, match="planned"):
            world.ann.retention.approve(world.unapproved)


def test_where_it_is_altered_is_told(world: World) -> None:
    with world.altered(ALTERED["hold_state"]), pytest.raises(StoreInvalid) as told:
        world.finish()
    assert re.search(r": hold_state, column released, entry [0-9]+: was changed; ", told.value.what)
    assert "compare it with a backup" in str(told.value.hint)


def test_an_untouched_ledger_is_verified_once_and_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds above differ from this one by the change alone: here holds keep both files."""
    runs = _count(monkeypatch)
    there = world.there()
    for act in (world.purge, world.finish):
        done = act()
        assert [item.code for item in done.refused] == ["held"]  # type: ignore[attr-defined]
    assert len(runs) == 2
    assert world.there() == there
    world.put_back()


def test_what_is_refused_anyway_and_what_removes_nothing_costs_no_verification(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = _count(monkeypatch)
    with pytest.raises(Refused, match="is not approved"):
        world.ann.retention.purge(world.unapproved, world.root)
    with pytest.raises(Refused, match="over the limit"):
        world.ann.retention.purge(world.plan, world.root, max_delete="1%")
    (tmp_path / "other").mkdir()
    assert world.ann.retention.finish(tmp_path / "other").files == 0
    assert not runs
    world.put_back()


def _count(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    runs: list[object] = []
    real: Callable[..., object] = ledger_check.verify_whole

    def counted(*some: object, **named: object) -> object:
        runs.append(some)
        return real(*some, **named)

    monkeypatch.setattr(ledger_check, "verify_whole", counted)
    return runs


def test_a_certificate_says_up_to_which_head_the_ledger_was_verified(tmp_path: Path) -> None:
    world = World(tmp_path, "db")
    world.ann.holds.release("one", "done")
    world.ann.holds.release("two", "done")
    head = world.ann.ledger.verify(record=False)
    world.purge()
    document = world.ann.retention.certificate(world.plan)
    assert document["verified"] == {"purged": {"seq": head.seq, "head": head.head}, "finished": None}
    head = world.ann.ledger.verify(record=False)
    world.finish()
    document = world.ann.retention.certificate(world.first)
    said = document["verified"]
    assert isinstance(said, dict)
    assert said["finished"] == {"seq": head.seq, "head": head.head}
    kept = tmp_path / "c.json"
    kept.write_text(json.dumps(document))
    assert world.ann.retention.verify_certificate(kept) == ()
    kept.write_text(json.dumps({**document, "verified": {**said, "purged": None}}))
    assert "it is wrong about the verification of the ledger" in world.ann.retention.verify_certificate(kept)
