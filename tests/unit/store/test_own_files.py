"""What a command writes itself is never a file of the folder that it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from occ_media_cli.api import OccMedia
from tests.unit.cli.conftest import Run, occ

__all__ = ["occ"]

FILES = ["1.txt", "2.txt", "3.txt"]


@pytest.fixture(params=["s.db", "s.toml"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OccMedia:
    """A store in the folder of the media."""
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        Path(name).write_text(f"{name}\n")
    made = OccMedia(request.param, actor="dana")
    made.inboxes.add("vip")
    return made


def take(desk: OccMedia, rejects: str | None = None, source: str = ".") -> list[str]:
    desk.ledger.ingest("folder", source, inbox="vip", direction="receive", time="mtime", rejects=rejects)
    return [str(entry["name"]) for entry in desk.ledger.list()]


def test_neither_the_store_nor_its_journals_are_shared_files(desk: OccMedia) -> None:
    assert take(desk) == FILES
    assert take(desk, source=os.fspath(Path.cwd())) == FILES


@pytest.mark.parametrize("rejects", ["new.csv", "./new.csv", "1.txt.json", "deep/new.ndjson"])
def test_the_rejects_file_in_the_making_is_no_shared_file_and_no_sidecar(desk: OccMedia, rejects: str) -> None:
    Path("deep").mkdir()
    assert take(desk, rejects) == FILES
    assert Path(rejects).read_text() == ""


def test_a_hard_link_to_the_store_is_no_shared_file(desk: OccMedia) -> None:
    os.link("s.toml" if Path("s.toml").exists() else "s.db", "copy.pdf")
    assert "copy.pdf" not in take(desk)


def test_what_other_commands_are_making_is_passed_over_and_counted(desk: OccMedia) -> None:
    Path("deep").mkdir()  # what is left beside the store is swept away before
    Path("deep/.x.csv.0123456789abcdef.occ-media.tmp").write_text("half")
    Path("deep/.x.db.0123456789abcdef.occ-media.tmp-wal").write_text("half")
    for other in (".x.occ-media.tmp", "x.0123456789abcdef.occ-media.tmp", ".x.0123456789abcdeg.occ-media.tmp"):
        Path("deep", other).write_text("named nearly so")
    done = desk.ledger.ingest("folder", ".", inbox="vip", direction="receive", time="mtime")
    assert (done.counts.new, done.counts.skipped) == (6, 2)


def test_bodies_of_hooks_are_not_read_from_what_the_command_writes(desk: OccMedia) -> None:
    Path("hooks.json").write_text("[]\n")
    done = desk.ledger.ingest("whatsapp", ".", rejects="new.ndjson")
    assert (done.counts.read, done.counts.refused) == (1, 0)  # a body of no events; what is written here is none


def test_the_answer_that_a_shell_writes_into_the_folder_is_no_shared_file(desk: OccMedia, tmp_path: Path) -> None:
    store = "s.toml" if Path("s.toml").exists() else "s.db"
    words = ("--store", store, "ledger", "ingest", "folder", ".", "--inbox", "vip", "--direction", "receive",
             "--time", "mtime", "-f", "json")  # fmt: skip
    with Path("out.json").open("wb") as out, Path("errors.txt").open("wb") as errors:
        subprocess.run(
            [sys.executable, "-m", "occ_media_cli", *words], stdout=out, stderr=errors, check=True,
            env=os.environ | {"OCC_MEDIA_ACTOR": "dana", "HOME": str(tmp_path)},
        )  # fmt: skip
    assert json.loads(Path("out.json").read_text())["new"] == len(FILES)


@pytest.mark.parametrize("line", [("check", "."), ("scan", "--antivirus", "off", "."), ("library", "find", ".")])
def test_a_run_over_files_does_not_list_its_own_answer(desk: OccMedia, tmp_path: Path, line: tuple[str, ...]) -> None:
    desk.library.list()
    store = "s.toml" if Path("s.toml").exists() else "s.db"
    with Path("out.json").open("wb") as out, Path("errors.txt").open("wb") as errors:
        subprocess.run(
            [sys.executable, "-m", "occ_media_cli", "--store", store, *line, "-f", "json"], stdout=out, stderr=errors,
            env=os.environ | {"OCC_MEDIA_ACTOR": "dana", "HOME": str(tmp_path)}, check=False,
        )  # fmt: skip
    named = {Path(each["path"]).name for each in json.loads(Path("out.json").read_text())["files"]}
    assert named >= set(FILES)
    assert not named & {"out.json", "errors.txt"}


def test_the_rejects_of_an_earlier_run_are_told_and_not_recorded(occ: Run, tmp_path: Path) -> None:
    Path("D").mkdir()
    Path("D/a.txt").write_text("one\n")
    Path("D/b.txt").write_text("two\n")
    Path("D/b.txt.json").write_text("{")
    occ("inbox", "add", "vip", store="s.db")
    line = ("ledger", "ingest", "folder", "D", "--inbox", "vip", "--direction", "receive", "--time", "mtime")
    told = occ(*line, "--rejects", "D/r.csv", store="s.db", code=3)
    assert "note: the rejects lie in the folder that was read: move D/r.csv out of it" in told.err
    told = occ(*line, store="s.db", code=3)
    assert "r.csv: it reads as the rejects of an earlier ingest" in told.out
    names = [row["name"] for row in json.loads(occ("ledger", "list", "-f", "json", store="s.db").out)["entries"]]
    assert names == ["a.txt"]
    Path("D/r.csv.json").write_text('{"customer": "7"}')  # whoever shared such a file can still say so
    assert "1 new" in occ(*line, store="s.db", code=3).out
    other = occ(*line, "--rejects", "r.csv", store="s.db", code=3)
    assert "the rejects lie" not in other.err


ROOTS = [
    ("retention", "plan"), ("retention", "plan", "--orphans"), ("retention", "verify"), ("ledger", "capture"),
    ("scan", "--ledger"), ("retention", "purge", "x"), ("retention", "purge", "--finish"),
]  # fmt: skip


@pytest.mark.parametrize("line", ROOTS, ids=" ".join)
@pytest.mark.parametrize("output", ["media/x.csv", "media/deep/x.csv", "media/../media/x.csv", "link/x.csv"])
def test_no_output_is_made_among_the_files_that_are_purged(occ: Run, line: tuple[str, ...], output: str) -> None:
    occ("inbox", "add", "vip", store="s.db")
    Path("media/deep").mkdir(parents=True)
    Path("link").symlink_to("media")
    err = occ(*line, "--root", "media", "-o", output, store="s.db", code=2).err
    assert "would be a file in media, where files are kept and purged; nothing was written" in err
    assert [each.name for each in Path("media").rglob("*")] == ["deep"]


@pytest.mark.parametrize("output", ["/proc/x", "/proc/self/mem", "/proc/self/x.csv"])
def test_a_place_of_the_system_s_own_is_told_in_one_line(occ: Run, output: str) -> None:
    occ("inbox", "add", "vip", store="s.db")
    for line in (("show", "-o"), ("store", "backup"), ("ledger", "ingest", "ndjson", "s.db", "--rejects")):
        err = occ(*line, output, store="s.db", code=2).err
        assert err.startswith(f"error: {output}: ")
        assert err.count("\n") == 2
        assert "nothing was written" in err
        assert "its folder does not exist" not in err
