"""`fit --write` as people and programs meet it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from occ_media_cli.convert.goal import Converted
from occ_media_cli.decide import fit_work
from tests.unit.cli.conftest import Run
from tests.unit.media.build import jpg, png, txt, webp


def test_a_copy_and_what_is_left_are_told(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(jpg())
    (tmp_path / "logo.png").write_bytes(png())
    told = occ("fit", "photo.png", "logo.png", "--channel", "whatsapp-cloud", "--write", "out")
    assert told.out.splitlines()[-1] == "2 files: 1 written to out, 1 fits as it is"
    assert f"written: out/photo.jpg: jpg, {len(jpg())} bytes" in told.out
    assert "it fits as it is" in told.out
    again = occ("fit", "photo.png", "--max", "5 MB", "--write", "out", "--format", "json")
    (file,) = json.loads(again.out)["files"]
    assert file["reason"] is None
    assert file["written"] | {"sha256": ""} == {
        "path": "out/photo-2.jpg", "type": "jpg", "size": len(jpg()), "sha256": "", "accepted_by": ["product table"],
        "changes": ["the same bytes, with a name that says jpg"], "lost": [], "ssim": None, "encodes": 0,
        "warning": None,
    }  # fmt: skip


def test_one_that_cannot_be_made_to_fit_is_1_and_one_that_is_not_there_3(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(txt())
    told = occ("fit", "a.txt", "--channel", "twilio-mms", "--write", "out", code=1).out
    assert "not written: twilio-mms does not take txt, and there is no way to make plain text fit" in told
    assert told.splitlines()[-1] == "1 file: 1 could not be made to fit; nothing was written"
    assert not (tmp_path / "out").exists()
    occ("fit", "nowhere.png", "--channel", "twilio-mms", "--write", "out", code=3)
    occ("fit", "nowhere.png", "a.txt", "--channel", "twilio-mms", "--write", "out", code=1)
    (file,) = json.loads(occ("fit", "a.txt", "--format", "json").out)["files"]
    assert (file["written"], file["reason"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "help_"),
    [
        (("--write", "out"), "add --channel P, --inbox N or --max SIZE"),
        (("--max", "5mb", "--write", "out"), "fit a.png --max '5 MB' --write out"),
        (("--max", "5", "--write", "out"), "write a size like '5 MB'"),
        (("--max", "5 MB"), "fit a.png --max '5 MB' --write fitted"),
        (("-j", "2"), "fit a.png -j 2 --write fitted"),
        (("--quality-floor", "0.5"), "--write fitted"),
        (("--max", "5 MB", "--write", "."), "name another folder"),
        (("--max", "5 MB", "--write", "a.png"), "name "),
        (("--max", "5 MB", "--write", "out", "--quality-floor", "2"), "give 0.90"),
        (("--max", "5 MB", "--write", "out", "-j", "0"), "leave it out"),
        (("--max", "5 MB", "--write", "out", "--channel", "line", "--inbox", "vip"), "leave one of them out"),
    ],
)
def test_what_contradicts_itself_is_2_with_the_way_out(
    occ: Run, tmp_path: Path, words: tuple[str, ...], help_: str
) -> None:
    (tmp_path / "a.png").write_bytes(jpg())
    told = occ("fit", "a.png", *words, code=2).err
    assert help_ in told.partition("help: ")[2]
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


def test_an_inbox_asks_every_channel_and_the_table(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    occ("set", "vip", "--send", "off", store="s.db")
    for channel in ("whatsapp-cloud", "twilio-mms"):
        occ("inbox", "link", "vip", channel, store="s.db")
    (tmp_path / "photo.png").write_bytes(jpg())
    told = occ("fit", "photo.png", "--inbox", "vip", "--write", "out", "--format", "json", store="s.db").out
    (file,) = json.loads(told)["files"]
    assert file["written"]["accepted_by"] == ["product table", "whatsapp-cloud", "twilio-mms"]


def test_the_help_of_a_check_ends_in_a_file_that_passes(occ: Run, tmp_path: Path) -> None:
    from PIL import Image

    Image.linear_gradient("L").convert("RGB").save(tmp_path / "a photo.webp")
    (tmp_path / "named.png").write_bytes((tmp_path / "a photo.webp").read_bytes())
    for name, channel in (("a photo.webp", ["--channel", "whatsapp-cloud", "--direction", "send"]), ("named.png", [])):
        told = occ("check", name, *channel, "--format", "json", code=1).out
        (problem,) = [each for each in json.loads(told)["files"][0]["problems"] if each["severity"] == "error"]
        words = shlex.split(problem["help"])
        assert words[:2] == ["occ-media", "fit"]
        occ(*words[1:])
        (made,) = (tmp_path / "fitted").iterdir()
        occ("check", f"fitted/{made.name}", *channel, "--strict")
        made.unlink()


@pytest.mark.parametrize(
    "name", ["-dash.webp", 'it\'s a "file".webp', "$(x);*.webp", "back\\slash!.webp", "\u00fc ~.webp"]
)
def test_the_help_works_as_it_is_pasted(occ: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(webp())
    told = occ("check", "--channel", "line", "--direction", "send", "--format", "json", "--", name, code=1).out
    (problem,) = json.loads(told)["files"][0]["problems"]
    pasted = f"set -- {problem['help']}; printf '%s\\0' \"$@\""
    words = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert words.split("\0")[:2] == ["occ-media", "fit"]
    assert name in words.split("\0")
    help_ = occ("fit", "--max", "5 MB", "--", name, code=2).err.partition("help: ")[2]
    assert help_.strip().endswith(f" --write fitted -- {shlex.quote(name)}") or not name.startswith("-")


@pytest.mark.parametrize(("name", "content"), [("new\nline.webp", webp()), ("a.webp", webp()[:-9])])
def test_no_help_offers_a_copy_that_would_be_refused(occ: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    told = occ("check", name, "--channel", "line", "--direction", "send", "--format", "json", code=1).out
    assert "occ-media fit" not in told
    assert "help" in told
    assert "occ-media fit" not in occ("fit", name, "--channel", "line", "--format", "json", code=1).out


def test_a_report_and_a_copy_never_get_one_name(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(jpg())
    (tmp_path / "out").mkdir()
    occ("fit", "a.png", "--max", "5 MB", "--write", "out", "--format", "json", "-o", "out/a.jpg")
    (file,) = json.loads((tmp_path / "out" / "a.jpg").read_bytes())["files"]
    assert file["written"]["path"] == "out/a-2.jpg"
    (tmp_path / "b.jpg").write_bytes(jpg())
    words = ("--only", "metadata", "--format", "json", "-o", "out/b.jpg")
    occ("scan", "b.jpg", "--strip", "out", *words, code=3)
    assert "is where this command writes its report" in (tmp_path / "out" / "b.jpg").read_text()


def test_csv_has_a_row_for_each_target_with_the_copy(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(jpg())
    lines = occ("fit", "a.png", "--channel", "line", "--write", "out", "--format", "csv").out.splitlines()
    assert lines[0] == "path,takes,target,as_it_is,nearest_fit,written,lost,reason"
    assert ",out/a.jpg," in lines[1]
    assert "written" not in occ("fit", "a.png", "--channel", "line", "--format", "csv", code=1).out
    told = occ("fit", "nowhere.png", "a.png", "--max", "5 MB", "--write", "new", "--format", "csv", code=3).out
    assert told.splitlines()[1] == "nowhere.png,,,not checked: there is no such file,,,,there is no such file"


def test_an_interrupt_is_130_and_leaves_whole_copies(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.webp").write_bytes(webp())
    program = f"""
