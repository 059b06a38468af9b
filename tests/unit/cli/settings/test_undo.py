"""`undo`: one command's whole change is taken back, and nothing that somebody did since."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound, Refused

Run = Any  # the fixture `occ` of conftest.py

MORNING, NOON, EVENING = "2026-03-02T08:00:00Z", "2026-03-02T12:00:00Z", "2026-03-02T18:00:00Z"


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def number(said: str) -> str:
    """What a command called its change, which is the last thing that it says."""
    found = re.fullmatch("change ([0-9]+)", said.splitlines()[-1])
    assert found is not None, said
    return found[1]


def shown(occ: Run, store: str, now: str = EVENING) -> dict[str, tuple[bool, bool]]:
    rows = json.loads(occ("show", "--format", "json", store=store, now=now).out)["inboxes"]
    return {row["name"]: (row["receive"], row["send"]) for row in rows}


def test_every_inbox_of_one_command_is_as_before_its_boxes_too(occ: Run, store: str) -> None:
    for name in ("a", "b", "c"):
        occ("inbox", "add", name, store=store, now=MORNING)
    occ("set", "c", "--send", "off", store=store, now=MORNING)
    change = number(occ("set", "--all", "--receive", "off", "--for", "12h", store=store, now=NOON).out)
    done = occ("undo", change, store=store, now="2026-03-02T13:00:00Z")
    assert "a, b\nreceive  off -> on\n" in done.out
    assert "3 inboxes: 3 changed\n" in done.out
    for moment in ("2026-03-02T13:00:01Z", "2026-03-03T01:00:00Z"):
        assert shown(occ, store, moment) == {"a": (True, True), "b": (True, True), "c": (True, False)}
    assert f"undo of change {change}" in occ("history", "a", store=store, now=EVENING).out
    occ("undo", store=store, now="2026-03-02T14:00:00Z")  # the newest is the undo: it is taken back in turn
    assert shown(occ, store, "2026-03-02T15:00:00Z")["a"] == (False, True)
    assert shown(occ, store, "2026-03-03T01:00:00Z")["a"] == (True, True)
    assert occ("ledger", "verify", store=store).out.endswith("every stored value recomputed\n")


def test_what_was_changed_since_stays_and_is_named(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now=MORNING)
    first = number(occ("set", "vip", "--receive", "off", store=store, now=NOON).out)
    later = number(occ("--actor", "sam", "set", "vip", "--quota", "2 GB", store=store, now=NOON).out)
    refused = occ("undo", first, store=store, now=EVENING, code=13)
    assert f"inbox 'vip' was changed after that, by change {later} of " in refused.err
    assert refused.err.endswith(f"help: take that back first: occ-media --store {store} undo {later}\n")
    assert shown(occ, store)["vip"] == (False, True)
    occ("undo", later, "--reason", "not ours", store=store, now=EVENING)
    occ("undo", first, store=store, now=EVENING, code=13)  # the undo of the later one is later, too
    assert occ("undo", store=store, now=EVENING).out.startswith("change ")


def test_without_a_number_it_is_the_newest_of_this_actor(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now=MORNING)
    occ("set", "vip", "--receive", "off", store=store, now=NOON)
    occ("--actor", "sam", "agent", "add", "kim", "--role", "agent", store=store, now=NOON)
    occ("undo", store=store, now=EVENING)
    assert shown(occ, store)["vip"] == (True, True)
    assert "kim" in occ("agent", "list", store=store, now=EVENING).out
    occ("--actor", "eve", "undo", store=store, now=EVENING, code=11)
    occ("undo", "999", store=store, now=EVENING, code=11)
    assert not Path("none.db").exists()
    occ("undo", store="none.db", code=11)
    assert not Path("none.db").exists()


def test_other_parts_come_back_beside_what_others_did_to_them(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now=MORNING)
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "vip", store=store, now=MORNING)
    occ("retention", "set", "vip", "--remove-after", "365d", store=store, now=MORNING)
    denied = number(occ("agent", "deny", "mona", "send", "--inbox", "vip", store=store, now=NOON).out)
    shorter = number(occ("retention", "set", "vip", "--remove-after", "30d", store=store, now=NOON).out)
    occ("agent", "add", "kim", "--role", "agent", store=store, now=NOON)
    occ("retention", "set", "default", "--remove-after", "90d", store=store, now=NOON)
    assert "agent 'mona' as before\n" in occ("undo", denied, store=store, now=EVENING).out
    assert "the retention rule 'vip' as before\n" in occ("undo", shorter, store=store, now=EVENING).out
    agents = json.loads(occ("agent", "list", "-f", "json", store=store, now=EVENING).out)["agents"]
    assert [(row["name"], row["deny_send"]) for row in agents] == [("kim", []), ("mona", [])]
    rules = json.loads(occ("retention", "show", "-f", "json", store=store, now=EVENING).out)["rules"]
    assert {(rule["inbox"], rule["remove_after"]) for rule in rules} == {("vip", "365d"), (None, "90d")}
    assert "agent 'mona' was changed after that" in occ("undo", denied, store=store, now=EVENING, code=13).err


def test_inboxes_come_go_and_have_their_names_again(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", "--tag", "gold", store=store, now=MORNING)
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "vip", store=store, now=MORNING)
    occ("inbox", "rename", "vip", "key", store=store, now=NOON)
    assert "key -> vip\n" in occ("undo", store=store, now=NOON).out
    occ("inbox", "remove", "vip", "--force", store=store, now=NOON)
    done = occ("undo", store=store, now=NOON)
    assert "vip, added again with the settings that it had\nagent 'mona' as before\n" in done.out
    assert json.loads(occ("agent", "list", "-f", "json", store=store, now=NOON).out)["agents"][0]["inboxes"] == ["vip"]
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nsend = false\n[inboxes.new]\nreceive = false\n", encoding="utf-8")
    occ("apply", "f.toml", store=store, now=EVENING)
    occ("undo", store=store, now=EVENING)
    assert shown(occ, store) == {"vip": (True, True)}
    assert occ("ledger", "verify", store=store).out.endswith("every stored value recomputed\n")


def test_what_was_planned_and_taken_back_never_begins(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now=MORNING)
    occ("set", "vip", "--receive", "off", "--start", "2099-12-24T00:00:00Z", "--for", "4h", store=store, now=NOON)
    occ("undo", store=store, now=EVENING)
    occ("set", "vip", "--receive", "off", store=store, now=EVENING)
    for moment in (EVENING, "2099-12-24T01:00:00Z", "2100-01-01T00:00:00Z"):
        assert shown(occ, store, moment)["vip"] == (False, True), moment
    assert occ("ledger", "verify", store=store).out.endswith("every stored value recomputed\n")


def test_what_is_no_setting_is_refused_with_what_takes_it_back(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db", now=MORNING)
    occ("hold", "add", "--name", "h", "--inbox", "vip", "--reason", "why", store="s.db", now=NOON)
    refused = occ("undo", store="s.db", now=EVENING, code=13).err
    assert "placed a hold, and only changes of settings are taken back; nothing was changed" in refused
    assert refused.endswith("help: release it: occ-media --store s.db hold release NAME --reason TEXT\n")
    occ("set", "inbox", "--send", "off", store="t.db", now=NOON)
    occ("undo", store="t.db", now=EVENING)
    assert shown(occ, "t.db") == {"inbox": (True, True)}, "the inbox that came with the store stays"
    assert "made the store" in (occ("store", "init", store="u.db").err + occ("undo", store="u.db", code=13).err)


def test_from_python(tmp_path: Path) -> None:
    desk = OccMedia(tmp_path / "s.db", actor="dana", now=NOON)
    for name in ("shop-a", "shop-b", "vip"):
        desk.inboxes.add(name)
    done = desk.set_many({"receive": False}, inboxes=["shop-*"])
    assert [each.inbox for each in done] == ["shop-a", "shop-b"]
    undone = desk.undo(done[0].change, reason="wrong shops")
    assert [each.versions[0].settings.receive for each in undone.outcomes] == [True, True]
    assert (undone.change.number, undone.change.actor) == (done[0].change, "dana")
    with pytest.raises(Refused, match="changed after that"):
        desk.undo(done[0].change)
    with pytest.raises(NotFound, match="no change 10000"):
        desk.undo(10_000)
