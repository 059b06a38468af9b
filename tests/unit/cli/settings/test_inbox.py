"""Inboxes, agents and presets."""

from __future__ import annotations

import json
from typing import Any

import pytest

Run = Any  # the fixture `occ` of conftest.py


def test_names_follow_the_contract(occ: Run, store: str) -> None:
    for name, words in (
        ("", "an inbox name is empty"),
        ("x" * 65, "an inbox name has 65 characters; 64 are the most"),
        (" vip", "begins or ends with a space"),
        ("vi\u202ep", "an inbox name has a control character"),
        ("vi\np", "an inbox name has a control character"),
        ("vi\u2028p", "an inbox name has a control character"),
        ("default", "'default' is no inbox name"),
    ):
        done = occ("inbox", "add", name, store=store, code=2)
        assert words in done.err
        assert done.err.endswith("help: give it another name\n")
    occ("inbox", "add", "Stö rungen", store=store)
    occ("inbox", "add", "stö rungen", store=store)  # case counts
    assert "is there already" in occ("inbox", "add", "Sto\u0308 rungen", store=store, code=2).err
    occ("set", "Sto\u0308 rungen", "--send", "off", store=store)
    assert (
        json.loads(occ("show", "Sto\u0308 rungen", "--format", "json", store=store).out)["inboxes"][0]["version"] == 2
    )
    occ("inbox", "rename", "Stö rungen", "الدعم", store=store)
    assert "is there already" in occ("inbox", "rename", "الدعم", "stö rungen", store=store, code=2).err
    assert "is empty" in occ("inbox", "rename", "الدعم", "", store=store, code=2).err
    assert occ("inbox", "rename", "الدعم", "الدعم", store=store).out == "الدعم, nothing changed\n"


def test_add_says_what_the_inbox_has(occ: Run, store: str) -> None:
    done = occ("inbox", "add", "vip", "--channel", "web-widget:shop", "--channel", "web-widget:shop", "--tag", "gold",
               "--reason", "why", store=store)  # fmt: skip
    assert done.out == (
        "vip, version 1, added\nreceive  on\nsend     on\nchannels web-widget:shop\ntags     gold\nchange 2\n"
    )
    for words, error in (
        (["inbox", "link", "vip", "web-widget:"], "is neither PROFILE nor PROFILE:ACCOUNT"),
        (["inbox", "link", "vip", ":x"], "is neither PROFILE nor PROFILE:ACCOUNT"),
        (["inbox", "tag", "vip", " "], "is not 1 to 64 printable characters"),
        (["inbox", "add", "x", "--tag", "a\tb"], "is not 1 to 64 printable characters"),
    ):
        assert error in occ(*words, store=store, code=2).err
    assert "did you mean 'telegram'?" in occ("inbox", "link", "vip", "telegrm", store=store, code=11).err
    assert "there is no channel profile 'zzz'" in occ("inbox", "add", "x", "--channel", "zzz", store=store, code=11).err
    occ("inbox", "link", "vip", "telegram", store=store)
    assert occ("inbox", "link", "vip", "telegram", store=store).out == "vip, version 2, nothing changed\n"


def test_a_terminal_is_asked_before_an_inbox_goes(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store)
    done = occ("inbox", "remove", "vip", store=store, terminal=True, typed="n\n")
    assert done.err == "remove inbox 'vip'? [y/N] "
    assert done.out == "nothing was changed\n"
    assert occ("inbox", "remove", "vip", store=store, terminal=True, typed="").out == "nothing was changed\n"
    assert "removed" in occ("inbox", "remove", "vip", store=store, terminal=True, typed="y\n").out
    occ("inbox", "add", "vip", store=store)
    assert "removed" in occ("inbox", "remove", "vip", "--yes", store=store, terminal=True).out
    assert "renamed" not in occ("history", "vip", store=store).out
    hint = occ("inbox", "add", "lab", store=store) and occ(
        "inbox", "rename", "lab", "the lab", store=store, terminal=True
    )
    assert hint.err == f"undo: occ-media --store {store} undo 10\n"
    assert "lab → the lab" in hint.out


