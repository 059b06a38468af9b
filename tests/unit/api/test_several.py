"""Where the command line takes several values of an option, Python takes one or several of the argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import UsageError
from tests.unit.api import world

ROSA, OTHER = "16505551234", "16505559999"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OccMedia:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OCC_MEDIA_STORE", raising=False)
    world.build(tmp_path)
    return world.desk()


def test_filters_of_a_list_mean_any_of_their_values(desk: OccMedia) -> None:
    def ids(**filters: Any) -> set[str]:
        return {str(entry["id"]) for entry in desk.ledger.list(**filters)}

    assert ids(category=["document", "image"]) == ids(category="document") == {"m1", "m2"}
    assert ids(direction=["send", "receive"], outcome=("delivered", "blocked"), type=["pdf", "jpg"]) == {"m1", "m2"}
    assert ids(direction=["send"]) == ids(conversation=["t1", "t2"]) == set()
    with pytest.raises(UsageError, match="category 'pictures'"):
        ids(category=["document", "pictures"])


def test_a_hold_and_an_erasure_take_several(desk: OccMedia) -> None:
    assert desk.holds.add("one", "case 1", customer=[ROSA, OTHER]).covered.entries == 2
    assert desk.holds.add("two", "case 2", inbox=("vip", "lab"), entry=["m1"], entries=["m2"]).covered.entries == 2
    for name in ("one", "two"):
        desk.holds.release(name, "settled")
    assert desk.ledger.erase([ROSA, OTHER], "request 1").erasure.records == 4  # each with its correction


def test_a_plan_takes_several(desk: OccMedia) -> None:
    assert (
        desk.retention.plan("media", customer=[ROSA, OTHER]).remove
        == desk.retention.plan("media", customer=ROSA).remove
    )
    made = desk.retention.plan("media", inbox=["vip", "lab"])
    assert (made.remove, made.keep) == (1, 1)
    assert desk.retention.plan("media", inbox=["lab"]).keep == 0


def test_a_rule_for_each_category_and_direction(desk: OccMedia) -> None:
    one = desk.retention.set("vip", remove_after="90d", category="image")
    assert one.scope == "vip, image"
    several = desk.retention.set("vip", remove_after="80d", category=["image", "audio"], direction=["send", "receive"])
    assert isinstance(several, tuple)
    assert [each.scope for each in several] == [
        "vip, image, send", "vip, image, receive", "vip, audio, send", "vip, audio, receive",
    ]  # fmt: skip
    gone = desk.retention.unset("vip", category=["image"])
    assert isinstance(gone, tuple)
    assert [each.after for each in gone] == [None]


def test_permissions_in_several_inboxes(desk: OccMedia) -> None:
    denied = desk.agents.deny("mona", "send", ["vip", "lab"])
    assert isinstance(denied, tuple)
    assert [each.after.may_send for each in denied] == [False, False]
    assert desk.agents.allow("mona", "send", "vip").after.may_send


def test_a_file_must_pass_every_inbox_and_direction(desk: OccMedia) -> None:
    desk.set("lab", {"send": False})
    for where, way, verdict in (("vip", "send", "accepted"), (["vip", "lab"], "send", "rejected"), (["vip"], ["receive"], "accepted"),
                                (["vip", "lab"], ["receive", "send"], "rejected")):  # fmt: skip
        (found,) = desk.check("outbox/logo.png", inbox=where, direction=way)
        assert found.verdict == verdict, (where, way)


@pytest.mark.parametrize("given", [[], (), ["vip", 3], 3, {"vip": 1}, b"vip"])
def test_an_empty_list_is_refused_as_are_other_types(desk: OccMedia, given: Any) -> None:
    for call in (
        lambda: desk.retention.plan("media", inbox=given),
        lambda: desk.retention.plan("media", customer=given),
        lambda: desk.holds.add("h", "case", customer=given),
        lambda: desk.ledger.erase(given, "request"),
        lambda: desk.ledger.list(category=given),
        lambda: desk.agents.deny("mona", "send", given),
        lambda: desk.check("outbox", inbox=given),
    ):
        with pytest.raises(UsageError):
            call()


def test_what_takes_one_takes_no_list(desk: OccMedia) -> None:
    with pytest.raises(UsageError, match="inbox must be text"):
        desk.ledger.ingest("ndjson", "more.ndjson", inbox=["vip", "lab"])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="inbox must be text"):
        desk.diagnose("cannot-send", ["vip"])  # type: ignore[arg-type]