import sys, time
from occ_media_cli.__main__ import run
from occ_media_cli.convert.goal import Converted
from occ_media_cli.decide import fit_work
def make(source, known, goal, out):
    out.write({jpg()!r})
    out.flush()
    time.sleep(0 if len(open("began", "a").write("x") * "x" and open("began").read()) < 2 else 60)
    return Converted(())
fit_work.load_way = lambda name: make
sys.exit(run(["fit", "in", "--channel", "whatsapp-cloud", "--write", "out", "-j", "1"]))
"""
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    done = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    began = time.monotonic()
    while not (tmp_path / "out" / "0.jpg").exists() and time.monotonic() - began < 20:
        time.sleep(0.05)
    time.sleep(0.2)
    done.send_signal(signal.SIGINT)
    _, said = done.communicate(timeout=20)
    assert done.returncode == 130, said
    assert "1 copy is in out, each of them whole" in said
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"0.jpg"}


def test_progress_says_how_long_it_takes(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occ_media_cli.cli.progress.EACH_PIPED", 0.0)

    def make(_source: object, _known: object, _goal: object, out: IO[bytes]) -> Converted:
        out.write(jpg())
        time.sleep(0.3)
        return Converted(())

    monkeypatch.setattr(fit_work, "load_way", lambda _: make)
    for name in ("a.webp", "b.webp"):
        (tmp_path / name).write_bytes(webp())
    words = ("fit", "a.webp", "b.webp", "--channel", "whatsapp-cloud", "--write")
    said = occ(*words, "out", "-j", "1").err
    assert "fitting a.webp  0 done" in said, "while the first is worked on"
    assert re.search(r"fitting b.webp  50%  1 done  \d+s  \d+s left", said)
    assert occ(*words, "again", "--quiet").err == ""


def test_a_way_that_fails_is_told_and_is_1(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object) -> Converted:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    monkeypatch.setattr(fit_work, "load_way", lambda _: make)
    (tmp_path / "a.webp").write_bytes(webp())
    told = occ("fit", "a.webp", "--channel", "whatsapp-cloud", "--write", "out", code=1).out
    assert "a.webp: webp image" in told
    assert "not written: making it fit was ended by SIGKILL" in told
