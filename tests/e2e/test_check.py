"""`check` as a user runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Run
from tests.unit.media.build import FOREIGN, VALID, film, office


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / "brochure.pdf").write_bytes(VALID["pdf"])
    (folder / "contract.docx").write_bytes(FOREIGN["docm"])
    (folder / "logo.png").write_bytes(VALID["webp"])
    (folder / "link.pdf").symlink_to("brochure.pdf")
    os.mkfifo(folder / "pipe.txt")
    return folder


def files(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.usefixtures("outbox")
def test_a_pipe_gets_one_line_for_each_problem_with_file_rule_and_fix(occ: Run) -> None:
    result = occ("check", "outbox", "outbox/link.pdf", code=1)
    assert result.out.splitlines() == [
        f"outbox/brochure.pdf: accepted: pdf, {len(VALID['pdf'])} bytes",
        "outbox/contract.docx: rejected: macro-enabled: has macros, which a .docx may not have; "
        "help: save it again as Word Document (.docx)",
        "outbox/logo.png: rejected: type-mismatch: named .png, and is a WebP image; "
        "help: occ-media fit outbox/logo.png --max '5 MB' --write fitted",
        "outbox/pipe.txt: not checked: unreadable: it is a FIFO; help: give a regular file",
        "outbox/link.pdf: not checked: unreadable: it is a symbolic link, which is not followed; "
        "help: give the file that it points to",
        "5 files: 1 accepted, 2 rejected, 2 not checked; 1 link skipped",
    ]
    assert result.err == ""


@pytest.mark.usefixtures("outbox")
def test_json_is_the_document_of_the_contract(occ: Run) -> None:
    document = json.loads(occ("check", "outbox/contract.docx", "--format", "json", code=1).out)
    assert document["schema"] == "occ-media/check/1"
    assert document["summary"] == {
        "accepted": 0, "rejected": 1, "not_checked": 0, "skipped_links": 0, "skipped_system": 0, "incomplete": False,
    }  # fmt: skip
    (file,) = document["files"]
    assert file.pop("facts")["main_part"] == "word/document.xml"
    assert file == {
        "path": "outbox/contract.docx",
        "verdict": "rejected",
        "type": "docm",
        "category": "document",
        "media_type": "application/vnd.ms-word.document.macroEnabled.12",
        "size": len(FOREIGN["docm"]),
        "limit": 100_000_000,
        "problems": [
            {
                "code": "macro-enabled",
                "severity": "error",
                "message": "has macros, which a .docx may not have",
                "help": "save it again as Word Document (.docx)",
                "channel": None,
            }
        ],
    }


@pytest.mark.usefixtures("outbox")
def test_exit_codes(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "warned.png").write_bytes(VALID["png"] + b"\x8e\x8f")
    occ("check", "outbox/brochure.pdf")
    occ("check", "outbox/logo.png", code=1)
    occ("check", "outbox/logo.png", "--fail-on", "never")
    occ("check", "outbox/pipe.txt", code=3)
    occ("check", "outbox/pipe.txt", "outbox/logo.png", code=1)
    occ("check", "outbox/pipe.txt", "--fail-on", "never", code=3)
    occ("check", "warned.png")
    occ("check", "warned.png", "--fail-on", "warning", code=1)
    occ("check", "warned.png", "--strict", code=1)
    occ("check", code=2)
    occ("check", "outbox", "--fail-on", "note", code=2)
    occ("check", "outbox", "--direction", "out", code=2)
    occ("check", "outbox", "--agent", "kim", code=2)
    occ("check", "outbox", "--inbox", "nobody", code=11)
    occ("check", "outbox", "--channel", "whatsap", code=11)


def test_every_path_given_is_one_object_as_given(occ: Run, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / odd).write_text("text")
    (tmp_path / "a\nb.txt").write_text("text")
    stdin = "\0".join(["./a\nb.txt", "a\nb.txt", "gone.txt", "a\nb.txt"])
    found = files(occ("check", "--stdin0", "--format", "ndjson", stdin=stdin, code=1).out)
    assert [each["path"] for each in found] == ["./a\nb.txt", "a\nb.txt", "gone.txt", "a\nb.txt"]
    (only,) = files(occ("check", odd, "--format", "ndjson").out)
    assert (only["path"], only["path_bytes"]) == ("caf\ufffd.txt", "Y2Fm6S50eHQ=")


def test_a_selection_of_nothing_is_no_pass(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("text")
    assert occ("check", "empty", code=3).out == "0 files in empty: nothing was checked\n"
    assert occ("check", ".", "--include", "*.pdf", code=3).out == "0 files in .: nothing was checked\n"
    assert occ("check", ".", "--exclude", "*", "--fail-on", "never", code=3).out.endswith("nothing was checked\n")
    assert json.loads(occ("check", "empty", "--format", "json", code=3).out)["summary"]["incomplete"] is True
    assert occ("check", "empty", "--stdin0", stdin="", code=3).out.endswith("nothing was checked\n")
    assert occ("check", "--stdin0", stdin="").out == "0 files: nothing was checked\n"
    assert occ("check", "a.txt", "--include", "*.pdf").out.startswith("a.txt: accepted")


def test_nothing_hides_in_a_folder_with_the_name_of_the_quarantine(occ: Run, tmp_path: Path) -> None:
    for folder in (".occ-media-quarantine", "sub/.occ-media-quarantine"):
        (tmp_path / "out" / folder).mkdir(parents=True)
        (tmp_path / "out" / folder / "bad.docx").write_bytes(b"MZ\x90\x00")
    lines = occ("check", "out", code=1).out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["out/sub/.occ-media-quarantine/bad.docx"]
    assert lines[-1] == "1 file: 1 rejected; 1 system item skipped"
    assert len(occ("check", "out/.occ-media-quarantine", code=1).out.splitlines()) == 2


def test_what_a_system_left_is_skipped_counted_and_looked_at_when_it_is_asked_for(occ: Run, tmp_path: Path) -> None:
    names = [
        ".git/config",
        ".svn/entries",
        ".DS_Store",
        "sub/Thumbs.db",
        "~$a.docx",
        "._b.png",
        "c.zip.part",
        "d.pdf.crdownload",
    ]
    for name in names:
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(b"MZ\x90\x00")
    (tmp_path / "out" / "a.txt").write_text("text")
    document = json.loads(occ("check", "out", "--format", "json").out)
    assert (document["summary"]["accepted"], document["summary"]["skipped_system"]) == (1, len(names))
    found = json.loads(occ("check", "out", "--all-files", "--format", "json", code=1).out)
    assert found["summary"]["skipped_system"] == 0
    assert {each["path"] for each in found["files"]} == {f"out/{name}" for name in [*names, "a.txt"]}
    assert "out/.DS_Store" in occ("check", "out/.DS_Store", code=1).out


def test_globs_are_held_against_the_path_as_it_is_printed(occ: Run, tmp_path: Path) -> None:
    for name in ("out/a/x.txt", "out/b/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("text")
    assert occ("check", "out", "--include", "out/a/*").out.splitlines()[0].startswith("out/a/x.txt: ")
    assert occ("check", "out", "--exclude", "out/a").out.splitlines()[0].startswith("out/b/x.txt: ")
    assert occ("check", "out", "--include", "a/*", code=3).out.endswith("nothing was checked\n")


def test_many_files_list_only_those_that_have_something_to_say(occ: Run, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text("text")
    (tmp_path / "50.png").write_bytes(VALID["gif"])
    lines = occ("check", ".", "--include", "*.txt", "--include", "*.png", "--exclude", "0*", code=1).out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["./50.png"]
    assert lines[-1] == "51 files: 50 accepted, 1 rejected (50 accepted files not listed; --format csv lists all)"
    rows = occ("check", ".", "--format", "csv", code=1).out.splitlines()
    assert len(rows) == 62


def test_an_inbox_judges_with_its_settings_channels_and_agents(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "vip.toml").write_text(
        '[inboxes.vip]\nchannels = ["line", "web-widget:shop"]\nreceive = false\n[agents.kim]\nrole = "agent"\n'
        'inboxes = ["vip"]\ndeny_send = ["vip"]\n'
    )
    (tmp_path / "a.pdf").write_bytes(VALID["pdf"])
    (tmp_path / "a.png").write_bytes(VALID["png"])

    def codes(*words: str, code: int) -> list[str]:
        (found,) = files(occ("check", *words, "--inbox", "vip", "--format", "ndjson", store="vip.toml", code=code).out)
        return [problem["code"] for problem in found["problems"]]

    assert codes("a.png", code=0) == ["receive-only"] or codes("a.png", code=0) == ["send-only"]
    assert codes("a.pdf", "--direction", "send", code=1) == ["channel-unsupported"]
    assert codes("a.pdf", "--direction", "send", "--channel", "web-widget", code=0) == []
    assert codes("a.png", "--direction", "receive", code=1) == ["media-off"]
    assert codes("a.png", "--agent", "kim", code=1) == ["sender-without-permission"]
    occ("check", "a.png", "--inbox", "vip", "--channel", "telegram", store="vip.toml", code=11)


def test_an_own_profile_with_a_mistake_is_refused_with_file_and_line(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[inboxes.vip]\nchannels = ["ours"]\n\n[channels.ours]\nbase = "web-wiget"\n')
    (tmp_path / "a.png").write_bytes(VALID["png"])
    result = occ("check", "a.png", "--inbox", "vip", store="s.toml", code=10)
    assert result.err.splitlines()[0] == "error: s.toml:5: channel 'ours': there is no profile 'web-wiget'"
    assert result.out == ""


def test_a_check_makes_no_store(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(VALID["png"])
    occ("check", "a.png")
    occ("check", "a.png", "--channel", "telegram")
    occ("check", "a.png", "--inbox", "inbox")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.png"]


def test_macros_under_a_plain_name_are_a_fact_that_programs_read(occ: Run, tmp_path: Path) -> None:
    for kind in ("docx", "xlsx", "pptx"):
        (tmp_path / f"a.{kind}").write_bytes(office(kind, {"word/vbaProject.bin": b"x"}))
        (tmp_path / f"b.{kind}").write_bytes(office(kind))
        with_macros, plain = json.loads(occ("check", f"a.{kind}", f"b.{kind}", "--format", "json").out)["files"]
        assert with_macros["facts"]["macros"] is True
        assert [each["code"] for each in with_macros["problems"]] == ["active-content"]
        assert "macros" not in plain["facts"]


def test_an_office_file_with_a_part_too_large_to_read_is_damaged(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(office("docx", dtd=" " * 8_000_001))
    out = occ("check", "a.docx", code=1).out
    assert out.startswith("a.docx: rejected: damaged: a part that has to be read has 8,")


def test_a_flash_film_is_an_mp4_only_where_it_says_so(occ: Run, tmp_path: Path) -> None:
    for brand in (b"F4V ", b"F4P "):
        for name in ("a.mp4", "a.f4v"):
            (tmp_path / name).write_bytes(film(brand, (b"isom", b"mp42")))
        assert occ("check", "a.mp4").out.startswith("a.mp4: accepted: mp4, ")
        (file,) = json.loads(occ("check", "a.f4v", "--format", "json", code=1).out)["files"]
        assert (file["type"], [each["code"] for each in file["problems"]]) == ("f4v", ["unsupported-type"])
