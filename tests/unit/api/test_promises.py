"""What the API promises beyond single calls: answers on record first, all or nothing, and what findings stand on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia, when
from occ_media_cli.errors import NotFound, Unproved, UsageError
from occ_media_cli.ledger.verify.checkpoint import load_checkpoint
from tests.unit.api.world import build, desk


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OccMedia:
    monkeypatch.chdir(tmp_path)
    build(tmp_path)
    return desk()


def entry(identity: str) -> dict[str, Any]:
    return {"id": identity, "time": "2024-03-04T09:59:58Z", "inbox": "vip", "direction": "receive", "name": "a.pdf"}


def decisions() -> int:
    with closing(sqlite3.connect("desk.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM record WHERE kind = 2").fetchone()[0])


@pytest.mark.parametrize("kind", [list, iter])
def test_an_answer_is_on_record_before_it_is_returned(world: OccMedia, kind: Any) -> None:
    replies = world.gate(kind([entry("a"), entry("b")]))
    for number, reply in enumerate(replies, start=1):
        assert reply.allow
        assert decisions() >= number


def test_entries_that_are_none_are_denied_and_not_on_record(world: OccMedia) -> None:
    circle: dict[str, Any] = {}
    circle["id"] = circle
    odd: list[Any] = [entry("a") | {"inbox": "vipp"}, {"id": "x"}, {"id": float("nan")}, "text", circle, 5, None]
    replies = list(world.gate(odd))
    assert [reply.allow for reply in replies] == [False] * len(odd)
    assert {reply.problems[0].code for reply in replies} == {"malformed"}
    assert decisions() == 0


def test_the_gate_looks_below_its_root_only(world: OccMedia) -> None:
    inside = world.gate(entry("in") | {"path": "old.pdf"}, root="media/2022")
    outside = world.gate(entry("out") | {"path": "../2024/new.pdf"}, root="media/2022")
    assert inside.allow
    assert not outside.allow


def test_many_inboxes_change_together_or_not_at_all(world: OccMedia) -> None:
    with pytest.raises(NotFound, match="labb"):
        world.set_many({"send": False}, inboxes=["vip", "labb"])
    assert world.show(inbox="vip").inboxes[0].version.settings.send
    assert [done.inbox for done in world.set_many({"send": False}, everything=True)] == ["inbox", "lab", "vip"]


def test_findings_say_what_they_stand_on(world: OccMedia) -> None:
    mark = world.ledger.checkpoint("mark.json")
    sound = world.audit(checkpoint="mark.json")
    assert (sound.proved, sound.integrity.checkpoint, sound.integrity.entries) == (True, True, 2)
    assert not world.audit(verify=False).proved
    with closing(sqlite3.connect("desk.db")) as connection:
        connection.execute("DROP TRIGGER IF EXISTS record_no_update")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
    with pytest.raises(Exception, match="trigger") as caught:
        world.audit(checkpoint=mark)
    assert getattr(caught.value, "code", None) == 10, "a schema that somebody changed is told before anything is judged"


def test_a_checkpoint_continues_another_and_an_audit_is_on_record(world: OccMedia) -> None:
    first = world.ledger.checkpoint("q1.json")
    assert world.audit(checkpoint=first, record=True).proved
    for earlier in (first, "q1.json"):
        second = world.ledger.checkpoint("q2.json", previous=earlier, tsq="q2.tsq")
        assert second.previous == first.as_previous()
    assert world.ledger.verify("q2.json").intact
    assert second.seq > first.seq, "the audit is on record"
    for call in (
        lambda: world.ledger.checkpoint("q1.json", previous="q1.json"), lambda: world.ledger.checkpoint("x", tsq="x"),
        lambda: world.ledger.attach_timestamp("q1.json", "q1.json", "q2.json"),
        lambda: world.ledger.verify(signers="allowed"), lambda: world.audit(tsa_cert="ca.pem"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            call()
    assert load_checkpoint(Path("q1.json")) == first
    with pytest.raises(Unproved, match="does not continue the earlier checkpoint"):
        world.ledger.checkpoint(previous=replace(first, state="0" * 64))
    unsigned = world.ledger.verify(first, signers=allowed_by_nobody())
    assert (unsigned.intact, unsigned.checkpoint) == (False, False)
    assert world.ledger.verify(first).intact


def allowed_by_nobody() -> str:
    """A file of allowed signers that no signature here is of."""
    Path("allowed").write_text("kim@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n")
    return "allowed"


def test_windows_and_lengths_are_said_in_every_way(world: OccMedia) -> None:
    start = datetime(2022, 1, 1, tzinfo=UTC)
    for since in (start, "2022-01-01", 1_640_995_200_000, "1000d"):
        assert [found["id"] for found in world.ledger.list(since=since, until=start + timedelta(days=400))] == ["m1"]
    assert when(1_640_995_200_000) == start
    assert world.report("shared", since="last-quarter").since == 1_696_118_400_000
    assert world.retention.set("lab", remove_after=timedelta(days=90)).after == {
        "inbox": "lab", "remove_after": "90d", "remove_after_ms": 90 * 86_400_000,
    }  # fmt: skip
    for wrong in (timedelta(0), timedelta(milliseconds=1), "90", 90):
        with pytest.raises(UsageError, match="remove_after"):
            world.retention.set("lab", remove_after=wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is not before"):
        world.audit(since="2024-01-02", until="2024-01-01")


def test_long_results_are_read_while_they_are_used(world: OccMedia) -> None:
    for found in (world.ledger.list(), world.check("outbox"), world.fit("outbox")):
        assert isinstance(found, Iterator)


def test_what_is_about_copies_needs_a_folder_for_them(world: OccMedia) -> None:
    for more in ({"max_size": "5 MB"}, {"workers": 2}, {"quality_floor": 0.5}):
        with pytest.raises(UsageError, match="about copies"):
            world.fit("outbox", **more)  # type: ignore[arg-type]  # one of three


def test_what_is_written_never_replaces_the_store(world: OccMedia) -> None:
    before = Path("desk.db").read_bytes()
    for write in (
        lambda: world.export("desk.db"), lambda: world.ledger.export("desk.db"), lambda: world.store.backup("desk.db"),
        lambda: world.ledger.checkpoint("desk.db"), lambda: world.ledger.ingest("ndjson", "more.ndjson", rejects="desk.db"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match="is the store"):
            write()
    assert Path("desk.db").read_bytes() == before


@pytest.mark.parametrize("kind", ["ndjson", "csv"])
def test_an_export_is_the_entries(world: OccMedia, kind: str) -> None:
    assert world.ledger.export(f"out.{kind}", format=kind, inboxes=["vip"]) == 2
    assert len(Path(f"out.{kind}").read_text(encoding="utf-8").splitlines()) == (2 if kind == "ndjson" else 3)
    with pytest.raises(NotFound, match="nobody"):
        world.ledger.export("other", inboxes=["nobody"])
