"""`set`: what it changes, what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Run = Any  # the fixture `occ` of conftest.py
TYPED = "occ-media --store s.db --now 2026-03-02T10:00:00Z"


def shown(occ: Run, store: str, inbox: str = "inbox", **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(occ("show", inbox, "--format", "json", store=store, **options).out)["inboxes"][0]
    return found


def test_every_wrong_word_gets_one_error_and_help(occ: Run) -> None:
    for words, error, help_text in (
        (["set", "inbox"], "nothing to set", f"{TYPED} show inbox"),
        (["set", "inbox", "--reason", ""], "nothing to set", f"{TYPED} show inbox"),
        (["set", "inbox", "--reason=", "--backdate", ""], "nothing to set", f"{TYPED} show inbox"),
        (["set", "inbox", "lab"], "nothing to set", "occ-media set --help"),
        (["set", "inbox", "--for", "4h"], "nothing to set", "occ-media set --help"),
        (["set", "vip", "receive", "off"], "nothing to set", f"{TYPED} set vip --receive off"),
        (["set", "vip", "off"], "nothing to set", "write --receive off or --send off"),
        (
            ["set", "receive", "off"],
            "nothing to set",
            "name an inbox and a switch: occ-media --store s.db set INBOX --receive off",
        ),
        (["set", "vip", "recieve", "off"], "nothing to set", f"{TYPED} set vip --receive off"),
        (["set", "vip", "off", "send"], "nothing to set", f"{TYPED} set vip --send off"),
        (["set", "vip", "sand", "off"], "nothing to set", "write --receive off or --send off"),
        (["set", "vip", "SEND=Off"], "nothing to set", f"{TYPED} set vip --send off"),
        (["set", "vip", "send"], "nothing to set", "write --send on or --send off"),
        (["set", "vip", "on"], "nothing to set", "write --receive on or --send on"),
        (
            ["set", "vip", "lab", "send=on", "receive"],
            "nothing to set",
            "write --receive on or --receive off",
        ),
        (["set", "vip", "send", "receive", "on"], "nothing to set", f"{TYPED} set vip --send on --receive on"),
        (
            ["set", "my vip", "send", "off", "--reason", "off"],
            "nothing to set",
            f"{TYPED} set 'my vip' --send off --reason off",
        ),
        (["set", "--create", "vip"], "nothing to set", "occ-media set --help"),
        (["set", "--all", "send", "on"], "nothing to set", f"{TYPED} set --send on --all"),
        (["set", "set"], "nothing to set", "occ-media --store s.db show set"),
        (["set"], "nothing to set", "name an inbox and a switch: occ-media --store s.db set INBOX --receive off"),
        (
            ["set", "inbox", "--receive", "of"],
            "--receive 'of' is neither on nor off, did you mean 'off'?",
            "occ-media --store s.db --now 2026-03-02T10:00:00Z set inbox --receive off",
        ),
        (
            ["set", "inbox", "--send", "maybe"],
            "--send 'maybe' is neither on nor off",
            f"{TYPED} set inbox --send on; or: {TYPED} set inbox --send off",
        ),
        (["set", "--send", "on"], "name inboxes, or --all, or --tag", "name an inbox, or add --all"),
        (
            ["set", "--all", "--tag", "x", "--send", "off"],
            "name inboxes, or --all, or --tag",
            f"{TYPED} set --tag x --send off",
        ),
        (
            ["set", "a", "--tag", "x", "--send", "off"],
            "name inboxes, or --all, or --tag",
            "leave --tag out, or the names of inboxes",
        ),
        (
            ["set", "a", "--message-for", "de=eins", "--message-for", "de=zwei drei"],
            "--message-for de is given twice",
            "write --message-for de=eins or --message-for de='zwei drei', not both",
        ),
        (
            ["set", "a", "--message-for", "de=eins", "--message-for", "DE="],
            "--message-for DE is given twice",
            "write --message-for DE=eins or --message-for DE=, not both",
        ),
        (
            ["set", "a", "--all", "--send", "on"],
            "name inboxes, or --all, or --tag",
            f"{TYPED} set a --send on",
        ),
        (
            ["set", "a", "--send", "on", "--for", "4h", "--until", "2027-01-01"],
            "--for and --until say the same thing",
            "leave one of them out",
        ),
        (
            ["set", "a", "--send", "on", "--for", "90"],
            "--for '90' has no unit",
            "; or: ".join(f"{TYPED} set a --send on --for 90{unit}" for unit in "hmd"),
        ),
        (
            ["set", "a", "--message", ""],
            "the message is empty",
            f"{TYPED} set a --no-message",
        ),
        (
            ["set", "a", "--message", "x" * 1025],
            "the message has 1,025 characters; 1,024 are the most",
            "change the text; newline, joiners and direction marks are allowed",
        ),
        (
            ["set", "a", "--message", "\u202ehi"],
            "the message has the control character U+202E at position 1",
            "change the text; newline, joiners and direction marks are allowed",
        ),
        (
            ["set", "a", "--message", "hi {name}"],
            "the message has the placeholder '{name}'; there are {inbox} and {channel}",
            "change the text; newline, joiners and direction marks are allowed",
        ),
        (["set", "a", "--message-for", "ar"], "--message-for 'ar' has no '='", "write --message-for ar='…'"),
        (
            ["set", "a", "--message-for", "a_r=x"],
            "'a_r' is not a language tag such as ar or pt-BR",
            "write --message-for ar='…'",
        ),
    ):
        done = occ(*words, code=2, store="s.db")
        assert done.out == ""
        assert done.err == f"error: {error}\nhelp: {help_text}\n"


def test_several_inboxes_are_all_or_nothing(occ: Run, store: str) -> None:
    occ("inbox", "add", "a", store=store)
    occ("inbox", "add", "b", "--tag", "gold", store=store)
    assert "did you mean" not in occ("set", "a", "zzzzzz", "--send", "off", store=store, code=11).err
    assert shown(occ, store, "a")["version"] == 1
    occ("set", "a", "b", "a", "--send", "off", store=store)
    occ("set", "--tag", "gold", "--receive", "off", store=store)
    occ("set", "--all", "--message", "write to a@b.example", store=store)
    assert shown(occ, store, "b")["version"] == 4
    assert shown(occ, store, "a")["message_source"] == "own"
    assert "no inbox has the tag 'god'" in occ("set", "--tag", "god", "--send", "on", store=store, code=2).err
    assert "c, version 2" in occ("set", "c", "--create", "--send", "off", store=store).out


def test_messages_in_several_languages_join_those_that_are_there(occ: Run, store: str) -> None:
    arabic = "عذرًا \u2067{inbox}\u2069"
    occ("set", "inbox", "--receive", "off", "--message-for", f"ar={arabic}", store=store)
    done = occ(
        "set",
        "inbox",
        "--message",
        "line one\nline two 👩‍👩‍👧",
        "--message-for",
        "de=Schreiben Sie an a@b.example",
        store=store,
    )
    assert "  line one\\nline two" in done.out
    assert shown(occ, store)["messages"] == {"ar": arabic, "de": "Schreiben Sie an a@b.example"}
    occ("set", "inbox", "--message-for", "de=anders", store=store)
    assert shown(occ, store)["messages"] == {"ar": arabic, "de": "anders"}


def test_a_terminal_gets_arrows_and_advice(occ: Run, store: str) -> None:
    done = occ("set", "inbox", "--receive", "off", "--message-for", "ar=x", store=store, terminal=True)
    assert "receive  on → off" in done.out
    assert "note: the message names no other way to send a file; --message sets your own\n" in done.err
    assert "note: the message for ar names no other way to send a file\n" in done.err
    assert done.err.endswith(f"undo: occ-media --store {store} undo 2\n")
    done = occ("set", "inbox", "--message", "Email it to vip@example.com.", "--message-for", "ar=+20 2 1234 5678",
               store=store, terminal=True)  # fmt: skip
    assert done.err == f"undo: occ-media --store {store} undo 5\n"
    assert occ("set", "inbox", "--receive", "on", store=store, now="2026-03-02T10:00:01Z").err == ""


def test_quiet_prints_nothing(occ: Run, store: str) -> None:
    done = occ("set", "inbox", "--receive", "off", "--quiet", store=store, terminal=True)
    assert (done.out, done.err) == ("", "")


def test_a_box_inside_a_box_ends_with_it(occ: Run, store: str) -> None:
    occ("set", "inbox", "--receive", "off", "--until", "2026-03-02T14:00:00Z", store=store)
    assert "is in no time-box" in occ("set", "inbox", "--send", "off", "--inside", store=store, code=2,
                                      now="2026-03-02T15:00:00Z").err  # fmt: skip
    occ("set", "inbox", "--send", "off", "--inside", store=store, now="2026-03-02T11:00:00Z")
    found = shown(occ, store, now="2026-03-02T11:00:00Z")
    assert (found["send"], found["valid_to"], found["next"]["send"]) == (False, "2026-03-02T14:00:00.000Z", True)
    assert "is not after" in occ("set", "inbox", "--send", "on", "--until", "2026-03-02T11:00:00Z", store=store, code=2,
                                 now="2026-03-02T12:00:00Z").err  # fmt: skip
    done = occ("set", "inbox", "--scan-nothing", store=store, code=2)
    assert "no option --scan-nothing in occ-media set" in done.err


def test_the_past_changes_only_on_record(occ: Run, store: str) -> None:
    occ("set", "inbox", "--receive", "off", store=store)
    early = "2026-01-01T00:00:00Z"
    assert "nothing was changed" in occ("set", "inbox", "--send", "off", store=store, now=early, code=13).err
    assert "nothing was changed" in occ("inbox", "tag", "inbox", "t", store=store, now=early, code=13).err
    occ("set", "inbox", "--send", "off", "--backdate", "told late", store=store, now=early)
    assert shown(occ, store, now=early)["reason"] == "told late"
    assert shown(occ, store)["send"] is False


@pytest.mark.parametrize("field", ["--reason", "--backdate"])
def test_a_reason_that_is_no_text_is_refused(occ: Run, store: str, field: str) -> None:
    occ("inbox", "add", "vip", store=store)
    assert "must be text" in occ("set", "vip", "--send", "off", field, "\udcff", store=store, code=2).err
    assert "must be text" in occ("inbox", "add", "x", "--description", "\udcff", store=store, code=2).err
    assert shown(occ, store, "vip")["version"] == 1


@pytest.mark.parametrize(("word", "meant"), [
    ("No", "off"), ("n", "off"), ("false", "off"), ("0", "off"), ("disabled", "off"), ("nein", "off"), ("não", "off"), ("нет", "off"),
    ("yes", "on"), ("TRUE", "on"), ("1", "on"), ("enable", "on"), ("sí", "on"), ("да", "on"), ("onn", "on"), ("OFF", "off"),
])  # fmt: skip
def test_help_for_a_switch_says_what_was_meant(occ: Run, word: str, meant: str) -> None:
    said = occ("set", "vip", "--receive", word, code=2).err
    assert f"'{word}' is neither on nor off, did you mean '{meant}'?" in said
    assert f" --receive {meant}\n" in said


@pytest.mark.parametrize("word", ["maybe", "2", "o", "toggle", "-", ""])
def test_help_for_a_switch_offers_both_where_nothing_tells(occ: Run, word: str) -> None:
    typed = "occ-media --now 2026-03-02T10:00:00Z set vip --receive"
    assert occ("set", "vip", "--receive", word, code=2).err.splitlines() == [
        f"error: --receive '{word}' is neither on nor off", f"help: {typed} on; or: {typed} off",
    ]  # fmt: skip


def test_a_box_that_ends_after_the_last_year_changes_nothing(occ: Run) -> None:
    last = "9999-12-31T23:59:59.999Z"
    found = occ("set", "vip", "--create", "--receive", "off", "--for", "4h", store="new.db", now=last, code=2)
    assert found.err.startswith("error: --for '4h' comes to a moment outside the years 1 to 9999\n")
    assert occ("show", store="new.db", code=11).out == ""  # no store was made for it


def test_a_tag_that_is_near_to_one_that_is_there_is_told_as_a_command(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("inbox", "tag", "vip", "sensitive", store="s.db")
    for words, right in (
        (("--tag", "sensitve"), "--tag sensitive"),
        (("--tag=sensitve",), "--tag=sensitive"),
    ):
        found = occ("set", *words, "--send", "off", store="s.db", code=2).err
        assert found.splitlines() == [
            "error: no inbox has the tag 'sensitve', did you mean 'sensitive'?",
            f"help: {TYPED} set {right} --send off",
        ]


def test_one_text_for_a_language_may_be_said_twice(occ: Run) -> None:
    occ("set", "vip", "--create", "--message-for", "de=eins", "--message-for", "de=eins", store="s.db")
    assert shown(occ, "s.db", "vip")["messages"] == {"de": "eins"}


def test_what_customers_read_is_filled_in_whenever_receiving_goes_off(occ: Run, tmp_path: Path) -> None:
    store = "read.db"
    occ("inbox", "add", "x", "--channel", "telegram", "--channel", "whatsapp-cloud:7", store=store, now="2026-03-01")
    occ("set", "x", "--message", "Hi {inbox}: not in {channel}", "--message-for", "de=Nicht in {inbox}", store=store, now="2026-03-01")  # fmt: skip
    texts = ["  Hi x: not in telegram", "  Hi x: not in whatsapp-cloud:7", "  de: Nicht in x"]

    def told(*words: str, lead: str, now: str = "2026-03-02T10:00:00Z") -> None:
        rows = occ(*words, store=store, now=now).out.splitlines()
        at = next(place for place, row in enumerate(rows) if row.endswith(lead))
        assert rows[at + 1 : at + 4] == texts

    told("set", "x", "--receive", "off", "--for", "4h", lead="Customers who send a file now read:")
    lead = "Customers who send a file until 2026-03-02T12:00:00.000Z read:"
    told("set", "x", "--receive", "off", "--for", "1h", lead=lead, now="2026-03-02T11:00:00Z")
    lead = "From 2026-03-04T00:00:00.000Z customers read:"
    (tmp_path / "box.toml").write_text('[inboxes.x]\nreceive = false\nchannels = ["telegram", "whatsapp-cloud:7"]\n'
        'message = "Hi {inbox}: not in {channel}"\nmessages.de = "Nicht in {inbox}"\n'
        "[inboxes.x.box]\nuntil = 2026-03-04\nreceive = true\n")  # fmt: skip
    told("apply", "box.toml", lead=lead, now="2026-03-02T12:30:00Z")
    told("set", "x", "--receive", "on", "--for", "1h", lead="After it customers read:", now="2026-03-05")
    told("preset", "apply", "text-only", "x", lead="x: Customers who send a file now read:", now="2026-03-05T00:30:00Z")
    occ("set", "x", "--receive", "on", store=store, now="2026-03-06")
    told("revert", "x", "--to", "3", lead="Customers who send a file now read:", now="2026-03-07")
    told("show", "x", lead="While receiving is off, customers read:", now="2026-03-08")
    assert "customers read" not in occ("inbox", "tag", "x", "red", store=store, now="2026-03-09").out.casefold()
