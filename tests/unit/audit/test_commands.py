"""The commands as they are run, in this process: words, order and exit codes."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from tests.unit.audit.build import Ledger, Run, T
from tests.unit.copies import made_once


def filled(ledger: Ledger) -> None:
    ledger.count = made_once("commands", ledger.location.path.parent, lambda: _fill(ledger))


def _fill(ledger: Ledger) -> int:
    ledger.inbox("vip", "2026-01-01", message="Mail it to vip@example.com.")
    ledger.section("retention", [{"remove_after": "365d", "remove_after_ms": 31_536_000_000}])
    ledger.set("vip", "2026-02-11T08:00:00Z", receive=False)
    for minute in range(5):
        ledger.entry("vip", f"2026-02-14T09:3{minute}:00Z", f"receipt {minute}.pdf", id=f"wamid.{minute}")
    return ledger.count


def test_the_page_counts_first_shows_three_and_names_the_command_for_the_rest(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    code, out, err = run("audit", "--since", "2026-01-01", "--until", "2026-04-01")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[:4] == [
        "5 entries in 1 inbox, 2026-01-01 to 2026-04-01 (UTC)",
        "",
        "Severity  Rule                Findings  Judged  Where",
        "error     received-while-off         5       5  vip 5",
    ]
    assert "  vip, version 2: receive off from 2026-02-11T08:00:00.000Z, by dana" in lines
    assert "    2026-02-14T09:30:00.000Z  receipt 0.pdf" in lines
    assert "  2 more findings: add --rule received-while-off" in lines
    assert lines[-2] == "5 errors, 0 warnings, 0 notes; 0 suppressed, 0 unjudged"
    assert lines[-1].startswith("ledger head ")
    assert run("audit", "--rule", "received-while-off")[1].count("receipt") == 5


def test_the_json_document(run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(ledger)
    wall = times.wall()
    monkeypatch.setattr(times, "wall", lambda: wall)  # a document says when it was made
    code, out, _ = run("audit", "--format", "json")
    document = json.loads(out)
    assert code == 1
    assert document["schema"] == "occ-media/audit/1"
    by_rule = document["summary"].pop("by_rule")
    assert document["summary"] == {"error": 5, "warning": 0, "note": 0, "suppressed": 0, "unjudged": 0}
    assert [row["rule"] for row in by_rule if row["error"]] == ["received-while-off"]
    assert [row["entry"] for row in document["findings"]] == [f"wamid.{n}" for n in range(5)]
    assert document["findings"][0]["setting_version"] == 2
    assert run("audit", "--format", "json")[1] == out


def test_fail_on_decides_the_exit_code(run: Run, ledger: Ledger) -> None:
    ledger.inbox("lab", "2026-01-01")
    assert run("audit")[0] == 0
    assert run("audit", "--fail-on", "warning")[0] == 1
    assert run("audit", "--fail-on", "never")[0] == 0
    assert run("audit", "--fail-on", "fatal")[0] == 2


def test_clean_and_empty_never_read_alike(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    assert run("audit", "--rule", "over-limit")[1].startswith("No findings in 5 entries in 1 inbox, the whole ledger\n")
    words = (
        "No entries from 2020-01-01 to 2020-02-01 (UTC): nothing was judged; the ledger has 2026-02-14 to 2026-02-14\n"
    )
    assert run("audit", "--since", "2020-01-01", "--until", "2020-02-01")[1].startswith(words)


def _read(text: str, format_name: str) -> str:
    """What people read: a page without its tags."""
    return re.sub(r"<[^>]+>", "", text).replace("\u00a0", " ") if format_name == "html" else text


PERIOD = "2026-01-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z, until excluded (UTC)"


@pytest.mark.parametrize(
    ("format_name", "words"),
    [
        ("table", "2026-01-01 to 2026-04-01 (UTC)"),
        ("markdown", PERIOD),
        ("html", PERIOD),
        ("github", PERIOD),
        (
            "json",
            '"window": {"since": "2026-01-01T00:00:00.000Z", "until": "2026-04-01T00:00:00.000Z", "zone": "UTC"}',
        ),
        (
            "sarif",
            '"window": {"since": "2026-01-01T00:00:00.000Z", "until": "2026-04-01T00:00:00.000Z", "zone": "UTC"}',
        ),
        (
            "junit",
            '<property name="since" value="2026-01-01T00:00:00.000Z"/>'
            '<property name="until" value="2026-04-01T00:00:00.000Z"/><property name="zone" value="UTC"/>',
        ),
    ],
)
def test_every_form_names_the_window_and_its_zone(run: Run, ledger: Ledger, format_name: str, words: str) -> None:
    filled(ledger)
    period = ("--since", "2026-01-01", "--until", "2026-04-01")
    assert words in _read(run("audit", *period, "--format", format_name)[1], format_name)
    if format_name in ("table", "markdown", "html", "json"):
        expected = PERIOD if format_name == "table" else words
        assert expected in _read(run("report", "shared", *period, "--format", format_name)[1], format_name)
    assert "whole ledger" in run("report", "shared")[1]


def test_a_rule_that_could_not_be_judged_is_no_clean_one(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    words = ("severity: error", "title: t", "one: 1 x", "many: {count} x", "why: w", "looks: at", "fix: f", "message: m",
             "example: e")  # fmt: skip
    rule = tmp_path / "own-secret.sql"
    rule.write_text("".join(f"-- {line}\n" for line in ("id: own-secret", *words)) + "SELECT secret FROM store\n")
    code, out, _ = run("audit", "--rule", str(rule))
    assert code == 3
    assert out.startswith(
        "No findings by 0 of 1 rule in 5 entries in 1 inbox, the whole ledger\nnot judged  own-secret"
    )
    for name in ("csv", "ndjson"):
        for quiet in ((), ("--quiet",)):
            code, out, err = run("audit", "--rule", str(rule), "--format", name, *quiet)
            assert (code, out.count("\n")) == (3, 1 if name == "csv" else 0)
            assert err.startswith("not judged: own-secret: ")
    for name, words in (("sarif", '"executionSuccessful": false'), ("junit", "<error "), ("github", "::error title=")):
        code, out, _ = run("audit", "--rule", str(rule), "--format", name)
        assert (code, words in out, "not judged: own-secret: " in out) == (3, True, True)
    code, out, err = run(
        "audit", "--since", "2026-01-01", "--format", "sarif"
    )  # some rules look at the whole ledger only
    assert '"executionSuccessful": true' in out


def test_mistakes_are_told_with_the_nearest_name(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    code, out, err = run("audit", "--inbox", "vpi")
    assert (code, out) == (11, "")
    assert "did you mean 'vip'?" in err
    assert run("audit", "--rule", "recieved-while-off")[0] == 11
    assert run("audit", "--since", "2026-02-01", "--until", "2026-02-01")[0] == 2


def test_a_store_sets_severities_and_parameters(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    ledger.section("rules", {"received-while-off": {"severity": "note"}})
    assert run("audit")[0] == 0
    assert run("rules", "explain", "received-while-off")[1].startswith("received-while-off (note)\n")
    ledger.section("rules", {"received-while-of": {"severity": "note"}})
    code, _, err = run("audit")
    assert code == 10
    assert "did you mean 'received-while-off'?" in err


def test_a_document_edited_by_hand_counts_from_its_mtime_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    store = Ledger(tmp_path / "t.toml")
    monkeypatch.setenv("OCC_MEDIA_STORE", str(store.location.path))
    store.inbox("vip", "2026-01-01")
    store.entry("vip", "2026-05-01", id="before")
    store.entry("vip", "2026-07-01", id="after")
    path = store.location.path
    path.write_text(path.read_text().replace("receive = true", "receive = false"))
    moment = 1_780_272_000  # 2026-06-01
    os.utime(path, (moment, moment))
    _, out, _ = run("audit", "--rule", "received-while-off", "--format", "json")
    (found,) = json.loads(out)["findings"]
    assert (found["entry"], found["setting_version"], found["uncertain"]) == ("after", None, True)
    page = run("audit", "--fail-on", "never")[1]
    assert "vip, a hand edit not recorded yet: receive off from 2026-06-01T00:00:00.000Z" in page
    assert "-1" not in page
    store.set("vip", "2026-08-01", tags=("x",))
    _, out, _ = run("audit", "--rule", "received-while-off", "--format", "json")
    (found,) = json.loads(out)["findings"]
    assert (found["entry"], found["setting_version"]) == ("after", 2)


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A document store with a file that came while receiving was off, and a command that left it on 2026-03-01."""
    store = Ledger(tmp_path / "t.toml")
    monkeypatch.setenv("OCC_MEDIA_STORE", str(store.location.path))
    store.inbox("vip", "2026-01-01", receive=False)
    store.entry("vip", "2026-02-01", id="m1")
    store.set("vip", "2026-03-01", tags=("x",))
    return store