@pytest.mark.parametrize("role", ["owner", "admin", "supervisor"])
def test_higher_roles_reach_every_inbox_and_deny_beats_allow(occ: Run, store: str, role: str) -> None:
    assert occ("agent", "list", store=store).out.startswith("No agents") if occ("store", "init", store=store) else False
    assert "reaches  every inbox" in occ("agent", "add", "kim", "--role", role, store=store).out
    assert "is there already" in occ("agent", "add", "kim", "--role", role, store=store, code=2).err
    assert "view     allowed -> denied" in occ("agent", "deny", "kim", "view", "--inbox", "inbox", store=store).out
    assert "nothing changed" in occ("agent", "deny", "kim", "view", "--inbox", "inbox", store=store).out
    table = occ("agent", "list", store=store).out
    assert table.splitlines()[1].split() == ["kim", role, "-", "inbox", "all"]
    occ("agent", "allow", "kim", "view", "--inbox", "inbox", store=store)
    assert json.loads(occ("agent", "list", "--format", "json", store=store).out)["agents"][0]["deny_view"] == []


def test_an_agent_may_be_let_into_one_more_inbox(occ: Run, store: str) -> None:
    occ("store", "init", store=store)
    occ("inbox", "add", "vip", store=store)
    assert "reaches  no inbox yet" in occ("agent", "add", "mona", "--role", "agent", store=store).out
    assert "send     denied -> allowed" in occ("agent", "allow", "mona", "send", "--inbox", "vip", store=store).out
    occ("set", "vip", "--send", "off", store=store)
    done = occ("agent", "allow", "mona", "view", "--inbox", "vip", store=store).out
    assert "The attachment icon is not there: send is off in the inbox.\n" in done
    for words, code, error in (
        (["agent", "allow", "mona", "sned", "--inbox", "vip"], 2, "did you mean 'send'?"),
        (["agent", "allow", "moan", "send", "--inbox", "vip"], 11, "did you mean 'mona'?"),
        (["agent", "remove", "x"], 11, "no agent 'x'"),
        (["agent", "add", "a\tb", "--role", "agent"], 2, "1 to 128 printable characters"),
        (["agent", "add", "x", "--role", "agent", "--inbox", "vpi"], 11, "did you mean 'vip'?"),
        (
            ["agent", "add", "x", "--role", "zzzzzzzz"],
            2,
            "agent add x --role agent; or: ",  # the least rights first
        ),
    ):
        assert error in occ(*words, store=store, code=code).err
    assert "mona, removed" in occ("agent", "remove", "mona", store=store).out
    assert (
        f"occ-media --store {store} agent add mona --role agent"
        in occ("show", "--agent", "mona", store=store, code=11).err
    )


def test_presets_show_what_they_set_and_why(occ: Run, store: str) -> None:
    assert occ("preset", "show", "compliance").out.startswith(
        "compliance, Compliance\nreceive  as it is\nsend     off\nwhy "
    )
    occ("inbox", "add", "vip", store=store)
    occ("inbox", "add", "lab", store=store)
    occ("set", "vip", "--receive", "off", "--for", "4h", store=store)
    done = occ("preset", "apply", "compliance", "vip", "lab", store=store, terminal=True, typed="y\n")
    assert "apply preset compliance to 2 inboxes: vip, lab? [y/N]" in done.err
    assert "lab, version 2, preset compliance" in done.out
    found = json.loads(occ("show", "vip", "--format", "json", store=store).out)["inboxes"][0]
    assert (found["send"], found["receive"], found["next"]["receive"], found["next"]["send"]) == (
        False,
        False,
        True,
        False,
    )
    assert found["reason"].startswith("preset compliance: ")
    done = occ("preset", "apply", "text-only", "lab", store=store, terminal=True, typed="n\n")
    assert done.out.endswith("nothing was changed\n")
    assert "did you mean 'vip'?" in occ("preset", "apply", "text-only", "vpi", store=store, code=11).err
    assert "no preset 'zzzzzzz'; there are standard-support" in occ("preset", "show", "zzzzzzz", code=11).err
    assert occ("preset", "apply", "text-only", "lab", "--quiet", "--reason", "r", store=store).out == ""
    said = occ("preset", "apply", "standard-support", "lab", store=store, terminal=True, typed="yes\n").err
    assert f"undo: occ-media --store {store} undo 10" in said


def test_a_list_of_agents_says_what_the_decision_about_each_inbox_is(occ: Run, store: str) -> None:
    for words in (
        ("inbox", "add", "lab"), ("inbox", "add", "far"), ("agent", "add", "zoe", "--role", "agent"), ("agent", "add", "bo", "--role", "owner"),
        ("agent", "allow", "zoe", "send", "--inbox", "lab"), ("agent", "deny", "bo", "view", "--inbox", "far"),
    ):  # fmt: skip
        occ(*words, store=store)
    agents = {each["name"]: each for each in json.loads(occ("agent", "list", "-f", "json", store=store).out)["agents"]}
    assert {name: (each["may_not_send"], each["may_not_view"]) for name, each in agents.items()} == {
        "zoe": ([], ["lab"]), "bo": ([], ["far"])
    }  # fmt: skip
    for name, each in agents.items():
        for inbox in ("lab", "far"):
            shown = json.loads(occ("show", inbox, "--agent", name, "-f", "json", store=store).out)["inboxes"][0][
                "agent"
            ]
            if name == "bo" or inbox == "lab":
                assert shown["may_view"] == (inbox not in each["may_not_view"])
                assert shown["may_send"] == (inbox not in each["may_not_send"])


