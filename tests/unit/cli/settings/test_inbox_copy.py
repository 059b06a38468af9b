"""`inbox copy`: others get what an inbox says, and keep what is one inbox's alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from occ_media_cli.api import OccMedia
from tests.unit.cli.conftest import Run


@pytest.fixture
def one(occ: Run, store: str) -> str:
    occ("inbox", "add", "vip", "--channel", "whatsapp-cloud:77", "--channel", "telegram", "--tag", "gold",
        "--description", "Key accounts", store=store, now="2026-01-01")  # fmt: skip
    occ("inbox", "add", "lab", "--channel", "web-widget:lab", "--description", "Trials", store=store, now="2026-01-01")
    occ("agent", "add", "mona", "--role", "agent", "--inbox", "vip", store=store)
    occ("set", "vip", "--receive", "off", "--message", "Mail us@example.com", "--quota", "2 GB", store=store)
    return store


def test_a_new_inbox_and_one_that_is_there_say_the_same_afterwards(occ: Run, one: str) -> None:
    said = occ("inbox", "copy", "vip", "lab", "north", store=one).out
    assert "north, added\n" in said
    assert "receive  on -> off" in said
    assert "  whatsapp-cloud:77, which is an account of vip alone\n" in said
    assert "  what agent 'mona' says of vip\n" in said
    desk = OccMedia(one)
    vip, lab, north = (desk.show(inbox=name).inboxes[0].version.settings for name in ("vip", "lab", "north"))
    assert lab == vip.changed({"channels": ("telegram", "web-widget:lab"), "description": "Trials"})
    assert north == vip.changed({"channels": ("telegram",), "description": ""})
    assert occ("inbox", "copy", "vip", "lab", store=one).out.startswith("lab, version 2, nothing changed\n")


def test_what_is_planned_is_copied_too(occ: Run, one: str) -> None:
    occ("set", "vip", "--receive", "on", "--for", "4h", store=one, now="2026-03-02T10:30:00Z")
    occ("inbox", "copy", "vip", "lab", "north", store=one, now="2026-03-02T11:00:00Z")
    for name in ("lab", "north"):
        said = occ("show", name, store=one, now="2026-03-02T11:00:00Z").out
        assert "until 2026-03-02T14:30:00.000Z (in 3h), then off" in said


def test_it_is_one_change_on_record_or_none(occ: Run, one: str) -> None:
    def events() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(one.replace(".toml", ".ledger.db"))) as connection:
            return connection.execute("SELECT wall, actor, reason FROM event ORDER BY seq").fetchall()

    before = len(events())
    for words, code in (
        (("vpi", "x"), 11), (("vip", "new", "a\nb"), 2), (("vip", "new", "vip"), 2), (("vip", "x", "--read-only"), 13),
    ):  # fmt: skip
        occ("inbox", "copy", *words, store=one, code=code)
    assert len(events()) == before
    occ("inbox", "copy", "vip", "lab", "north", store=one)
    made = events()[before:]
    assert len(made) == 3
    assert len({wall for wall, _, _ in made}) == 1
    assert {reason for _, _, reason in made} == {"copied from vip"}
