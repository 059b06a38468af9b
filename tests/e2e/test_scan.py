"""`scan`, and checks and gates that scan, as people and platforms run them; with a real clamd where there is one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.safety.antivirus.address import SOCKETS
from tests import clamd as real
from tests.e2e.conftest import NOW, Run
from tests.e2e.program import ROOT
from tests.unit.media.build import VALID

pytest.importorskip("pikepdf")

JAVASCRIPT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)


@pytest.fixture(scope="module")
def clamd() -> Iterator[real.Clamd]:
    if real.PROGRAM is None:
        pytest.skip("clamd is not installed")
    running = real.Clamd()
    yield running
    running.close()


@pytest.fixture
def asked(clamd: real.Clamd) -> tuple[str, ...]:
    """The options that name the clamd of this test."""
    return ("--clamd", clamd.address, "--signatures", str(clamd.signatures))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "media"
    files.mkdir()
    (files / "a.txt").write_bytes(b"Good morning.\n")
    (files / "b.png").write_bytes(VALID["png"])
    (files / "bad.txt").write_bytes(b"see: " + real.BODY)
    (files / "script.pdf").write_bytes(JAVASCRIPT)
    return tmp_path


def scanned(occ: Run, *words: str, code: int = 0, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(occ("scan", *words, "--format", "json", code=code, **more).out)
    return found


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {Path(file["path"]).name: file["verdict"] for file in document["files"]}


# Files


@pytest.mark.usefixtures("folder")
def test_every_verdict_and_the_exit_code(occ: Run, asked: tuple[str, ...]) -> None:
    found = scanned(occ, "media", *asked, now=None, code=1)
    assert verdicts(found) == {"a.txt": "clean", "b.png": "clean", "bad.txt": "infected", "script.pdf": "flagged"}
    assert found["engine"]["name"] == "clamav"
    assert found["engine"]["age_known"] is True
    summary = {key: found["summary"][key] for key in ("clean", "infected", "flagged", "not_scanned", "incomplete")}
    assert summary == {"clean": 2, "infected": 1, "flagged": 1, "not_scanned": 0, "incomplete": False}
    bad = next(file for file in found["files"] if file["path"] == "media/bad.txt")
    assert (bad["antivirus"], bad["problems"][0]["code"]) == ("infected", "infected-file")
    assert real.NAME in bad["problems"][0]["message"]
    assert bad["sha256"] == hashlib.sha256(b"see: " + real.BODY).hexdigest()
    occ("scan", "media/a.txt", "media/b.png", *asked, now=None)
    occ("scan", "media/script.pdf", *asked, now=None, code=0)
    occ("scan", "media/script.pdf", "--fail-on", "warning", *asked, now=None, code=1)
    occ("scan", "media/bad.txt", "--fail-on", "never", *asked, now=None, code=0)


@pytest.mark.usefixtures("folder")
def test_signatures_of_unknown_age_make_nothing_clean(occ: Run, clamd: real.Clamd) -> None:
    found = scanned(occ, "media/a.txt", "--clamd", clamd.address, now=None, code=3)
    assert verdicts(found) == {"a.txt": "not-scanned"}
    assert found["engine"]["age_known"] is False
    assert found["summary"]["incomplete"] is True
    out = occ("scan", "media/a.txt", "--clamd", clamd.address, now=None, code=3).out
    assert "No file is called clean: the age of clamd's signatures is not known" in out


@pytest.mark.usefixtures("folder")
def test_without_an_antivirus_it_says_so_in_every_format(occ: Run) -> None:
    words = ("scan", "media/a.txt", "--only", "active")
    for form in ("table", "json", "markdown", "html"):
        assert occ(*words, "--format", form).out.count("clean"), form
    assert "No antivirus looked at these files" in occ(*words).out
    assert "No antivirus looked at these files" in occ(*words, "--format", "ndjson").err
    assert scanned(occ, "media/a.txt", "--only", "active")["engine"] is None
    assert scanned(occ, "media/a.txt", "--only", "active")["files"][0]["antivirus"] == "off"


@pytest.mark.usefixtures("folder")
def test_an_antivirus_that_is_asked_for_and_not_there_is_14(occ: Run) -> None:
    for words in (("--clamd", "./none"), ("--antivirus", "required", "--clamd", "./none")):
        said = occ("scan", "media/a.txt", *words, code=14)
        assert (said.out, "help: " in said.err) == ("", True)
    said = occ("check", "media/a.txt", "--scan", "--clamd", "./none", code=14)
    assert said.out == ""
    occ("gate", "--scan", "--clamd", "./none", store="s.db", code=14)
    occ("inbox", "add", "vip", store="s.db")
    if not any(Path(place).exists() for place in SOCKETS):
        occ("scan", "media/a.txt", store="s.db", code=0)
        assert "no socket of clamd" in occ("scan", "--ledger", "--root", "media", store="s.db", code=14).err
    assert "on another machine" in occ("scan", "media/a.txt", "--clamd", "tcp://192.0.2.1:3310", code=13).err


@pytest.mark.usefixtures("folder")
def test_what_is_no_file_is_not_scanned_and_nothing_is_no_pass(occ: Run, folder: Path) -> None:
    found = scanned(occ, "media/none.txt", "--only", "active", code=3)
    assert found["files"][0]["problems"][0]["code"] == "unreadable"
    (folder / "empty").mkdir()
    assert "nothing was scanned" in occ("scan", "empty", "--only", "active", code=3).out
    occ("scan", code=2)
    occ("scan", "media", "--root", "media", code=2)
    occ("scan", "media", "--ledger", "--root", "media", store="s.db", code=2)
    occ("scan", "--ledger", store="s.db", code=2)
    occ("check", "media", "--clamd", "./none", code=2)


@pytest.mark.parametrize("form", ["csv", "sarif", "junit", "github", "markdown", "html", "ndjson"])
def test_each_format_names_what_was_found(occ: Run, folder: Path, form: str, asked: tuple[str, ...]) -> None:
    out = occ("scan", "media", *asked, "--format", form, now=None, code=1).out
    assert "infected-file" in out
    assert "pdf-javascript" in out
    assert out.count("bad.txt") >= 1


@pytest.mark.usefixtures("folder")
def test_a_clamd_that_goes_away_makes_nothing_clean(occ: Run, folder: Path) -> None:
    if real.PROGRAM is None:
        pytest.skip("clamd is not installed")
    running = real.Clamd()
    try:
        for number in range(600):
            (folder / "media" / f"{number}.txt").write_bytes(b"x" * 50_000 + str(number).encode())
        with subprocess.Popen(
            [sys.executable, "-m", "occ_media_cli", "scan", "media", "--format", "ndjson", "--clamd", running.address,
             "--signatures", str(running.signatures)],
            cwd=folder, stdout=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        ) as subject:  # fmt: skip
            assert subject.stdout is not None
            first = subject.stdout.readline()
            running.kill()
            rest = [json.loads(line) for line in (first, *subject.stdout)]
            assert subject.wait(60) in (1, 3)
    finally:
        running.close()
    assert len(rest) == 604
    assert {file["verdict"] for file in rest[-5:]} <= {"not-scanned", "infected"}


# Copies without metadata


def test_copies_go_into_a_folder_and_over_nothing(occ: Run, folder: Path) -> None:
    found = scanned(occ, "media/b.png", "media/a.txt", "--only", "metadata", "--strip", "clean")
    copies = {Path(file["path"]).name: file["stripped"] for file in found["files"]}
    assert copies["b.png"]["path"] == "clean/b.png"
    assert hashlib.sha256((folder / "clean" / "b.png").read_bytes()).hexdigest() == copies["b.png"]["sha256"]
    again = scanned(occ, "media/b.png", "--only", "metadata", "--strip", "clean", code=3)
    assert again["files"][0]["stripped"] is None
    assert any("is there already" in each["message"] for each in again["files"][0]["problems"])
    occ("scan", "media", "--only", "metadata", "--strip", "media/clean", code=2)
    assert not (folder / "media" / "clean").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no folder in which nobody can make one")
def test_a_copy_that_cannot_be_written_costs_itself_only(occ: Run, folder: Path) -> None:
    found = scanned(occ, "media/a.txt", "media/b.png", "--only", "metadata", "--strip", "/proc/copies", code=3)
    assert [file["stripped"] for file in found["files"]] == [None, None]
    assert all("no copy without metadata" in file["problems"][-1]["message"] for file in found["files"])
    (folder / "barred").write_bytes(b"no folder")
    occ("scan", "media/a.txt", "--only", "metadata", "--strip", "barred/deeper", code=2)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_stops_no_run(occ: Run, folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (folder / "media" / "c.txt").write_bytes(b"words\n" * 20_000)
        found = scanned(
            occ, "media/a.txt", "media/c.txt", "media/b.png", "--only", "metadata", "--strip", "small", code=3
        )
        assert [file["stripped"] is None for file in found["files"]] == [False, True, False]
        assert "no space left on device" in found["files"][1]["problems"][-1]["message"]
        assert sorted(each.name for each in small.iterdir()) == ["a.txt", "b.png"]
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        found = scanned(occ, "media/c.txt", "--only", "metadata", "--strip", "small/more", code=3)
        assert "read-only" in found["files"][0]["problems"][-1]["message"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_no_copy_gets_a_name_that_the_program_looks_for(occ: Run, folder: Path) -> None:
    names = ("occ-media.toml", "OCC-MEDIA.db", "occ-media.db-wal", ".a.0123.occ-media.tmp")
    for name in names:
        (folder / "media" / name).write_bytes(b"words\n")
    said = scanned(occ, *(f"media/{name}" for name in names), "--only", "metadata", "--strip", ".", code=3)
    assert all("a name by which this program" in file["problems"][-1]["message"] for file in said["files"])
    assert not (folder / "occ-media.toml").exists()
    for empty in ("", " "):
        assert "folder for copies has no name" in occ("scan", "media/a.txt", "--strip", empty, code=2).err


def test_a_copy_that_was_killed_in_the_making_is_cleared(occ: Run, folder: Path) -> None:
    left = folder / "clean" / ".a.txt.0123456789abcdef.occ-media.tmp"
    left.parent.mkdir()
    left.write_bytes(b"half")
    scanned(occ, "media/a.txt", "--only", "metadata", "--strip", "clean")
    assert [each.name for each in left.parent.iterdir()] == ["a.txt"]


# Inboxes


def test_a_check_under_an_inbox_rests_on_the_scan(occ: Run, folder: Path, asked: tuple[str, ...]) -> None:
    occ("set", "vip", "--create", "--scan", "required", store="s.db")
    files = ("media/a.txt", "media/bad.txt", "media/script.pdf")
    before = json.loads(occ("check", *files, "--inbox", "vip", "--format", "json", store="s.db", code=1).out)
    assert all("not-scanned" in [each["code"] for each in file["problems"]] for file in before["files"])
    after = json.loads(
        occ("check", *files, "--inbox", "vip", "--scan", *asked, "--format", "json", store="s.db", now=None, code=1).out
    )
    codes = {
        Path(file["path"]).name: {each["code"]: each["severity"] for each in file["problems"]}
        for file in after["files"]
    }
    assert codes["a.txt"] == {}
    assert codes["bad.txt"] == {"infected-file": "error"}
    assert codes["script.pdf"] == {"active-content": "error"}
    occ("set", "vip", "--scan", "record", store="s.db")
    after = json.loads(
        occ("check", *files, "--inbox", "vip", "--scan", *asked, "--format", "json", store="s.db", now=None, code=1).out
    )
    assert [file["verdict"] for file in after["files"]] == ["accepted", "rejected", "accepted"]


def test_a_gate_scans_for_the_inboxes_that_ask_and_keeps_what_it_saw(
    occ: Run, folder: Path, asked: tuple[str, ...]
) -> None:
    for inbox, mode in (("vip", "required"), ("lab", "record"), ("off", "off")):
        occ("inbox", "add", inbox, store="s.db")
        if mode != "off":
            occ("set", inbox, "--scan", mode, store="s.db")
    lines = [
        json.dumps({"id": f"{inbox}-{name}", "time": NOW, "inbox": inbox, "direction": "receive", "name": name,
                    "path": f"media/{name}"})
        for inbox in ("vip", "lab", "off") for name in ("a.txt", "bad.txt", "script.pdf")
    ]  # fmt: skip
    out = occ("gate", "--scan", *asked, stdin="\n".join(lines) + "\n", store="s.db", now=None).out
    answers = {answer["id"]: answer["decision"] for answer in map(json.loads, out.splitlines())}
    assert answers == {
        "vip-a.txt": "allow", "vip-bad.txt": "deny", "vip-script.pdf": "deny",
        "lab-a.txt": "allow", "lab-bad.txt": "deny", "lab-script.pdf": "allow",
        "off-a.txt": "allow", "off-bad.txt": "allow", "off-script.pdf": "allow",
    }  # fmt: skip
    assert "it did not pass a safety check" in out
    occ("ledger", "verify", store="s.db")


def test_what_a_gate_saw_counts_for_the_entry_of_that_id_when_it_comes_without_a_sha256(
    occ: Run, folder: Path, asked: tuple[str, ...]
) -> None:
    for inbox in ("vip", "lab"):
        occ("set", inbox, "--create", "--scan", "record", store="s.db", now="2026-01-01T00:00:00Z")
    rows = [{"id": f"G{number}", "time": NOW, "inbox": "vip", "direction": "receive", "name": name}
            for number, name in enumerate(("a.txt", "bad.txt", "script.pdf"))]  # fmt: skip
    lines = "".join(json.dumps({**row, "path": f"media/{row['name']}"}) + "\n" for row in rows)
    occ("gate", "--scan", *asked, stdin=lines, store="s.db", now=None)
    (folder / "rows.ndjson").write_text("".join(
        json.dumps(row) + "\n" for row in (*rows, {**rows[0], "id": "G9"}, {**rows[0], "id": "G8", "sha256": "0" * 64})
    ))  # fmt: skip
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db", now=None)
    assert findings(occ, "not-scanned", "infected-file", "active-content") == {
        "not-scanned": ["G8", "G9"], "infected-file": ["G1"], "active-content": ["G2"],
    }  # fmt: skip
    shown = json.loads(occ("ledger", "show", "G0", "--format", "json", store="s.db", now=None).out)
    assert [scan["state"] for scan in shown["scans"]] == ["clean"]
    again = occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db", now=None)
    assert len(json.loads(occ("ledger", "show", "G0", "--format", "json", store="s.db", now=None).out)["scans"]) == 1, (
        again
    )
    occ("ledger", "verify", store="s.db")


@pytest.mark.parametrize("words", [("scan", "--antivirus", "off"), ("check",)])
@pytest.mark.parametrize("made", ["json", "csv"])
def test_a_report_into_the_folder_that_is_looked_at_is_no_file_of_it(
    occ: Run, folder: Path, words: tuple[str, ...], made: str
) -> None:
    (folder / "one").mkdir()
    (folder / "one" / "a.txt").write_text("hello")
    for _ in range(2 if made == "json" else 1):  # a csv that is there may be one of the files, and is never replaced
        occ(*words, "one", "--format", made, "--output", f"one/out.{made}", now=None)
        said = (folder / "one" / f"out.{made}").read_text()
        assert "one/a.txt" in said
        assert f"out.{made}" not in said


def test_metadata_says_whether_anybody_looked(occ: Run, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "plain.txt").write_text("hello")
    for only, files, said in (
        ("metadata", ["plain.txt"], {"location": False, "author": False, "earlier_versions": 0}),
        ("active", ["plain.txt"], None), ("metadata", ["empty.txt"], None), ("metadata", ["gone.txt"], None),
    ):  # fmt: skip
        code = 0 if files == ["plain.txt"] else 3
        out = occ("scan", *files, "--only", only, "--format", "json", now=None, code=code).out
        assert json.loads(out)["files"][0]["metadata"] == said


def test_formats_name_malware_where_a_part_could_not_be_looked_at(
    occ: Run, folder: Path, asked: tuple[str, ...]
) -> None:
    """An archive of which one member is malware and another encrypted or of a kind that nobody unpacks."""
    import zipfile

    with zipfile.ZipFile(folder / "both.zip", "w") as made:
        made.writestr("bad.txt", (folder / "media" / "bad.txt").read_bytes())
        made.writestr("more.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40))
    junit = occ("scan", "both.zip", *asked, "--format", "junit", now=None, code=1).out
    assert 'failures="1" errors="0"' in junit
    assert '<failure type="infected-file"' in junit
    assert "not-scanned" in junit
    (row,) = csv.DictReader(io.StringIO(occ("scan", "both.zip", *asked, "--format", "csv", now=None, code=1).out))
    assert row["problems"].split()[0] == "infected-file"
    assert len(row["severity"].split()) == len(row["problems"].split()) == len(row["where"].split("; "))
    assert row["engine"].startswith("clamav ")
    assert row["signatures"]


# Entries


def entries(folder: Path, inbox: str = "vip", **wrong: str) -> str:
    rows = []
    for number, name in enumerate(("a.txt", "bad.txt", "script.pdf", "gone.txt", "copy.txt")):
        path = folder / "media" / ("a.txt" if name == "copy.txt" else name)
        content = path.read_bytes() if path.exists() else b"gone"
        rows.append({
            "id": f"m{number}", "time": "2026-02-01T10:00:00Z", "inbox": inbox, "direction": "receive",
            "customer": "+491512345678", "name": name, "path": "a.txt" if name == "copy.txt" else name,
            "size": len(content), "sha256": wrong.get(name, hashlib.sha256(content).hexdigest()),
        })  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def ledger(occ: Run, folder: Path) -> Path:
    occ("set", "vip", "--create", "--scan", "required", store="s.db", now="2026-01-01T00:00:00Z")
    (folder / "rows.ndjson").write_text(entries(folder))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    return folder


def findings(occ: Run, *rules: str) -> dict[str, list[str]]:
    words = [word for rule in rules for word in ("--rule", rule)]
    found = json.loads(occ("audit", *words, "--fail-on", "never", "--format", "json", store="s.db", now=None).out)
    return {rule: sorted(str(each["entry"]) for each in found["findings"] if each["rule"] == rule) for rule in rules}


def test_what_was_delivered_is_scanned_on_record_and_an_audit_reads_it(
    occ: Run, ledger: Path, asked: tuple[str, ...]
) -> None:
    rules = ("infected-file", "not-scanned", "active-content")
    assert len(findings(occ, *rules)["not-scanned"]) == 5
    found = scanned(occ, "--ledger", "--root", "media", *asked, store="s.db", now=None, code=1)
    assert [(file["entry"], file["verdict"]) for file in found["files"]][:4] == [
        ("ndjson:m0", "clean"), ("ndjson:m1", "infected"), ("ndjson:m2", "flagged"), ("ndjson:m3", "not-scanned"),
    ]  # fmt: skip
    after = findings(occ, *rules)
    assert [each[-2:] for each in after["infected-file"]] == ["m1"]
    assert [each[-2:] for each in after["active-content"]] == ["m2"]
    assert [each[-2:] for each in after["not-scanned"]] == ["m3"]
    covered = json.loads(occ("report", "coverage", "--format", "json", store="s.db", now=None).out)["totals"]
    assert (covered["files"], covered["clean"], covered["infected"]) == (5, 3, 1)
    assert covered["engines"][0]["engine"].startswith("clamav ")
    assert sum(each["files"] for each in covered["engines"]) == 4
    occ("ledger", "verify", store="s.db")


def test_a_dry_run_scans_and_puts_nothing_on_record(occ: Run, ledger: Path) -> None:
    words = ("--ledger", "--root", "media", "--antivirus", "off", "-n")
    before = hashlib.sha256((ledger / "s.db").read_bytes()).hexdigest()
    found = scanned(occ, *words, store="s.db", now=None, code=3)
    assert (len(found["files"]), found["summary"]["recorded"]) == (5, 0)
    said = occ("scan", *words, "--read-only", store="s.db", now=None, code=3).out
    assert "nothing was put on record (--dry-run)" in said
    assert hashlib.sha256((ledger / "s.db").read_bytes()).hexdigest() == before
    occ("scan", "media/a.txt", "-n", code=2)


def test_what_was_scanned_is_left_alone_until_signatures_change_or_it_is_stale(
    occ: Run, ledger: Path, asked: tuple[str, ...], clamd: real.Clamd, tmp_path: Path
) -> None:
    words = ("--ledger", "--root", "media", "--antivirus", "required", *asked)
    assert len(scanned(occ, *words, store="s.db", now=None, code=1)["files"]) >= 4
    again = scanned(occ, *words, store="s.db", now=None, code=3)
    assert [file["entry"] for file in again["files"]] == ["ndjson:m3"]  # the missing one is looked for again
    assert again["summary"]["recorded"] == 0
    stale = scanned(occ, *words, "--stale", "1s", store="s.db", now="2031-01-01T00:00:00Z", code=1)
    assert len(stale["files"]) >= 4
    other = tmp_path / "signatures"
    shutil.copytree(clamd.signatures, other)
    (other / "local.ndb").touch()
    newer = scanned(
        occ, *words[:5], "--clamd", clamd.address, "--signatures", str(other), store="s.db", now=None, code=1
    )
    assert len(newer["files"]) >= 4


def test_a_look_for_some_things_alone_is_no_scan_on_record(occ: Run, ledger: Path, asked: tuple[str, ...]) -> None:
    words = ("--ledger", "--root", "media", "--only", "active", "--antivirus", "required", *asked)
    scanned(occ, *words, store="s.db", now=None, code=1)
    found = json.loads(
        occ("audit", "--rule", "not-scanned", "--format", "json", "--fail-on", "never", store="s.db", now=None).out
    )
    why = {each["entry"][-2:]: each["message"] for each in found["findings"]}
    assert set(why) == {"m0", "m2", "m3", "m4"}
    assert "nobody looked for sensitive text and metadata" in why["m0"]
    assert [each[-2:] for each in findings(occ, "active-content")["active-content"]] == ["m2"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--antivirus", "off"), "no antivirus was asked"),
        (("--only", "active"), "no antivirus was asked; nobody looked for sensitive text and metadata"),
    ],
)
def test_what_is_clean_and_on_record_as_not_scanned_is_said_so_in_every_format(
    occ: Run, folder: Path, words: tuple[str, ...], why: str
) -> None:
    occ("set", "vip", "--create", "--scan", "required", store="s.db", now="2026-01-01T00:00:00Z")
    (folder / "rows.ndjson").write_text(entries(folder).splitlines()[0] + "\n")
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    command = ("scan", "--ledger", "--root", "media", *words)
    notice = f"What is clean here is on record as not scanned: {why}."
    dry = occ(*command, "-n", store="s.db", now=None)
    assert "as not scanned" not in dry.out + dry.err
    first = occ(*command, store="s.db", now=None).out.splitlines()
    assert first[-1] == f"1 file: 1 clean; 1 result on record as not scanned: {why}"
    assert notice in first
    again = occ(*command, store="s.db", now=None).out.splitlines()
    assert again[-1] == "1 file: 1 clean; 0 results on record; 1 was on record as not scanned already"
    assert scanned(occ, *command[1:], store="s.db", now=None)["not_scanned_because"] == why
    for form in ("ndjson", "csv", "sarif", "junit", "github", "html", "markdown"):
        said = occ(*command, "--format", form, store="s.db", now=None)
        assert notice in (said.out + said.err).replace("\n", " "), form
    (folder / "more.ndjson").write_text("".join(line + "\n" for line in entries(folder).splitlines()[4:5]))
    occ("ledger", "ingest", "ndjson", "more.ndjson", store="s.db")
    summary = scanned(occ, *command[1:], store="s.db", now=None)["summary"]
    assert (summary["recorded"], summary["recorded_not_scanned"]) == (1, 1)


def test_bytes_that_the_ledger_does_not_know_say_nothing_of_an_entry(
    occ: Run, folder: Path, asked: tuple[str, ...]
) -> None:
    occ("set", "vip", "--create", "--scan", "required", store="s.db", now="2026-01-01T00:00:00Z")
    (folder / "rows.ndjson").write_text(entries(folder, **{"a.txt": "0" * 64, "script.pdf": "1" * 64}))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    found = scanned(occ, "--ledger", "--root", "media", *asked, store="s.db", now=None, code=1)
    by_entry = {file["entry"]: file for file in found["files"]}
    assert by_entry["ndjson:m0"]["verdict"] == by_entry["ndjson:m2"]["verdict"] == "not-scanned"
    after = findings(occ, "not-scanned", "active-content")
    assert [each[-2:] for each in after["not-scanned"] if each[-2:] in ("m0", "m2")] == ["m0", "m2"]
    assert after["active-content"] == []


def test_each_file_is_opened_whatever_is_known_of_the_same_content(
    occ: Run, ledger: Path, asked: tuple[str, ...]
) -> None:
    """m4 says that it is what m0 is: in one run, in the next, and whatever other entries say, its own file counts."""
    rows = [json.loads(line) for line in entries(ledger).splitlines()]
    more = [{**rows[0], "id": f"n{number}", "path": path}
            for number, path in enumerate(("bad.txt", "gone.txt", "script.pdf", "copied.txt"))]  # fmt: skip
    (ledger / "media" / "copied.txt").write_bytes((ledger / "media" / "a.txt").read_bytes())
    found = scanned(occ, "--ledger", "--root", "media", *asked, store="s.db", now=None, code=1)
    assert found["summary"]["left_out"] == sum(1 for name in ("m4",) if f"ndjson:{name}" not in str(found["files"]))
    (ledger / "more.ndjson").write_text("".join(json.dumps(row) + "\n" for row in more))
    occ("ledger", "ingest", "ndjson", "more.ndjson", store="s.db")
    found = scanned(occ, "--ledger", "--root", "media", *asked, store="s.db", now=None, code=1)
    assert {file["entry"]: file["verdict"] for file in found["files"]} == {
        "ndjson:m3": "not-scanned", "ndjson:n0": "infected", "ndjson:n1": "not-scanned", "ndjson:n2": "not-scanned",
        "ndjson:n3": "clean",
    }  # fmt: skip
    assert found["summary"]["left_out"] == 4
    after = findings(occ, "infected-file", "not-scanned")
    assert after == {"infected-file": ["m1", "n0"], "not-scanned": ["m3", "n1", "n2"]}
    totals = json.loads(occ("report", "coverage", "--format", "json", store="s.db", now=None).out)["totals"]
    assert (totals["files"], totals["not_scanned"], totals["scanned"], totals["without_size"]) == (9, 3, 6, 0)
    assert sum(each["files"] for each in totals["engines"]) == 6
    out = occ("scan", "--ledger", "--root", "media", *asked, store="s.db", now=None, code=3).out
    assert "; 6 files left out: scanned already with these signatures; 0 results on record" in out.splitlines()[-1]


def test_a_scan_that_had_nothing_to_scan_says_why(occ: Run, folder: Path, asked: tuple[str, ...]) -> None:
    occ("inbox", "add", "vip", store="s.db", now="2026-01-01T00:00:00Z")
    words = ("scan", "--ledger", "--root", "media", *asked)
    assert "0 files: no inbox asks for a scan, so nothing was scanned\n" in occ(*words, store="s.db", now=None).out
    occ("set", "vip", "--scan", "record", store="s.db")
    assert "0 files: nothing was scanned, for no delivered file" in occ(*words, store="s.db", now=None).out


def test_inboxes_that_do_not_ask_are_left_out_unless_named(occ: Run, folder: Path, asked: tuple[str, ...]) -> None:
    occ("inbox", "add", "lab", store="s.db", now="2026-01-01T00:00:00Z")
    (folder / "rows.ndjson").write_text(entries(folder, "lab"))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    said = occ("scan", "--ledger", "--root", "media", *asked, store="s.db", now=None, code=0)
    assert "no inbox is set to scan" in said.err
    found = scanned(occ, "--ledger", "--root", "media", "--inbox", "lab", *asked, store="s.db", now=None, code=1)
    assert len(found["files"]) >= 4
    occ("scan", "--ledger", "--root", "media", "--inbox", "labb", *asked, store="s.db", now=None, code=11)
    occ("--read-only", "scan", "--ledger", "--root", "media", "--inbox", "lab", *asked, store="s.db", now=None, code=13)


def test_an_erasure_takes_what_a_scan_said_of_a_person(occ: Run, ledger: Path, asked: tuple[str, ...]) -> None:
    occ("scan", "--ledger", "--root", "media", *asked, store="s.db", now=None, code=1)
    occ("ledger", "erase", "--customer", "+491512345678", "--reason", "asked", "--yes", store="s.db", now=None)
    occ("ledger", "verify", store="s.db")
    assert b"491512345678" not in (ledger / "s.db").read_bytes()


# What must stay inside

PLANTED = {
    "card": "4929 4228 2512 4106", "iban": "DE89 3704 0044 0532 0130 00", "key": "AKIAZQ3DRSTUVWXY2345",
    "private": "MIIEowIBAAKCAQEAplantedplantedplanted",
}  # fmt: skip


def test_no_value_of_sensitive_text_leaves_a_scan(occ: Run, folder: Path) -> None:
    """Planted values, sought in every format, in the log, in the ledger, in an audit and in what a gate answers."""
    text = (
        f"Visa card {PLANTED['card']} expires 12/29, IBAN {PLANTED['iban']}\naws_access_key_id = {PLANTED['key']}\n"
        f"-----BEGIN RSA PRIVATE KEY-----\n{PLANTED['private']}\n-----END RSA PRIVATE KEY-----\n"
    )
    for name in ("bad.txt", "script.pdf", "b.png"):
        (folder / "media" / name).unlink()
    (folder / "media" / "a.txt").write_text(text)
    occ("set", "vip", "--create", "--scan", "record", store="s.db", now="2026-01-01T00:00:00Z")
    (folder / "rows.ndjson").write_text(entries(folder))
    occ("ledger", "ingest", "ndjson", "rows.ndjson", store="s.db")
    log = {"OCC_MEDIA_LOG": "debug"}
    said = []
    for form in ("table", "json", "ndjson", "csv", "sarif", "junit", "github", "markdown", "html"):
        words = ("scan", "media", "--antivirus", "off", "--format", form)
        said.append(occ(*words, code=1, env=log))
    assert all("card-number" in each.out and "secret-key" in each.out for each in said)
    said.append(occ("scan", "--ledger", "--root", "media", "--antivirus", "off", store="s.db", code=1, env=log))
    said.append(occ("audit", "--format", "json", "--fail-on", "never", store="s.db", env=log))
    assert "sensitive-content" in said[-1].out
    (folder / "media" / "a.txt").write_text(text + "(a")
    said.append(occ("check", "media", "--scan", "--clamd", "./none", code=14, env=log))
    everything = "".join(each.out + each.err for each in said).encode() + (folder / "s.db").read_bytes()
    for what, value in PLANTED.items():
        for form in (value, value.replace(" ", ""), value.replace(" ", "-")):
            assert form.encode() not in everything, what
