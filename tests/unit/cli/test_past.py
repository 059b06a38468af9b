"""What keeps the past as it is: reasons that confirm, changes before the newest one, plans, and ends of boxes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Run = Any  # the fixture `occ` of conftest.py
JANUARY, FEBRUARY, MARCH = "2026-01-15", "2026-02-01", "2026-03-01"


def shown(occ: Run, store: str, inbox: str = "vip", now: str = MARCH) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(occ("show", inbox, "--format", "json", store=store, now=now).out)["inboxes"][0]
    return found


def versions(occ: Run, store: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(occ("history", "vip", "--format", "json", store=store).out)["versions"]
    return found


def test_a_reason_for_what_stays_is_a_version_that_stops_the_past(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    done = occ("set", "vip", "--receive", "on", "--reason", "as compliance said", store=store, now=FEBRUARY)
    assert done.out == "vip, version 2, confirmed\nreceive  on\nsend     on\nchange 4\n"
    occ("set", "vip", "--receive", "off", "--backdate", "told late", store=store, now=JANUARY)
    assert shown(occ, store)["receive"] is True
    assert shown(occ, store, now="2026-01-20")["receive"] is False
    assert [(row["version"], row["kind"]) for row in versions(occ, store)] == [
        (1, "changed"), (2, "confirmed"), (3, "changed")
    ]  # fmt: skip
    assert "confirmed" in occ("history", "vip", store=store).out
    assert ", confirmed, from 2026-02-01" in occ("show", "vip", store=store, now=MARCH).out


def test_without_a_reason_nothing_is_confirmed(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    assert "nothing changed" in occ("set", "vip", "--receive", "on", store=store, now=FEBRUARY).out
    assert "nothing changed" in occ("preset", "apply", "standard-support", "vip", store=store, now=FEBRUARY).out
    done = occ("preset", "apply", "standard-support", "vip", "--reason", "reviewed", store=store, now=FEBRUARY)
    assert "vip, version 2, preset standard-support, confirmed" in done.out
    assert len(versions(occ, store)) == 2


def test_a_planned_start_keeps_nobody_from_a_change_before_it(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", store=store, now="2099-12-24")
    occ("set", "vip", "--send", "off", store=store, now=FEBRUARY)
    occ("inbox", "tag", "vip", "gold", store=store, now=MARCH)
    found = shown(occ, store)
    assert (found["receive"], found["send"], found["next"]["receive"], found["next"]["valid_from"]) == (
        True, False, False, "2099-12-24T00:00:00.000Z"
    )  # fmt: skip
    assert found["next"]["tags"] == ["gold"]


def test_a_document_says_what_comes_whatever_was_planned(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", store=store, now="2099-12-24")
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nreceive = true\n", encoding="utf-8")
    occ("apply", "f.toml", store=store, now=FEBRUARY)
    assert "say the same" in occ("drift", "f.toml", store=store, now=MARCH).out


def test_a_backdated_document_says_what_still_holds(occ: Run, store: str, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", store=store, now=FEBRUARY)
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nreceive = true\nsend = false\n", encoding="utf-8")
    done = occ("apply", "f.toml", "--backdate", "it was so", store=store, now=JANUARY)
    assert "What was changed later still holds: 0 missing, 1 different, 0 there all the same\n" in done.out
    assert shown(occ, store)["receive"] is False
    assert shown(occ, store)["send"] is False


def test_a_box_that_was_made_longer_shows_its_end(occ: Run, store: str) -> None:
    day = "2026-03-02T"
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", "--for", "4h", store=store, now=f"{day}10:00:00Z")
    occ("set", "vip", "--receive", "off", "--for", "8h", store=store, now=f"{day}11:00:00Z")
    assert "receive   off until 2026-03-02T19:00:00.000Z (in 7h), then on" in occ(
        "show", "vip", store=store, now=f"{day}11:30:00Z"
    ).out  # fmt: skip
    assert "vip: receive turns on at 2026-03-02T19:00:00.000Z" in occ("show", store=store, now=f"{day}11:30:00Z").out
    assert shown(occ, store, now=f"{day}11:30:00Z")["next"]["receive"] is True


def test_a_box_ends_when_it_was_said_last(occ: Run, store: str) -> None:
    day = "2026-03-02T"
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("set", "vip", "--receive", "off", "--send", "off", "--for", "4h", store=store, now=f"{day}10:00:00Z")
    done = occ("set", "vip", "--receive", "off", "--for", "1h", store=store, now=f"{day}11:00:00Z")
    assert "from 2026-03-02T12:00:00.000Z" in done.out
    assert "receive  off -> on" in done.out
    found = {hour: shown(occ, store, now=f"{day}{hour}:30:00Z") for hour in (11, 12, 14)}
    assert [(row["receive"], row["send"]) for row in found.values()] == [(False, False), (True, False), (True, True)]
    assert "nothing changed" in occ(
        "set", "vip", "--send", "off", "--until", f"{day}14:00:00Z", store=store, now=f"{day}12:30:00Z"
    ).out  # fmt: skip


def test_a_document_edited_by_hand_names_nobody(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml", now=None)
    file = tmp_path / "s.toml"
    file.write_text(file.read_text().replace("receive = true", "receive = false"), encoding="utf-8")
    occ("--actor", "sam", "inbox", "add", "other", store="s.toml", now=None)
    rows = json.loads(occ("history", "--format", "json", store="s.toml", now=None).out)["versions"]
    assert [(row["name"], row["version"], row["actor"]) for row in rows] == [
        ("vip", 1, "dana"), ("vip", 2, None), ("other", 1, "sam")
    ]  # fmt: skip
    assert "unknown (edited by hand)" in occ("history", "vip", store="s.toml", now=None).out
    assert "by unknown (edited by hand)" in occ("show", "vip", store="s.toml", now=None).out
    assert "intact" in occ("ledger", "verify", store="s.toml", now=None).out
    report = json.loads(occ("report", "settings", "--format", "json", store="s.toml", now=None).out)
    assert [row["actor"] for row in next(value for value in report.values() if isinstance(value, list))].count(
        None
    ) == 1


def test_a_wrong_file_does_not_clear_a_store(occ: Run, store: str, tmp_path: Path) -> None:
    text = "".join(f"[inboxes.i{number}]\n" for number in range(10))
    agents = "".join(f'[agents.a{number}]\nrole = "agent"\n' for number in range(4))
    for name, content in (
        ("all", text + agents), ("none", agents), ("three", text.replace("[inboxes.i0]\n[inboxes.i1]\n[inboxes.i2]\n", "")),
        ("agents", text + '[agents.a1]\nrole = "agent"\n[agents.a2]\nrole = "agent"\n'),
    ):  # fmt: skip
        (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
    (tmp_path / "three.toml").write_text((tmp_path / "three.toml").read_text() + agents, encoding="utf-8")
    occ("apply", "all.toml", store=store)
    done = occ("apply", "none.toml", "--prune", store=store, code=13)
    assert "the document has no inboxes: it would remove 10 of 10 inboxes (100%); nothing was changed" in done.err
    assert (
        "would remove 2 of 4 agents (50%), over 30%" in occ("apply", "agents.toml", "--prune", store=store, code=13).err
    )
    for limit, code in (("2%", 13), ("1", 13), ("0", 2), ("x", 2), ("101%", 2)):
        occ("apply", "agents.toml", "--prune", "--max-remove", limit, store=store, code=code)
    occ("apply", "three.toml", "--prune", store=store)
    occ("apply", "none.toml", store=store)
    assert "over 6" in occ("apply", "none.toml", "--prune", "--max-remove", "6", store=store, code=13).err
    done = occ("apply", "none.toml", "--prune", "--max-remove", "100%", store=store)
    assert done.out.count("remove") >= 7
    options = " ".join(occ("apply", "--help").out.partition("Options:")[2].split())
    assert "Remove all that it does not name: inboxes, agents, rules, channels, whole sections." in options


def test_what_only_a_document_could_say(occ: Run, store: str) -> None:
    occ("inbox", "add", "vip", store=store)
    occ("set", "vip", "--description", "Key accounts", "--quota", "20 GB", "--scan", "required", "--approved-only", "on",
        "--message", "Email it to a@b.example", "--message-for", "de=Nein: a@b.example", store=store)  # fmt: skip
    found = shown(occ, store, now="2026-03-02T10:00:00Z")
    assert [found[key] for key in ("description", "quota", "scan", "send_approved_only", "message_source")] == [
        "Key accounts", "20 GB", "required", True, "own"
    ]  # fmt: skip
    occ("set", "vip", "--description", "", "--quota", "none", "--scan", "off", "--approved-only", "off", "--no-message",
        "--message-for", "de=", store=store)  # fmt: skip
    found = shown(occ, store, now="2026-03-02T10:00:00Z")
    assert [found[key] for key in ("description", "quota", "scan", "send_approved_only", "message_source", "messages")] == [
        "", None, "off", False, None, {}
    ]  # fmt: skip
    for words, error, help_text in (
        (
            ["--scan", "requird"],
            "--scan 'requird' is none of off, record, required, did you mean 'required'?",
            "set vip --scan required",
        ),
        (["--quota", "20GB"], "quota '20GB' is not a size", "set vip --quota '20 GB'"),
        (["--quota", "5GiB"], "quota '5GiB' is not a size", "set vip --quota '5368709120 B'"),
        (["--quota", "1.5gb"], "quota '1.5gb' is not a size", "set vip --quota '1500 MB'"),
        (["--quota", "7"], "quota '7' is not a size", "its unit is missing: write B, kB, MB, GB or TB behind it"),
        *(
            (
                ["--quota", zero],
                f"quota '{zero}' is not a size",
                "0 is no quota, and not the same as none, which is no limit: write a size like 20 GB (B kB MB GB TB)",
            )
            for zero in ("0", "0 GB", "0.0", "00")
        ),
        (["--quota", "lots"], "quota 'lots' is not a size", "write a size like 20 GB (B kB MB GB TB)"),
        (["--quota", "0.0001B"], "quota '0.0001B' is not a size", "write a size like 20 GB (B kB MB GB TB)"),
        (["--message", "x", "--no-message"], "--message and --no-message say the opposite", "leave one of them out"),
        (
            ["--approved-only", "yes"],
            "--approved-only 'yes' is neither on nor off, did you mean 'on'?",
            "--approved-only on",
        ),
    ):
        said = occ("set", "vip", *words, store=store, code=2).err
        assert said.startswith(f"error: {error}\nhelp: ")
        assert said.endswith(f"{help_text}\n")


def test_what_cannot_be_planned_is_refused_for_a_time_to_come(occ: Run, store: str, tmp_path: Path) -> None:
    """The newest rules are those in force, whatever moment they name: one meant for later would remove files today."""
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    occ("retention", "set", "vip", "--remove-after", "30d", store=store, now=FEBRUARY)
    done = occ("retention", "set", "vip", "--remove-after", "5d", store=store, now="2099-12-24", code=2)
    assert done.err.splitlines() == [
        "error: retention rules cannot be planned: a change for 2099-12-24T00:00:00.000Z would be in force at once;"
        " nothing was changed",
        "help: make the change when it is to begin",
    ]
    for number, section in enumerate(
        (
            "[store]\nsecond_person = false\n",
            '[channels.portal]\nbase = "email-gmail"\n',
            '[rules.received-while-off]\nseverity = "note"\n',
        )
    ):
        document = tmp_path / f"{number}.toml"
        document.write_text(section, encoding="utf-8")
        done = occ("apply", str(document), store=store, now="2099-12-24", code=2)
        assert "cannot be planned" in done.err, section
    assert "30d" in occ("retention", "show", store=store, now=MARCH).out
    occ("agent", "add", "kim", "--role", "agent", store=store, now="2099-12-24")


def test_agents_are_listed_as_they_are_and_as_they_are_to_be(occ: Run, store: str) -> None:
    """An access review that lists who is to come, and not who is to leave, misses who may send today."""
    occ("inbox", "add", "vip", store=store, now="2026-01-01")
    for name in ("ann", "kim"):
        occ("agent", "add", name, "--role", "agent", "--inbox", "vip", store=store, now="2026-01-01")
    occ("agent", "remove", "ann", store=store, now="2099-12-15")
    occ("agent", "deny", "kim", "send", "--inbox", "vip", store=store, now="2099-12-16")

    def listed(now: str) -> tuple[dict[str, list[str]], list[str]]:
        found = json.loads(occ("agent", "list", "--format", "json", store=store, now=now).out)
        return {row["name"]: row["may_not_send"] for row in found["agents"]}, found["planned"]

    first, second = "2099-12-15T00:00:00.000Z", "2099-12-16T00:00:00.000Z"
    assert listed(MARCH) == ({"ann": [], "kim": []}, [first, second])
    assert listed(first) == ({"kim": []}, [second])
    assert listed(second) == ({"kim": ["vip"]}, [])
    assert f"Agents change at {first}" in occ("agent", "list", store=store, now=MARCH).out
