"""Corners of the settings commands that are easy to get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Run = Any  # the fixture `occ` of conftest.py


def test_taking_off_what_is_there_and_what_is_not(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", "--channel", "telegram", "--channel", "line", "--tag", "a", store=store)
    assert "channels telegram, line -> line" in occ("inbox", "unlink", "vip", "telegram", store=store).out
    assert "did you mean 'line'?" in occ("inbox", "unlink", "vip", "lien", store=store, code=11).err
    assert "tags     a -> none" in occ("inbox", "untag", "vip", "a", store=store).out
    assert "has no tag 'a'\n" in occ("inbox", "untag", "vip", "a", store=store, code=11).err


def test_a_box_that_turns_no_switch_says_when_things_change(occ: Run, store: str) -> None:
    occ("set", "inbox", "--message", "for a while", "--for", "2d", store=store)
    assert "inbox: the settings change at 2026-03-04T10:00:00.000Z (in 2d)" in occ("show", store=store).out
    assert "message set" in occ("history", "inbox", store=store).out
    occ("set", "inbox", "--message", "at last", store=store, now="2026-03-05")
    assert "\nnow        4  " in occ("history", "inbox", store=store, now="2026-03-05").out


def test_languages_are_shown_while_receiving_is_off(occ: Run, store: str) -> None:
    occ("set", "inbox", "--receive", "off", "--message-for", "ar=اكتب", "--message-for", "pt-BR=Escreva", store=store)
    page = occ("show", "inbox", store=store).out
    assert page.endswith("viewed by the business.\n  ar: اكتب\n  pt-BR: Escreva\n")


def test_a_language_joins_the_messages_of_each_span(occ: Run, store: str) -> None:
    occ("set", "inbox", "--message-for", "ar=a", store=store)
    occ(
        "set",
        "inbox",
        "--message-for",
        "de=d",
        "--receive",
        "off",
        "--for",
        "4h",
        store=store,
        now="2026-03-02T11:00:00Z",
    )
    occ("set", "inbox", "--message-for", "fr=f", store=store, now="2026-03-02T12:00:00Z")

    def messages(now: str) -> Any:
        return json.loads(occ("show", "--format", "json", store=store, now=now).out)["inboxes"][0]["messages"]

    assert messages("2026-03-02T12:30:00Z") == {"ar": "a", "de": "d", "fr": "f"}
    assert messages("2026-03-02T16:00:00Z") == {"ar": "a", "fr": "f"}
    occ("set", "inbox", "--message-for", "es=e", "--backdate", "late", store=store, now="2026-03-02T11:30:00Z")
    assert messages("2026-03-02T11:45:00Z") == {"ar": "a", "de": "d", "es": "e"}
    assert occ("set", "inbox", "--message-for", "fr=f", store=store, now="2026-03-02T17:00:00Z").out.endswith(
        "nothing changed\n"
    )
    assert "ledger intact" in occ("ledger", "verify", store=store).out


def test_an_arrow_in_a_message_is_its_own(occ: Run, store: str) -> None:
    text = "Menu → Upload, or write to a@b.example"
    assert f"  {text}\n" in occ("set", "inbox", "--receive", "off", "--message", text, store=store).out
    assert f"  {text}\n" in occ("show", "inbox", store=store).out
    assert text in occ("show", "--format", "csv", store=store).out
    assert f"  {text}\n" in occ("set", "inbox", "--receive", "on", "--for", "1h", store=store).out


def test_a_change_of_many_fields_is_told_field_by_field(occ: Run, store: str, tmp_path: Path) -> None:
    occ("store", "init", store=store)
    (tmp_path / "f.toml").write_text(
        '[inboxes.inbox]\ndescription = "d"\nscan = "record"\nquota = "1 GB"\nsend_approved_only = true\n'
        'channels = ["telegram"]\nmessage = "Email it to a@b.example"\nmessages.ar = "x"\n'
    )
    occ("apply", "f.toml", store=store)
    change = occ("history", "inbox", store=store).out.partition("\nnow ")[2]
    for words in ("message set", "messages set", "channel telegram added", "description set", "scan off -> record",
                  "quota none -> 1 GB", "send-approved-only off -> on"):  # fmt: skip
        assert words in change
    done = occ("revert", "inbox", "--to", "1", store=store)
    assert "scan  record -> off\nquota  1 GB -> none\nsend-approved-only  on -> off\n" in done.out
    assert "description  d -> none" in done.out


def test_an_applied_document_that_changes_in_between_is_refused(
    occ: Run, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from occ_media_cli.cli.session import Session

    occ("store", "init", store=store)
    path = tmp_path / "f.toml"
    path.write_text("[inboxes.inbox]\nreceive = false\n")

    def confirm(_self: Session, _question: str) -> bool:
        path.write_text("[inboxes.inbox]\nsend = false\n")
        return True

    monkeypatch.setattr(Session, "confirm", confirm)
    assert "changed after the difference was shown" in occ("apply", "f.toml", store=store, code=13).err
    assert json.loads(occ("show", "--format", "json", store=store).out)["inboxes"][0]["version"] == 1


def test_a_preset_on_a_store_that_changes_in_between_is_refused(
    occ: Run, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from occ_media_cli.cli.session import Session

    occ("store", "init", store=store)
    asked = []

    def confirm(_self: Session, question: str) -> bool:
        if not asked:
            asked.append(question)
            occ("set", "inbox", "--receive", "off", store=store)
        return True

    monkeypatch.setattr(Session, "confirm", confirm)
    assert (
        "changed after the difference was shown"
        in occ("preset", "apply", "text-only", "inbox", store=store, code=13).err
    )


def test_an_unfinished_hand_edit_gives_permissions_too(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[inboxes.vip]\n[agents.mona]\nrole = "agent"\ninboxes = ["vip"]\n')
    assert "mona may send and may view" in occ("show", "vip", "--agent", "mona", store="s.toml", now=None).out
    assert "no agent 'kim'" in occ("show", "--agent", "kim", store="s.toml", now=None, code=11).err
    assert "no agent 'kim'" in occ("show", "--agent", "kim", code=11).err


def test_two_suppressions_of_one_rule_are_told_apart(occ: Run, store: str, tmp_path: Path) -> None:
    row = '[[suppression]]\nrule = "over-limit"\nreason = "{}"\nowner = "m"\nexpires = 2026-12-31\n'
    (tmp_path / "f.toml").write_text(row.format("a") + row.format("b"))
    plan = occ("plan", "f.toml", store=store if (tmp_path / store).exists() else None).out
    assert "suppression over-limit (2)" in plan


def test_a_thousand_inboxes_are_no_trouble(occ: Run, tmp_path: Path) -> None:
    text = "".join(f"[inboxes.n{number}]\nsend = true\n" for number in range(1_000))
    (tmp_path / "s.toml").write_text(text)
    occ("set", "n7", "--send", "off", "--receive", "off", store="s.toml")
    wanted = text.replace("[inboxes.n7]\nsend = true\n", "[inboxes.n7]\nsend = false\nreceive = false\n")
    assert (tmp_path / "s.toml").read_text() == wanted


@pytest.mark.parametrize("way", ["before", "behind", "environment"])
def test_a_name_that_reads_like_another_acts_nowhere(occ: Run, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    name = "d\u0430na"  # with a Cyrillic letter
    if way == "environment":
        monkeypatch.setenv("OCC_MEDIA_ACTOR", name)
    option = ["--actor", name]
    for words in (["inbox", "add", "vip"], ["show"]):
        line = {"before": [*option, *words], "behind": [*words, *option], "environment": words}[way]
        refused = occ(*line, store="s.db", code=13)
        named = "OCC_MEDIA_ACTOR" if way == "environment" else "the actor's name"
        assert refused.err.startswith(f"error: {named} 'd\\u0430na' mixes Cyrillic and Latin letters, which look")
        assert "help: write the name in letters of one script" in refused.err