SUPPRESSION = """
[[suppression]]
rule = "received-while-off"
reason = "known"
owner = "mona"
expires = 2035-01-01
"""


@pytest.mark.parametrize("mtime", [0, 1_768_435_200, 1_772_323_200, 4_000_000_000])
def test_an_edit_is_no_older_than_what_a_command_saw(run: Run, edited: Ledger, mtime: int) -> None:
    import os

    path = edited.location.path
    path.write_text(path.read_text().replace("receive = false", "receive = true"))
    os.utime(path, (mtime, mtime))
    asked = ("audit", "--rule", "received-while-off", "--format", "json")
    code, out, _ = run(*asked)
    assert (code, json.loads(out)["integrity"]["unrecorded"]) == (1, ["inboxes.vip"])
    assert run("store", "init", "--now", "2026-01-02")[0] == 0  # records the edit
    code, again, _ = run(*asked)
    assert (code, json.loads(again)["integrity"]["unrecorded"]) == (1, [])
    assert json.loads(again)["findings"] == json.loads(out)["findings"], "as before it was recorded"
    newest = json.loads(run("history", "vip", "--format", "json")[1])["versions"][-1]
    assert newest["valid_from"] >= "2026-03-01", "whatever the file and --now say"


def test_what_nobody_has_recorded_is_told_in_every_form(run: Run, edited: Ledger, tmp_path: Path) -> None:
    path = edited.location.path
    path.write_text(path.read_text() + SUPPRESSION)
    said = "This rests on settings that nobody has recorded: suppression"
    for words in (("audit",), ("report", "shared")):
        for name in ("table", "markdown", "html", "csv", "ndjson", "github", "sarif", "junit"):
            if words[0] == "audit" or name not in ("github", "sarif", "junit"):
                _, out, err = run(*words, "--format", name, "--quiet")
                assert said in (err if name in ("csv", "ndjson") else out), (words, name)
        assert json.loads(run(*words, "--format", "json")[1])["integrity"]["unrecorded"] == ["suppression"]
        assert said in run(*words, "--format", "json", "--output", str(tmp_path / "a.json"), "--quiet")[2]
    code, out, _ = run("audit", "--rule", "received-while-off")
    assert (code, out.splitlines()[-2]) == (0, said), "nobody takes the exit code for more than it is"
    bundle = tmp_path / "e.zip"
    code, _, err = run("audit", "--rule", "received-while-off", "--bundle", str(bundle))
    assert (code, bundle.exists()) == (3, False)
    assert "no bundle was made: the audit rests on settings that nobody has recorded: suppression" in err
    assert run("store", "init")[0] == 0
    assert run("audit", "--rule", "received-while-off", "--bundle", str(bundle))[0] == 0
    assert run("audit", "verify", str(bundle))[0] == 0


