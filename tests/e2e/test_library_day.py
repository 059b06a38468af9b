"""A day of an operator: a price list is approved, sent, replaced, and sent again although it was replaced."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from occ_media_cli.api import OccMedia
from tests.e2e.conftest import Run
from tests.e2e.program import Result

LINES = [f"article {number} of series {chr(97 + number)}{number} costs EUR {number}.99 each" for number in range(20)]
OLD, NEW = ("\n".join(LINES) + "\n", "\n".join(LINES).replace("7.99", "8.49") + "\n")
SAVED_AGAIN, WITH_A_SLIP = "\r\n".join(LINES).replace("7.99", "8.49"), NEW.replace("EUR 5.99", "EUR 5.09")


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00Z"


class Day:
    """The program at moments of one day."""

    def __init__(self, occ: Run, folder: Path) -> None:
        self._occ, self.folder = occ, folder

    def __call__(self, clock: str, *words: str, actor: str = "dana", code: int = 0, stdin: str | None = None) -> Result:
        return self._occ("--actor", actor, *words, store="s.db", now=at(clock), code=code, stdin=stdin)

    def approve(self, clock: str, version: str, file: str, *more: str) -> None:
        self(clock, "library", "propose", file, "--name", "price-list", "--version", version, "--inbox", "vip", *more)
        self(clock, "library", "approve", "price-list", actor="sam")

    def sent(self, clock: str, identity: str, file: str, agent: str = "kim", inbox: str = "vip") -> None:
        """An entry of a source that did not ask the gate."""
        row = {"id": identity, "time": at(clock), "inbox": inbox, "direction": "send", "name": file, "agent": agent,
               "sha256": sha256((self.folder / file).read_bytes()).hexdigest()}  # fmt: skip
        (self.folder / "rows.ndjson").write_text(json.dumps(row) + "\n")
        self(clock, "ledger", "ingest", "ndjson", "rows.ndjson")

    def gate(self, clock: str, identity: str, name: str, **more: object) -> dict[str, Any]:
        line = {"id": identity, "time": at(clock), "inbox": "vip", "direction": "send", "name": name, **more}
        answer: dict[str, Any] = json.loads(self(clock, "gate", stdin=json.dumps(line) + "\n").out)
        return answer

    def check(self, clock: str, *words: str, code: int = 1) -> str:
        return self(clock, "check", *words, "--inbox", "vip", "--direction", "send", code=code).out


@pytest.fixture
def day(occ: Run, tmp_path: Path) -> Day:
    for name, text in (("old.txt", OLD), ("new.txt", NEW), ("again.txt", SAVED_AGAIN), ("slip.txt", WITH_A_SLIP),
                       ("other.txt", "Dear customer\n")):  # fmt: skip
        (tmp_path / name).write_bytes(text.encode())
    day = Day(occ, tmp_path)
    day("08:00", "inbox", "add", "vip")
    day("08:00", "inbox", "add", "shop")
    day("08:00", "set", "vip", "--approved-only", "on")
    return day


def test_a_price_list_that_was_replaced_is_sent_all_the_same(day: Day) -> None:
    day.approve("09:00", "2026-03", "old.txt")
    assert day.gate("09:30", "g1", "old.txt", path="old.txt")["decision"] == "allow"
    day.sent("09:30", "e1", "old.txt")
    day.approve("12:00", "2026-04", "new.txt")
    day.sent("15:00", "e2", "old.txt")
    refused = day.gate("15:05", "g2", "old.txt", path="old.txt")
    (problem,) = refused["problems"]
    new = str(day.folder / "new.txt")
    message = f"price-list 2026-03 was replaced; 2026-04 is current and lies at {new}"
    assert (refused["decision"], problem["code"], problem["help"]) == ("deny", "not-approved", f"send {new}")
    assert problem["message"] == f"agents in vip may send approved files only: {message}"
    assert refused["agent_notice"].endswith(message)
    assert day.gate("15:06", "g3", "new.txt", path="new.txt")["decision"] == "allow"
    day.sent("15:06", "e3", "new.txt", agent="mona")

    audit = json.loads(day("16:00", "audit", "--format", "json", code=1).out)
    found = {each["rule"]: each for each in audit["findings"] if each["entry"] == "e2"}
    assert {"not-approved", "outdated-approved-file"} <= set(found)
    assert not [each for each in audit["findings"] if each["entry"] in ("e1", "e3")]
    wrong = found["not-approved"]
    assert (wrong["time"], wrong["evidence"]["agent"]) == ("2026-03-02T15:00:00.000Z", "kim")
    for finding in (wrong, found["outdated-approved-file"]):
        assert f"version 2026-03 of price-list, which was replaced; version 2026-04 lies at {new}" in finding["message"]
        evidence = {key: finding["evidence"][key] for key in ("library_name", "library_version", "current_version")}
        assert evidence == {"library_name": "price-list", "library_version": "2026-03", "current_version": "2026-04"}
        assert finding["evidence"]["current_path"] == new

    report = json.loads(day("16:00", "report", "library", "--format", "json").out)
    assert report["totals"] == {
        "approved": 1, "documents": 1, "ending": 0, "no_inbox": 0, "waiting": 0, "sent": 2, "not_approved": 1, "outdated": 0, "unknown": 0,
        "not_judged": 0,
    }  # fmt: skip
    said = [[row[key] for key in ("state", "version", "sent", "last", "agent", "was")] for row in report["rows"]]
    assert said == [
        ["approved", "2026-04", 1, "2026-03-02T15:06:00.000Z", None, None],
        ["ended", "2026-03", 1, "2026-03-02T09:30:00.000Z", None, None],
        ["not-approved", "2026-03", 1, "2026-03-02T15:00:00.000Z", "kim", "replaced"],
    ]
    ended = report["rows"][1]
    assert (ended["inboxes"], ended["ended"], ended["how"]) == ("vip", "2026-03-02T12:00:00.000Z", "replaced")
    assert report["rows"][0]["ended"] is None
    day.sent("15:30", "e4", "old.txt", inbox="shop")
    report = json.loads(day("16:00", "report", "library", "--format", "json").out)
    for name, state in (("not_approved", "not-approved"), ("outdated", "outdated")):
        assert report["totals"][name] == sum(row["sent"] for row in report["rows"] if row["state"] == state) == 1
    page = day("16:00", "report", "library", "--format", "markdown").out
    assert "Sent and not approved, where only approved files may be sent" in page
    with closing(sqlite3.connect(day.folder / "s.db")) as store:
        decisions = store.execute("SELECT id, decision, problems FROM decision ORDER BY seq").fetchall()
    assert decisions == [("g1", "allow", None), ("g2", "deny", "not-approved"), ("g3", "allow", None)]


def test_check_says_which_file_it_is_in_every_format(day: Day) -> None:
    day.approve("09:00", "2026-03", "old.txt")
    day.approve("12:00", "2026-04", "new.txt")
    names = ("again.txt", "new.txt", "old.txt", "other.txt", "slip.txt")
    files = json.loads(day.check("13:00", *names, "--format", "json"))["files"]
    assert [each["verdict"] for each in files] == ["rejected", "accepted", "rejected", "rejected", "rejected"]
    (again,), _, (old,), (other,), (slip,) = (each["problems"] for each in files)
    assert {each["code"] for each in (again, old, other, slip)} == {"not-approved"}
    assert "the same words as price-list 2026-04 (approved) in another save" in again["message"]
    assert again["help"].endswith(
        "occ-media library propose again.txt --name price-list --version 2026-03-02 --inbox vip"
    )
    assert "price-list 2026-03 was replaced; 2026-04 is current" in old["message"]
    assert "nobody proposed it" in other["message"]
    assert "1 word differs (5.99 → 5.09) from price-list 2026-04 (approved)" in slip["message"]
    table = day.check("13:00", *names)
    suites = ET.fromstring(day.check("13:00", *names, "--format", "junit"))
    sarif = json.loads(day.check("13:00", *names, "--format", "sarif"))["runs"][0]["results"]
    for problem in (again, old, other, slip):
        plain = problem["message"].replace("→", "->")
        assert (
            f"not-approved: {plain}; help: {problem['help'].replace('occ-media ', 'occ-media --store s.db ')}" in table
        )
        assert [each.get("type") for each in suites.iter("failure") if each.get("message") == problem["message"]] == [
            "not-approved"
        ]
        assert [each["ruleId"] for each in sarif if problem["message"] in each["message"]["text"]] == ["not-approved"]


def test_diagnose_says_the_same(day: Day) -> None:
    day.approve("09:00", "2026-03", "old.txt")
    day.approve("12:00", "2026-04", "new.txt")
    said = day("13:00", "diagnose", "cannot-send", "--inbox", "vip", "--file", "old.txt", code=1).out
    assert "price-list 2026-03 was replaced; 2026-04 is current" in said
    assert f"send {day.folder / 'new.txt'}" in said
    assert (
        "the file is in the approved library"
        in day("13:00", "diagnose", "cannot-send", "--inbox", "vip", "--file", "new.txt").out
    )


def test_nothing_passes_that_is_not_these_very_bytes_now_and_here(day: Day) -> None:
    day.approve("09:00", "2026-03", "old.txt", "--expires", at("11:00"))
    waits = ("propose", "new.txt", "--name", "price-list", "--version", "2026-04", "--inbox", "shop")
    day("10:00", "library", *waits)
    day.check("10:59", "old.txt", code=0)
    assert "price-list 2026-03 has ended" in day.check("11:00", "old.txt")
    assert "was proposed by dana and waits for approval" in day.check("11:00", "new.txt")
    day("11:30", "library", "approve", "price-list", actor="sam")
    assert "price-list 2026-04 is approved for shop, not for vip" in day.check("12:00", "new.txt")
    assert day.gate("12:00", "g1", "new.txt", path="new.txt")["decision"] == "deny"
    content = sha256((day.folder / "new.txt").read_bytes()).hexdigest()
    assert day.gate("12:00", "g2", "new.txt", sha256=content)["decision"] == "deny"
    unknown = day.gate("12:00", "g3", "new.txt")
    assert [each["code"] for each in unknown["problems"]] == ["not-approved"], "no sha256, no proof"
    assert day.gate("12:00", "g4", "gone.txt", path="gone.txt")["decision"] == "deny"
    day("12:30", "library", "retire", "price-list", "--reason", "wrong prices")
    assert "price-list 2026-04 was retired (wrong prices)" in day.check("13:00", "new.txt")


def test_a_link_in_a_folder_that_is_verified_is_nothing_that_was_looked_at(day: Day) -> None:
    day.approve("09:00", "1", "new.txt")
    out = day.folder / "out"
    out.mkdir()
    (out / "new.txt").write_text(NEW)
    day("10:00", "library", "verify", "out")
    (out / "more.txt").symlink_to("../other.txt")
    said = day("10:00", "library", "verify", "out", "--format", "json", code=3).out
    assert json.loads(said)["summary"] | {"skipped_links": 1, "incomplete": True} == json.loads(said)["summary"]
    assert "1 link skipped" in day("10:00", "library", "verify", "out", code=3).out
    (out / "old.txt").write_text(OLD)
    day("10:00", "library", "verify", "out", code=1)


def test_an_edit_by_hand_lets_nothing_pass_for_a_tag_that_is_not_on_record(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "prices.txt").write_text(OLD)
    (tmp_path / "s.toml").write_text(
        '[inboxes.vip]\nsend_approved_only = true\ntags = ["retail"]\n\n[inboxes.shop]\nsend_approved_only = true\n'
    )

    def run(*words: str, code: int = 0, now: str | None = None) -> Result:  # an edit counts from when it was made
        return occ(*words, store="s.toml", now=now, code=code)

    def check(inbox: str, code: int) -> None:
        run("check", "prices.txt", "--inbox", inbox, "--direction", "send", code=code)

    run("store", "init", now="2026-03-02T08:00:00Z")
    propose = ("propose", "prices.txt", "--name", "prices", "--version", "1", "--tag", "retail")
    run("--actor", "dana", "library", *propose, now="2026-03-02T09:00:00Z")
    run("--actor", "sam", "library", "approve", "prices", now="2026-03-02T10:00:00Z")
    check("vip", 0)
    check("shop", 1)
    document = (tmp_path / "s.toml").read_text()
    (tmp_path / "s.toml").write_text(document.replace('tags = ["retail"]', 'tags = ["retail"]\ndescription = "new"'))
    check("vip", 0)
    (tmp_path / "s.toml").write_text(document.replace('tags = ["retail"]', 'tags = ["other"]'))
    check("vip", 1)
    unrecorded = "; the tags that the document of the settings has now are not recorded"
    said = f"prices 1 is approved for the tag retail, which no inbox has{unrecorded}"
    for inbox in (("--inbox", "vip"), ()):
        assert said in run("library", "find", "prices.txt", *inbox, code=1).out
        assert said in run("library", "verify", ".", "--include", "*.txt", *inbox, code=1).out
    assert run("library", "list", "--inbox", "vip").out == "No files\n"
    desk = OccMedia(tmp_path / "s.toml")
    assert (desk.library.allowed(tmp_path / "prices.txt", inbox="vip"), desk.library.list(inboxes=["vip"])) == ((), ())
    assert desk.library.allowed(tmp_path / "prices.txt") == ()
    assert [each.may_be_sent for each in desk.library.find(tmp_path / "prices.txt", inboxes=["vip"])] == [False]
    (tmp_path / "s.toml").write_text(document + '\n[inboxes.new]\nsend_approved_only = true\ntags = ["retail"]\n')
    check("new", 1)
    assert (
        f"prices 1 is approved for vip, not for new{unrecorded}"
        in run("library", "find", "prices.txt", "--inbox", "new", code=1).out
    )
    (tmp_path / "s.toml").write_text(document.replace("[inboxes.shop]", '[inboxes.shop]\ntags = ["retail"]'))
    check("shop", 1)


def test_an_approval_for_an_inbox_that_was_removed_says_so(day: Day) -> None:
    day("08:00", "inbox", "add", "lab")
    day("08:01", "library", "propose", "old.txt", "--name", "list", "--version", "1", "--inbox", "lab")
    day("08:02", "inbox", "remove", "lab")
    day("08:03", "inbox", "add", "lab")
    said = day("08:04", "library", "approve", "list", actor="sam")
    assert "for lab, removed 2026-03-02T08:02:00.000Z, without an end" in said.out
    assert "no inbox may send it: those that it is for were removed" in said.err
    digest = sha256((day.folder / "old.txt").read_bytes()).hexdigest()
    assert f"  {digest[:16]}  {day.folder}/old.txt" in said.out