def test_an_inbox_that_is_named_elsewhere_goes_with_force_only(occ: Run, store: str) -> None:
    for words in (
        ("inbox", "add", "lab"), ("inbox", "add", "vip2"), ("agent", "add", "zoe", "--role", "agent", "--inbox", "lab", "--inbox", "vip2"),
        ("agent", "deny", "zoe", "send", "--inbox", "lab"), ("retention", "set", "lab", "--category", "image", "--keep-for", "9d"),
        ("retention", "set", "vip2", "--keep-for", "9d"),
    ):  # fmt: skip
        occ(*words, store=store)
    said = occ("inbox", "remove", "lab", store=store, code=13).err
    assert "inbox 'lab' is still named by agent 'zoe' and retention rule 'lab, image'; nothing was changed" in said
    assert f"help: take it out of them too: occ-media --store {store} inbox remove lab --force\n" in said
    said = occ("inbox", "remove", "lab", "--force", "--reason", "closed", store=store).out
    assert "taken out of agent 'zoe', retention rule 'lab, image'" in said
    agents = json.loads(occ("agent", "list", "-f", "json", store=store).out)["agents"]
    assert [(each["inboxes"], each["deny_send"]) for each in agents] == [(["vip2"], [])]
    rules = json.loads(occ("retention", "show", "-f", "json", store=store).out)["rules"]
    assert [rule["inbox"] for rule in rules] == ["vip2"]


def test_a_word_near_default_is_meant_for_every_inbox(occ: Run, store: str) -> None:
    said = occ("retention", "set", "defalt", "--keep-for", "9d", store=store, code=11).err
    assert "no inbox 'defalt', did you mean 'default'?" in said


@pytest.mark.parametrize("words", [
    ("inbox", "add", "vip"), ("agent", "add", "mona", "--role", "agent"), ("set", "inbox", "--send", "off"),
    ("inbox", "tag", "inbox", "gold"), ("inbox", "rename", "inbox", "vip"),
    ("retention", "set", "default", "--remove-after", "30d"),
])  # fmt: skip
def test_whichever_command_makes_a_store_says_so(occ: Run, words: tuple[str, ...]) -> None:
    """Guards against a store that a wrong name made in silence."""
    assert occ(*words, store="new.db").err == "note: made the store new.db\n"
    assert "made the store" not in occ("set", "--all", "--receive", "off", store="new.db").err


def test_an_agent_gets_another_role_and_other_inboxes(occ: Run, store: str) -> None:
    for words in (("inbox", "add", "lab"), ("inbox", "add", "far"), ("agent", "add", "zoe", "--role", "agent", "--inbox", "lab"),
                  ("agent", "deny", "zoe", "send", "--inbox", "far")):  # fmt: skip
        occ(*words, store=store)
    said = occ("agent", "change", "zoe", "--add-inbox", "far", "--remove-inbox", "lab", store=store).out
    assert said.startswith("zoe\nrole     agent\nreaches  lab -> far\nstill denied in far; deny beats every role\n")
    assert "reaches  far -> every inbox" in occ("agent", "change", "zoe", "--role", "admin", store=store).out
    assert "zoe, nothing changed" in occ("agent", "change", "zoe", "--role", "admin", store=store).out
    zoe = json.loads(occ("agent", "list", "-f", "json", store=store).out)["agents"][0]
    assert (zoe["role"], zoe["inboxes"], zoe["deny_send"]) == ("admin", ["far"], ["far"])
    for words, what in (
        ((), "nothing to change"), (("--remove-inbox", "lab"), "not given inbox 'lab', but reaches all as admin"),
        (("--add-inbox", "lab", "--remove-inbox", "lab"), "to be added and removed"), (("--role", "boss"), "none of owner"),
    ):  # fmt: skip
        assert what in occ("agent", "change", "zoe", *words, store=store, code=2).err
    assert "did you mean 'lab'?" in occ("agent", "change", "zoe", "--add-inbox", "lba", store=store, code=11).err
    assert "did you mean 'zoe'?" in occ("agent", "change", "zoee", "--role", "owner", store=store, code=11).err
