"""Since when sending and receiving are as they are, in one question of a check or a gate."""

from __future__ import annotations

import os
from pathlib import Path

from occ_media_cli import times
from occ_media_cli.decide.policy import Switch
from occ_media_cli.decide.settings_now import settings_of
from occ_media_cli.decide.switches import switches_of
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.model import InboxSettings, Version
from occ_media_cli.settings.read import inbox_ids
from occ_media_cli.settings.stated import switch_spans
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.locate import Location, at
from occ_media_cli.store.open import reading

START = times.parse("2026-01-01")
LATER = START + 1_000_000_000


def say(place: Location, moment: int, actor: str, **change: object) -> None:
    with editing(place, Stamp(moment, moment + 1, actor, "os", "host", "test"), first_inbox=False) as editor:
        if not inbox_ids(editor.connection):
            editor.add_inbox("vip")
        editor.change("vip", change)  # type: ignore[arg-type]  # fields of an inbox


def switched(place: Location, moment: int = LATER) -> tuple[Switch, Switch]:
    with reading(place) as store:
        inbox = settings_of(store, moment).policy("vip").inbox
        assert inbox is not None
        return inbox.send, inbox.receive


def since(moment: int, actor: str | None, version: int | None, *, on: bool) -> Switch:
    return Switch(on, times.text(moment), actor, version)


def test_settings_that_are_built_in_are_nobodys() -> None:
    built_in = Version(None, "inbox", None, None, None, InboxSettings())
    assert switches_of(None, built_in, None) == (Switch(True), Switch(True))


def test_each_switch_has_a_change_of_its_own(tmp_path: Path) -> None:
    place = at(tmp_path / "s.db", explicit=True)
    say(place, START, "amy", send=False)
    say(place, START + 10, "bob", receive=False)
    say(place, START + 20, "cid", message="Mail us.")
    assert switched(place) == (since(START, "amy", 2, on=False), since(START + 10, "bob", 3, on=False))
    assert switched(place, START + 5) == (since(START, "amy", 2, on=False), since(START, "amy", 1, on=True))


def test_an_edit_by_hand_of_something_else_turns_nothing(tmp_path: Path) -> None:
    place = at(tmp_path / "s.toml", explicit=True)
    say(place, START, "amy", send=False)
    document = tmp_path / "s.toml"
    for moment, old, new in ((START + 60_000, "send = false", 'send = false\nmessage = "Mail us."'),
                             (START + 120_000, "send = false", "send = true")):  # fmt: skip
        document.write_text(document.read_text().replace(old, new))
        os.utime(document, ns=(moment * 1_000_000, moment * 1_000_000))
        send, receive = switched(place)
        turned = since(START, "amy", 2, on=False) if "send = false" in new else since(moment, None, None, on=True)
        assert send == turned
        assert receive == since(START, "amy", 1, on=True)


def test_an_inbox_with_many_versions_is_read_once_for_all_files(tmp_path: Path) -> None:
    place = at(tmp_path / "s.db", explicit=True)
    say(place, START, "amy", send=False)
    with editing(place, Stamp(START, START + 1, "bob", "os", "host", "test"), first_inbox=False) as editor:
        for number in range(1, 40):
            editor.stamp = Stamp(START + number, START + number + 1, "bob", "os", "host", "test")
            editor.change("vip", {"message": f"Text {number}."})
    with reading(place) as store:
        spans = switch_spans(store.ledger, 1, LATER)
        assert [(span.valid_from, span.valid_to, span.send) for span in spans] == [(START, LATER, False)]
        asked: list[str] = []
        settings = settings_of(store, LATER)
        settings.policy("vip")
        store.ledger.set_trace_callback(asked.append)
        for agent in (None, "kim"):
            inbox = settings.policy("vip", direction="send", agent=agent).inbox
            assert inbox is not None
            assert inbox.send == since(START, "amy", 2, on=False)
        assert not [text for text in asked if "setting_version" in text]
