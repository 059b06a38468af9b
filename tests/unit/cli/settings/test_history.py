"""`history` by a name that an inbox once had, and of a name that several inboxes had one after the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from tests.unit.cli.conftest import Run

CLOCKS = [f"2026-03-{day:02d}T10:00:00Z" for day in range(1, 10)]


@pytest.fixture(params=["s.db", "s.toml"])
def store(request: pytest.FixtureRequest, occ: Run) -> str:
    name = str(request.param)
    for at, words in zip(CLOCKS, (
        ("inbox", "add", "old"), ("inbox", "add", "twice"), ("set", "old", "--receive", "off"), ("inbox", "rename", "old", "new"),
        ("inbox", "remove", "twice"), ("inbox", "add", "twice"), ("set", "twice", "--send", "off"),
    ), strict=False):  # fmt: skip
        occ(*words, store=name, now=at)
    return name


def test_an_old_name_finds_the_inbox_and_says_its_name_now(occ: Run, store: str) -> None:
    said = occ("history", "old", store=store).out
    assert "renamed from old to new" in said
    assert said.endswith("old is called new now\n")
    assert "is called" not in occ("history", "new", store=store).out
    assert "no inbox 'older'" in occ("history", "older", store=store, code=11).err


def test_a_name_of_two_inboxes_shows_both_lives_with_a_line_between(occ: Run, store: str) -> None:
    lines = occ("history", "twice", store=store).out.splitlines()
    ends = next(
        number for number, line in enumerate(lines) if "The log above is of another inbox, once called twice." in line
    )
    assert "removed" in lines[ends - 1]
    assert "created" in lines[ends + 1]
    assert "send on" in lines[ends + 2]
    assert len(lines) == ends + 3
    versions = json.loads(occ("history", "twice", "-f", "json", store=store).out)["versions"]
    assert [(each["version"], each["inbox_id"]) for each in versions] == [(1, 2), (1, 3), (2, 3)]


def test_a_new_inbox_of_an_old_name_does_not_hide_the_one_that_had_it(occ: Run, store: str) -> None:
    occ("inbox", "add", "old", store=store, now=CLOCKS[8])
    said = occ("history", "old", store=store).out
    assert said.count("created") == 2
    assert "is called" not in said
    found = OccMedia(store).history("old")
    assert [entry.version.inbox for entry in found.versions] == ["new", "new", "old"]


def test_every_command_says_what_a_renamed_inbox_is_called(occ: Run, store: str, tmp_path: Path) -> None:
    for words in (("set", "old", "--send", "off"), ("show", "old"), ("check", "x", "--inbox", "old"), ("retention", "plan", "--root", ".", "--inbox", "old")):  # fmt: skip
        said = occ(*words, store=store, code=11).err
        assert "no inbox 'old', it is called 'new' now" in said, words
    (tmp_path / "e.ndjson").write_text(
        '{"id": "1", "time": "2026-03-01", "inbox": "old", "direction": "send", "name": "a"}\n'
    )
    assert (
        "no inbox 'old', it is called 'new' now"
        in occ("ledger", "ingest", "ndjson", "e.ndjson", store=store, code=3).out
    )


def test_a_version_that_a_late_change_wrote_anew_blames_nobody_for_what_others_changed(occ: Run) -> None:
    for at, actor, words in (
        (CLOCKS[0], "dana", ("inbox", "add", "vip")), (CLOCKS[2], "amy", ("set", "vip", "--send", "off", "--reason", "asked")),
        (CLOCKS[3], "bob", ("set", "vip", "--receive", "off", "--for", "4h")),
        (CLOCKS[1], "sam", ("set", "vip", "--message", "Mail us.", "--backdate", "forgotten")),
    ):  # fmt: skip
        occ(*words, "--actor", actor, now=at)
    said = occ("history", "vip").out.splitlines()
    of_sam = [line for line in said if "sam" in line]
    assert len(of_sam) == 4
    assert "message set  " in of_sam[0]
    assert all("written anew, message set  " in line for line in of_sam[1:])
    assert not [line for line in of_sam if "send" in line or "receive" in line]
    assert "a change of the past, recorded at " in said[said.index(of_sam[0]) + 1]
    assert [line for line in said if "send on -> off" in line and "amy" in line and "asked" in line]
    assert [line for line in said if "receive off -> on" in line and "bob" in line and "end of 4h" in line]
    found = json.loads(occ("history", "vip", "-f", "json").out)["versions"]
    assert [(each["actor"], each["kind"], each["changed"]) for each in found] == [
        ("dana", "changed", None), ("amy", "changed", ["send"]), ("bob", "changed", ["receive"]),
        ("bob", "changed", ["receive"]), ("sam", "changed", ["message"]), *[("sam", "rewritten", ["message"])] * 3,
    ]  # fmt: skip
    assert all(each["recorded"] for each in found)


def test_a_language_that_joins_the_messages_of_every_span_turns_no_switch(occ: Run) -> None:
    occ("inbox", "add", "vip", now=CLOCKS[0])
    occ("set", "vip", "--send", "off", "--message-for", "fr=Non.", "--for", "4h", "--actor", "amy", now=CLOCKS[1])
    occ("set", "vip", "--message-for", "de=Nein.", "--actor", "bob", now="2026-03-02T11:00:00Z")
    changes = [line for line in occ("history", "vip").out.splitlines() if "bob" in line]
    assert ["messages changed" in line for line in changes] == [True, True]
    assert not [line for line in changes if "send" in line]


def test_the_log_is_filtered_by_person_time_and_number(occ: Run, store: str) -> None:
    occ("set", "new", "--send", "off", "--actor", "Sam", store=store, now=CLOCKS[7])

    def lines(*words: str) -> list[str]:
        return occ("history", *words, store=store).out.splitlines()

    assert [line.split()[1] for line in lines("--by", "sam")[1:2]] == ["new"]
    assert lines("--by", "sam")[-1] == "1 of 8 changes"
    window = lines("old", "--since", CLOCKS[3], "--until", CLOCKS[4])
    assert "renamed from old to new" in window[1]
    assert window[-1].startswith("1 of 4 changes; 2026-03-04T10:00:00.000Z to 2026-03-05T10:00:00.000Z")
    assert [line.split()[1] for line in lines("--limit", "2")[1:3]] == ["twice", "new"]
    assert lines("--limit", "99")[-1] == "8 of 8 changes"
    found = json.loads(occ("history", "-f", "json", "--limit", "2", store=store).out)
    assert [each["name"] for each in found["versions"]] == ["twice", "new"]
    assert [each.version.actor for each in OccMedia(store).history(by="sam").versions] == ["Sam"]
    assert lines("--since", "2027-01-01")[-1].startswith("No change matches; there are 8; from 2027-01-01")
    said = occ("history", "--by", "dena", store=store).err
    assert said.startswith("note: no change is by 'dena', did you mean 'dana'?\nhelp: occ-media ")
    assert said.endswith("history --by dana\n")
    occ("history", "import", "x.ndjson", "--by", "dana", store=store, code=2)


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_texts_are_shown_old_and_new_and_whole(occ: Run, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    old, new = "Mail us at files@example.com → not here. " * 3, "Mail attack@evil.example instead. " * 3
    occ("inbox", "add", "vip", now=CLOCKS[0])
    occ("set", "vip", "--message", old, "--message-for", "de=Nein", now=CLOCKS[1])
    occ("set", "vip", "--message", new, "--message-for", "de=", now=CLOCKS[2])
    said = occ("history", "vip", terminal=True).out
    for line in (f"message → {old}", f"message: {old}", f"  → {new}", "message for de → Nein", "  → none"):
        assert line.rstrip() in said
    last = json.loads(occ("history", "vip", "-f", "json").out)["versions"][-1]
    assert last["before"] == {"message": old, "messages": {"de": "Nein"}}