def test_a_comment_is_no_setting_that_nobody_recorded(run: Run, edited: Ledger) -> None:
    path = edited.location.path
    path.write_text(path.read_text() + "# a note\n")
    assert json.loads(run("audit", "--format", "json")[1])["integrity"]["unrecorded"] == []
    assert "nobody has recorded" not in run("audit")[1]


def test_a_ledger_that_is_gone_proves_nothing(run: Run, edited: Ledger, tmp_path: Path) -> None:
    edited.location.ledger.unlink()
    bundle = tmp_path / "e.zip"
    code, out, err = run("audit", "--bundle", str(bundle))
    assert (code, out, bundle.exists()) == (11, "", False)
    assert "the store has no ledger" in err
    document = json.loads(run("audit", "--format", "json")[1])
    assert (document["integrity"]["verified"], document["integrity"]["ledger"]) == ("no", False)
    for words in (("audit",), ("report", "shared"), ("report", "controls")):
        for name in ("table", "html", "markdown"):
            assert "There is no ledger" in run(*words, "--format", name)[1], (words, name)


def test_rules_are_listed_and_explained(run: Run, ledger: Ledger) -> None:
    ledger.inbox("lab", "2026-01-01")
    assert "error     over-limit" in run("rules", "list")[1]
    assert run("rules", "explain", "over-limit", "--sql")[1].startswith("SELECT e.seq")
    assert "fix    1. " in run("rules", "explain", "received-while-off")[1]
    assert run("rules", "explain", "over")[0] == 11


