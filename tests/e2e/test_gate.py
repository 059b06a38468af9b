"""`gate` as a platform runs it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clock import machine_clock
from tests.e2e.conftest import Run
from tests.e2e.program import ENVIRONMENT
from tests.unit.media.build import FOREIGN, VALID, ogg

STORE = """
[inboxes.vip]
receive = false
message = "Write to {inbox}@example.com"

[inboxes.shop]
channels = ["whatsapp-cloud:1"]

[agents.kim]
role = "agent"
inboxes = ["shop"]
deny_send = ["shop"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.toml").write_text(STORE)
    return tmp_path


def line(identity: str, inbox: str, direction: str, name: str, **more: object) -> str:
    fields = {"id": identity, "time": "2026-03-01T10:00:00Z", "inbox": inbox, "direction": direction, "name": name}
    return json.dumps(fields | more)


def ask(
    occ: Run, *lines: str, code: int = 0, now: str = "2026-03-02T10:00:00Z", more: tuple[str, ...] = ()
) -> list[Any]:
    out = occ("gate", *more, stdin="\n".join(lines) + "\n", store="s.toml", now=now, code=code).out
    return [json.loads(answer) for answer in out.splitlines()]


@pytest.mark.usefixtures("folder")
def test_a_customer_reads_the_message_of_the_inbox_once_within_the_time(occ: Run) -> None:
    first = line("1", "vip", "receive", "clip.mp4", customer="165")
    again = line("2", "vip", "receive", "clip.mp4", customer="165")
    other = line("3", "vip", "receive", "clip.mp4", customer="166")
    answers = ask(occ, first, again, other)
    assert [answer["decision"] for answer in answers] == ["deny"] * 3
    assert [answer["customer_message"] for answer in answers] == [
        "Write to vip@example.com", None, "Write to vip@example.com",
    ]  # fmt: skip
    assert answers[0]["agent_notice"] == "customer tried to send a video; receiving is off"
    assert [answer["problems"][0]["code"] for answer in answers] == ["media-off"] * 3
    (later,) = ask(occ, again, now="2026-03-02T20:00:00Z")
    assert later["customer_message"] is None
    (next_day,) = ask(occ, again, now="2026-03-03T10:00:00Z")
    assert next_day["customer_message"] == "Write to vip@example.com"
    (soon,) = ask(occ, again, now="2026-03-03T12:00:00Z", more=("--repeat-after", "1h"))
    assert soon["customer_message"] == "Write to vip@example.com"


def test_the_bytes_are_looked_at_where_a_path_names_them(occ: Run, folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "1").write_bytes(ogg("vorbis"))
    (folder / "in" / "2").write_bytes(FOREIGN["exe"])
    (folder / "in" / "3").write_bytes(VALID["pdf"])
    (folder / "in" / "4").symlink_to("3")
    answers = ask(
        occ,
        line("1", "shop", "send", "a.ogg", path="in/1"),
        line("2", "shop", "receive", "a.pdf", path="in/2", customer="165"),
        line("3", "shop", "receive", "a.pdf", path="in/3"),
        line("4", "shop", "receive", "a.pdf", path="in/4"),
        line("5", "shop", "receive", "a.pdf", path="in/gone"),
        line("6", "shop", "send", "a.pdf", path="in/3", agent="kim"),
    )
    assert [(answer["decision"], [problem["code"] for problem in answer["problems"]]) for answer in answers] == [
        ("deny", ["codec-unsupported"]),
        ("deny", ["type-mismatch"]),
        ("allow", []),
        ("deny", ["unreadable"]),
        ("deny", ["unreadable"]),
        ("deny", ["sender-without-permission"]),
    ]
    assert answers[1]["customer_message"] == "Sorry, this file cannot be received: files of this type are not accepted."
    assert "named .pdf, and is a Windows program" in answers[1]["agent_notice"]
    assert answers[2] == {
        "id": "3", "decision": "allow", "problems": [], "customer_message": None, "agent_notice": None,
    }  # fmt: skip


def test_bytes_outside_of_the_working_directory_are_out_of_reach(occ: Run, folder: Path, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.png").write_bytes(VALID["png"])
    (folder / "in").mkdir()
    (folder / "in" / "a.png").write_bytes(VALID["png"])
    (folder / "linked").symlink_to(outside)
    (folder / "up").symlink_to("..")
    paths = ["linked/a.png", f"up/{folder.name}/in/a.png", "linked/../in/a.png", str(outside / "a.png"), "in/a.png"]
    lines = [line(str(n), "shop", "receive", "a.png", path=path) for n, path in enumerate(paths)]
    answers = ask(occ, *lines, code=3)
    assert [answer["decision"] for answer in answers] == ["deny"] * 4 + ["allow"]
    assert [answer["problems"][0]["code"] for answer in answers[:4]] == ["unreadable", "unreadable"] + ["malformed"] * 2
    assert "a link or a file stands where a folder should be" in answers[0]["problems"][0]["message"]


@pytest.mark.usefixtures("folder")
def test_a_malformed_line_is_denied_and_the_next_is_answered(occ: Run) -> None:
    answers = ask(
        occ,
        "not json",
        '{"id": "8"}',
        line("9", "shp", "send", "a.pdf"),
        line("10", "shop", "send", "a.pdf", path="../a"),
        line("11", "shop", "send", "a\0.pdf"),
        line("12", "shop", "sideways", "a.pdf"),
        "[" * 5_000,
        line("13", "shop", "send", "x" * 1_100_000),
        line("14", "shop", "send", "a.pdf"),
        code=3,
    )
    assert [answer["id"] for answer in answers] == [None, "8", "9", "10", "11", "12", None, None, "14"]
    assert [answer["decision"] for answer in answers] == ["deny"] * 8 + ["allow"]
    assert {answer["problems"][0]["code"] for answer in answers[:8]} == {"malformed"}


@pytest.mark.usefixtures("folder")
def test_every_decision_is_on_record(occ: Run, folder: Path) -> None:
    import sqlite3

    ask(occ, line("1", "vip", "receive", "clip.mp4", customer="165"), line("2", "shop", "send", "a.pdf"))
    rows = sqlite3.connect(folder / "s.ledger.db").execute(
        "SELECT id, outcome, customer, message FROM record WHERE kind = 2 ORDER BY seq"
    )
    assert rows.fetchall() == [("1", 1, "165", "Write to vip@example.com"), ("2", 0, None, None)]
    occ("ledger", "verify", store="s.toml")


@pytest.mark.usefixtures("folder")
def test_a_decision_at_a_moment_that_is_not_the_machines_is_seen_by_an_auditor(occ: Run, folder: Path) -> None:
    before = int(time.time() * 1000)
    ask(occ, line("1", "vip", "receive", "clip.mp4"), "no entry", line("2", "shop", "send", "a.pdf"), code=3)
    ask(occ, line("3", "shop", "send", "b.pdf"), now="2099-01-01T00:00:00Z")
    occ("gate", stdin=line("4", "shop", "send", "c.pdf") + "\n", store="s.toml", now=None)
    told = [
        finding["evidence"]
        for since in (("2026-03-02", "2026-03-03"), ("2099-01-01", "2099-01-02"))
        for finding in json.loads(
            occ("audit", "--rule", "backdated-change", "--since", since[0], "--until", since[1], "-f", "json",
                store="s.toml", now=None).out
        )["findings"]
        if finding["evidence"]["kind"] == "gate-decisions"
    ]  # fmt: skip
    assert len(told) == 2
    for evidence in told:
        assert evidence["changed_by"]
        assert before <= evidence["made_ms"] <= time.time() * 1000
    occ("ledger", "verify", store="s.toml", now=None)


@pytest.mark.usefixtures("folder")
def test_a_moment_before_the_newest_decision_needs_its_reason(occ: Run, folder: Path) -> None:
    ask(occ, line("1", "shop", "send", "a.pdf"), now="2026-02-01T00:00:00Z")
    ask(occ, line("1", "shop", "send", "a.pdf"), now="2099-01-01T00:00:00Z")
    ask(occ, line("2", "shop", "send", "a.pdf"))  # what was decided at a moment that has not come stops nobody
    refused = occ("gate", stdin=line("3", "shop", "send", "a.pdf") + "\n", store="s.toml", now="2026-03-01", code=13)
    assert "the decisions of the gate were last changed at 2026-03-02T10:00:00.000Z, after 2026-03-01" in refused.err
    assert refused.out == ""
    ask(occ, line("3", "shop", "send", "a.pdf"), now="2026-03-01", more=("--backdate", "a line was down"))
    occ("gate", stdin=line("4", "shop", "send", "a.pdf") + "\n", store="s.toml", now=None)
    said = sqlite3.connect(folder / "s.ledger.db").execute("SELECT reason FROM event WHERE kind = 'gate-decisions'")
    assert said.fetchall() == [(None,), (None,), (None,), ("a line was down",)]


def test_a_clock_that_is_set_back_stops_no_gate_and_is_found(occ: Run) -> None:
    asked: dict[str, Any] = {"store": "s.db", "now": None}
    occ("inbox", "add", "shop", env=machine_clock("2026-01-01 00:00:00"), **asked)
    occ("gate", stdin=line("1", "shop", "send", "a.pdf") + "\n", **asked)
    back = machine_clock("2026-01-20 00:00:00")
    answer = occ("gate", stdin=line("2", "shop", "send", "a.pdf") + "\n", env=back, **asked).out
    assert json.loads(answer)["decision"] == "allow"
    (step,) = json.loads(occ("ledger", "verify", "-f", "json", **asked).out)["clock"]
    assert (step["kind"], step["time"][:10]) == ("decision", "2026-01-20")
    assert "1 record was made" in occ("audit", "--rule", "clock-ran-backwards", **asked).out


@pytest.mark.usefixtures("folder")
def test_each_answer_comes_before_the_next_question(tmp_path: Path) -> None:
    """A platform that waits for each answer never waits for more input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "occ_media_cli", "--store", "s.toml", "gate"],
        cwd=tmp_path, env={**ENVIRONMENT, "HOME": str(tmp_path)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(line(str(number), "shop", "send", "a.pdf") + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == str(number)
    settings = (tmp_path / "s.toml").read_text().replace("[inboxes.shop]", "[inboxes.shop]\nsend = false")
    (tmp_path / "new").write_text(settings)
    (tmp_path / "new").replace(tmp_path / "s.toml")
    process.stdin.write(line("off", "shop", "send", "a.pdf") + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["decision"] == "deny"
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


@pytest.mark.usefixtures("folder")
def test_a_settings_document_that_vanishes_does_not_end_the_gate(tmp_path: Path) -> None:
    """An editor, or a deployment, may put the document away for a moment; the next lines still get answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "occ_media_cli", "--store", "s.toml", "gate"],
        cwd=tmp_path, env={**ENVIRONMENT, "HOME": str(tmp_path)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(2):
        process.stdin.write(line(str(number), "shop", "send", "a.pdf") + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["decision"] == "allow"
        (tmp_path / "s.toml").unlink(missing_ok=True)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors


def test_a_sha256_that_is_not_that_of_the_bytes_is_no_entry_to_decide_on(occ: Run, folder: Path) -> None:
    """An answer and a scan would go on record for other bytes than the entry speaks of."""
    (folder / "bytes.txt").write_bytes(b"hello")
    digest = hashlib.sha256(b"hello").hexdigest()
    right, wrong = ask(
        occ, line("w.1", "shop", "receive", "bytes.txt", path="bytes.txt", sha256=digest),
        line("w.2", "shop", "receive", "bytes.txt", path="bytes.txt", sha256="0" * 64), code=3,
    )  # fmt: skip
    assert "malformed" not in [problem["code"] for problem in right["problems"]]
    assert (wrong["id"], wrong["decision"], wrong["problems"][0]["code"]) == ("w.2", "deny", "malformed")


def test_answers_are_on_record_as_those_of_the_gate(occ: Run, folder: Path) -> None:
    """Whoever asks again after an update must find them: an answer is known by its source and id."""
    ask(occ, line("w.1", "shop", "receive", "a.pdf"))
    ledger = sqlite3.connect(next(folder.glob("s*.db")))
    found = ledger.execute(
        "SELECT w.text, count(*) FROM record r JOIN word w ON w.code = r.source GROUP BY 1"
    ).fetchall()
    ledger.close()
    assert found == [("gate", 1)]
