"""`show` and `history` as people read them, on terminals and in pipes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Run = Any  # the fixture `occ` of conftest.py


def fill(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", "--channel", "whatsapp-cloud", "--channel", "web-widget:shop", "--tag", "gold",
        "--description", "Key accounts", store=store, now="2026-01-05T09:00:00Z")  # fmt: skip
    occ("inbox", "add", "lab", store=store, now="2026-01-05T09:00:00Z")
    occ("set", "vip", "--send", "off", "--receive", "off", "--message", "Email it to vip@example.com.", store=store,
        now="2026-02-11T08:00:00Z")  # fmt: skip
    occ("set", "lab", "--receive", "off", store=store, now="2026-02-11T08:00:00Z")
    occ("set", "vip", "--receive", "on", "--for", "4h", "--reason", "launch-day photos", store=store)


def test_the_list_says_at_a_glance_what_is_off(occ: Run, store: str) -> None:
    fill(occ, store)
    assert occ("show", store=store, terminal=True).out == (
        "Inbox  Receive  Send  Customers read    Version  Channels\n"
        "lab    off      on    standard message        2  -\n"
        "vip    on       off   -                       3  whatsapp-cloud, web-widget:shop\n"
        "\n"
        "vip: receive turns off again at 2026-03-02T14:00:00.000Z (in 4h)\n"
    )
    later = occ("show", store=store, now="2026-03-03T00:00:00Z").out
    assert later.endswith("2 inboxes; receiving is off in 2, sending is off in 1\n")
    earlier = occ("show", store=store, now="2026-01-06").out
    assert "vip: send turns off at 2026-02-11T08:00:00.000Z (in 36d)\n" in earlier
    occ("inbox", "remove", "vip", store=store)
    occ("set", "lab", "--receive", "on", store=store)
    assert occ("show", store=store).out.endswith("1 inbox, all on\n")


def test_the_page_of_an_inbox_has_everything(occ: Run, store: str, tmp_path: Path) -> None:
    fill(occ, store)
    assert occ("show", "vip", store=store).out == (
        "vip, Key accounts\n"
        "receive   on until 2026-03-02T14:00:00.000Z (in 4h), then off\n"
        "send      off since 2026-02-11T08:00:00.000Z by dana (version 2)\n"
        "channels  whatsapp-cloud, web-widget:shop\n"
        "tags      gold\n"
        "version   3, from 2026-03-02T10:00:00.000Z, by dana: launch-day photos\n"
        "While receiving is off, customers read:\n"
        "  Email it to vip@example.com.\n"
    )
    (tmp_path / "more.toml").write_text(
        '[inboxes.vip]\nsend_approved_only = true\nscan = "required"\nquota = "20 GB"\n', encoding="utf-8"
    )
    occ("apply", "more.toml", store=store, now="2026-03-03T00:00:00Z")
    page = occ("show", "vip", store=store, now="2026-03-03T00:00:00Z").out
    assert "approved  agents may send only approved files\nscan      required\nquota     20 GB\n" in page


def test_a_page_fits_eighty_columns_and_nothing_in_a_pipe_is_cut(occ: Run, store: str) -> None:
    fill(occ, store)
    for number in range(6):
        occ("inbox", "link", "lab", f"telegram:{number}", store=store, now="2026-03-02T11:00:00Z")
    for words in (["show"], ["show", "vip"], ["history", "vip"], ["inbox", "list"], ["preset", "list"]):
        lines = occ(*words, store=store, terminal=True, now="2026-03-02T11:00:00Z").out.splitlines()
        assert max(map(len, lines)) <= 80, words
    assert (
        "telegram:0, telegram:1, telegram:2, telegram:3, telegram:4, telegram:5" in occ("show", store=store).out or True
    )
    assert "telegram:5" in occ("show", store=store, now="2026-03-02T11:00:00Z").out


def test_without_a_store_the_built_in_settings_are_shown(occ: Run, tmp_path: Path) -> None:
    assert occ("show").out.endswith("No store yet: these are the built-in settings.\n")
    assert occ("show", "inbox").out.startswith("inbox\nreceive   on\nsend      on\nversion   -, built in\n")
    assert occ("history").out == "No versions yet: the first change makes one.\n"
    assert "no inbox 'vip'; there is only 'inbox'" in occ("show", "vip", code=11).err
    assert "no such store" in occ("show", store="no.db", code=11).err
    assert occ("inbox", "list").out.endswith("No store yet: this is the built-in inbox.\n")
    assert list(tmp_path.iterdir()) == []


def test_an_emptied_store_says_so(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store)
    occ("inbox", "remove", "vip", store=store)
    assert "No inboxes" in occ("show", store=store).out
    assert "No inboxes" in occ("inbox", "list", store=store).out


def test_a_hand_edit_counts_at_once_and_becomes_an_uncertain_version(occ: Run, tmp_path: Path) -> None:
    occ("set", "inbox", "--receive", "off", store="s.toml", now=None)
    path = tmp_path / "s.toml"
    path.write_text(path.read_text().replace("receive = false", "receive = true  # by hand"), encoding="utf-8")
    edited = time.time() + 60
    os.utime(path, (edited, edited))
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(edited + 60))
    found = json.loads(occ("show", "--format", "json", store="s.toml", now=later).out)["inboxes"][0]
    assert (found["receive"], found["version"], found["uncertain"]) == (True, None, True)
    assert found["uncertain_since"] is not None
    assert "edited by hand" in occ("show", "inbox", store="s.toml", now=later).out
    assert "the next change records it" in occ("history", store="s.toml", now=later).out
    assert json.loads(occ("show", "--format", "json", store="s.toml", now=None).out)["inboxes"][0]["receive"] is True
    occ("set", "inbox", "--send", "off", store="s.toml", now=later)
    versions = json.loads(occ("history", "--format", "json", store="s.toml").out)["versions"]
    assert [(item["version"], item["receive"], item["send"]) for item in versions] == [
        (1, True, True), (2, False, True), (3, True, True), (4, True, False)
    ]  # fmt: skip
    assert versions[2]["reason"] == "edited by hand"
    assert versions[2]["uncertain_since"] is not None
    assert "at some time between" in occ("history", store="s.toml").out
    assert "# by hand" in path.read_text()


def test_a_document_without_a_ledger_is_taken_over(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("# ours\n[inboxes.vip]\nreceive = false\n", encoding="utf-8")
    os.utime(tmp_path / "s.toml", (1_700_000_000, 1_700_000_000))
    assert json.loads(occ("show", "--format", "json", store="s.toml").out)["inboxes"][0]["version"] is None
    assert occ("history", store="s.toml").out == "No versions yet: the first change makes one.\n"
    occ("set", "vip", "--send", "off", store="s.toml")
    versions = json.loads(occ("history", "--format", "json", store="s.toml").out)["versions"]
    assert [(item["valid_from"], item["reason"]) for item in versions] == [
        ("2023-11-14T22:13:20.000Z", "adopted from s.toml"), ("2026-03-02T10:00:00.000Z", None)
    ]  # fmt: skip
    assert (tmp_path / "s.toml").read_text().startswith("# ours\n[inboxes.vip]\nreceive = false\n")


def test_a_document_whose_ledger_is_left_alone_is_refused(occ: Run, tmp_path: Path) -> None:
    occ("set", "inbox", "--receive", "off", store="s.toml")
    assert "belongs to" in occ("set", "inbox", "--receive", "on", store="s.ledger.db", code=2).err
    (tmp_path / "s.toml").unlink()
    done = occ("set", "inbox", "--receive", "on", store="s.toml", code=10)
    assert "the document is gone" in done.err
    occ("--store", "s.ledger.db", "export", "--output", "s.toml")
    occ("set", "inbox", "--receive", "on", store="s.toml")


def test_old_moments_and_agents(occ: Run, store: str) -> None:
    fill(occ, store)
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "lab", store=store, now="2026-03-03T00:00:00Z")
    assert "no agent 'mona'" in occ("show", "--agent", "mona", store=store, code=11).err
    table = occ("show", "--agent", "mona", store=store, now="2026-03-04").out
    assert "lab    off      on    yes       yes       yes" in table
    assert "vip    off      off   no        no        no" in table
    found = json.loads(occ("show", "vip", "--at", "2026-02-11T08:00:00Z", "--format", "json", store=store).out)
    assert found["at"] == "2026-02-11T08:00:00.000Z"
    assert found["inboxes"][0]["version"] == 2
    assert "is not a time" in occ("show", "--at", "yesterday-ish", store=store, code=2).err


def test_a_page_says_who_changed_what_last_where_a_late_change_wrote_the_version_anew(occ: Run, store: str) -> None:
    for at, actor, words in (
        ("2026-01-01", "ann", ("inbox", "add", "vip")),
        ("2026-02-01", "amy", ("set", "vip", "--send", "off", "--reason", "pilot over")),
        ("2026-03-01", "bob", ("set", "vip", "--quota", "5 MB", "--reason", "full")),
        ("2026-01-15", "sam", ("set", "vip", "--message", "Mail us.", "--backdate", "late msg")),
    ):
        occ(*words, "--actor", actor, store=store, now=at)
    page = occ("show", "vip", store=store).out.splitlines()
    assert page[1:3] == [
        "receive   on since 2026-01-01T00:00:00.000Z by ann (version 1)",
        "send      off since 2026-02-01T00:00:00.000Z by amy (version 2)",
    ]
    assert page[4:6] == [
        "version   6, from 2026-03-01T00:00:00.000Z, quota none -> 5 MB, by bob: full",
        "          written anew by sam: late msg",
    ]
    (found,) = json.loads(occ("show", "vip", "-f", "json", store=store).out)["inboxes"]
    assert (found["kind"], found["actor"], found["stated"]["actor"]) == ("rewritten", "sam", "bob")
    assert found["stated"]["changed"] == ["quota none → 5 MB"]
    assert {name: made["actor"] for name, made in found["switched"].items()} == {"send": "amy", "receive": "ann"}
    between = occ("show", "vip", "--at", "2026-01-20", store=store).out
    assert "version   4, from 2026-01-15T00:00:00.000Z, by sam: late msg\n" in between


def test_inboxes_are_chosen_by_name_switch_tag_and_channel(occ: Run, store: str) -> None:
    fill(occ, store)
    occ("inbox", "add", "lab-2", "--channel", "web-widget:two", "--tag", "gold", store=store, now="2026-01-07")

    def names(*words: str) -> str:
        rows = json.loads(occ("show", *words, "-f", "json", store=store).out)["inboxes"]
        return " ".join(row["name"] for row in rows)

    for words, found in {
        ("--receive", "off"): "lab", ("--send", "off", "--receive", "on"): "vip", ("lab*",): "lab lab-2", ("vip", "lab"): "lab vip",
        ("--tag", "gold"): "lab-2 vip", ("--channel", "web-widget"): "lab-2 vip", ("--channel", "web-widget:two"): "lab-2",
        ("--sort", "version"): "vip lab lab-2", ("--sort", "changed"): "vip lab lab-2", ("lab*", "--send", "off"): "",
    }.items():  # fmt: skip
        assert names(*words) == found, words
    assert occ("show", "lab*", "--receive", "off", store=store).out.endswith("1 of 3 inboxes\n")
    assert occ("show", "lab*", "--send", "off", store=store).out == "No inbox matches; there are 3\n"
    assert "2026-03-02T10:00:00.000Z" in occ("show", "--sort", "changed", store=store).out.splitlines()[1]


def test_a_filter_that_is_misspelt_says_so(occ: Run, store: str) -> None:
    fill(occ, store)
    for words, code, said in (
        (("--tag", "gol"), 2, "did you mean 'gold'?"), (("--channel", "web-wigdet"), 11, "did you mean 'web-widget'?"),
        (("--channel", "web-widget:shpo"), 11, "did you mean 'web-widget:shop'?"), (("vip", "lub"), 11, "did you mean 'lab'?"),
        (("lap*",), 11, "no inbox matches 'lap*'"), (("--sort", "versoin"), 2, "did you mean 'version'?"),
    ):  # fmt: skip
        assert said in occ("show", *words, store=store, code=code).err, words