def test_a_file_leaves_the_counts_on_the_screen(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    code, out, err = run("audit", "--format", "json", "--output", str(tmp_path / "a.json"))
    assert (code, out) == (1, "")
    assert err == f"wrote {tmp_path / 'a.json'}\n5 errors, 0 warnings, 0 notes\n"


def test_what_a_verification_found_is_judged_too(run: Run, ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    assert json.loads(run("audit", "--format", "json")[1])["verified_head"] is None
    ledger.event("verification", {"subject": "ledger", "ok": 1, "head": "aa", "entries": 0, "seq": 3}, "2026-02-01")
    document = json.loads(run("audit", "--format", "json", "--rule", "ledger-altered")[1])
    assert (document["verified_head"], document["findings"]) == ("aa", [])
    ledger.event("verification", {"subject": "ledger", "ok": 0, "head": "bb", "entries": 0, "seq": 3}, "2026-02-02")
    code, out, _ = run("audit", "--format", "json", "--rule", "ledger-altered")
    assert (code, json.loads(out)["verified_head"]) == (1, None)
    assert run("audit", "--rule", "ledger-altered", "--since", "2026-02-03")[0] == 1  # in every period
    assert run("audit", "--rule", "over-limit")[0] == 0


def alter(ledger: Ledger) -> None:
    """Change a setting in the file, and leave the schema as it is."""
    connection = sqlite3.connect(ledger.location.path)
    guards = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'setting_version' AND type = 'trigger'"
    )
    found = guards.fetchall()
    for name, _ in found:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE setting_version SET value = replace(value, '\"receive\":false', '\"receive\":true')")
    for _, sql in found:
        connection.execute(sql)
    connection.commit()
    connection.close()


def integrity(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)["integrity"]
    assert (found.pop("ledger"), found.pop("unrecorded")) == (True, [])
    return found


def test_an_audit_verifies_the_whole_ledger_first(run: Run, ledger: Ledger) -> None:
    filled(ledger)
    code, out, _ = run("audit", "--format", "json", "--rule", "over-limit")
    head = json.loads(out)["ledger_head"]
    assert (code, integrity(out)) == (0, {
        "schema": "ok", "verified": "all", "entries": 5, "head": head, "checkpoint": None, "problems": 0,
    })  # fmt: skip
    assert run("audit", "--rule", "over-limit")[1].endswith(f"ledger head {head}\n")
    assert "verified: every stored value was computed again" in run("audit", "--format", "html")[1]


def test_without_it_the_audit_says_so_and_is_no_evidence(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    alter(ledger)
    code, out, _ = run("audit", "--format", "json", "--rule", "over-limit", "--no-verify")
    assert (code, integrity(out)["verified"], json.loads(out)["incomplete"]) == (0, "no", False)
    assert "ledger not verified\n" in run("audit", "--no-verify")[1]
    code, _, err = run("audit", "--no-verify", "--bundle", str(tmp_path / "b.zip"))
    assert (code, "leave --no-verify out" in err, (tmp_path / "b.zip").exists()) == (2, True, False)


@pytest.mark.parametrize("window", [(), ("--since", "2026-03-01"), ("--inbox", "vip"), ("--rule", "over-limit")])
def test_a_ledger_that_was_altered_is_a_finding_whatever_is_asked(
    run: Run, ledger: Ledger, window: tuple[str, ...]
) -> None:
    filled(ledger)
    ledger.section("rules", {"ledger-altered": {"severity": "note"}})  # what the store says of it does not count
    alter(ledger)
    code, out, _ = run("audit", "--format", "json", *window)
    document = json.loads(out)
    (found,) = [each for each in document["findings"] if each["rule"] == "ledger-altered"]
    assert (code, document["incomplete"], integrity(out)["verified"], found["severity"]) == (1, True, "no", "error")
    assert integrity(out)["problems"] >= 1
    assert "setting_version" in found["evidence"]["problems"]
    assert run("audit", *window, "--fail-on", "never")[0] == 3
    page = run("audit", *window)[1]
    assert "error ledger-altered: 1 verification found the ledger altered" in page
    assert "; incomplete: the ledger was altered\n" in page
    assert "ledger ALTERED\n" in page
    assert "ALTERED: setting_version" in run("audit", "--format", "html", *window)[1]


def test_no_baseline_and_no_suppression_covers_a_ledger_that_was_altered(
    run: Run, ledger: Ledger, tmp_path: Path
) -> None:
    filled(ledger)
    row = {
        "rule": "ledger-altered",
        "reason": "r",
        "owner": "o",
        "expires": "2027-01-01",
        "expires_ms": T("2027-01-01"),
    }
    ledger.section("suppressions", [row])
    alter(ledger)
    assert run("audit", "--write-baseline", str(tmp_path / "b.json"))[0] == 3
    assert run("audit", "--baseline", str(tmp_path / "b.json"), "--rule", "ledger-altered")[0] == 1


def test_a_checkpoint_that_was_kept_elsewhere_is_compared(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    kept = str(tmp_path / "kept.json")
    assert run("ledger", "checkpoint", "--output", kept)[0] == 0
    ledger.entry("vip", "2026-03-01")
    mark = json.loads(Path(kept).read_text())
    code, out, _ = run("audit", "--checkpoint", kept, "--format", "json", "--rule", "over-limit")
    assert (code, integrity(out)["checkpoint"]) == (0, {
        "seq": mark["seq"], "head": mark["head"], "made": mark["made"], "matches": True, "signed": None, "timestamp": None,
    })  # fmt: skip
    said = run("audit", "--checkpoint", kept)[1]
    assert f"ledger verified, as the checkpoint says at entry {mark['seq']}\n" in said
    assert f"matches at entry {mark['seq']}" in run("audit", "--checkpoint", kept, "--format", "html")[1]
    Path(kept).write_text(json.dumps({**mark, "head": "00" * 32}))
    code, out, _ = run("audit", "--checkpoint", kept, "--format", "json", "--rule", "over-limit")
    assert (code, integrity(out)["checkpoint"]["matches"], json.loads(out)["incomplete"]) == (1, False, True)
    assert "does NOT match" in run("audit", "--checkpoint", kept, "--format", "html")[1]
    for more in (("--no-verify",), ("--engine", "duckdb", "--data", str(tmp_path))):
        assert run("audit", "--checkpoint", kept, *more)[0] == 2
    Path(kept).write_text("{}")
    assert run("audit", "--checkpoint", kept)[0] == 20


def test_an_empty_place_is_told_apart_from_a_clean_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCC_MEDIA_STORE")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    code, out, _ = run("audit")
    assert code == 0
    assert out.startswith("No entries: nothing was judged; there is no ledger\n")
    assert run("--store", "none.db", "audit")[0] == 11
