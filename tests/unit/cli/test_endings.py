"""Slips in names of files: the ending of a store or of what is written, and a file that stands beside what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.cli.named_files import ENDINGS
from occ_media_cli.report.meant import ending_meant, file_meant
from tests.unit.cli.conftest import Run

TYPED = "--now 2026-03-02T10:00:00Z"
STORES = (".db", ".sqlite", ".sqlite3", ".toml")


@pytest.mark.parametrize(
    ("name", "endings", "meant"),
    [
        ("x.cvs", ENDINGS, "x.csv"), ("a.b/x.hmtl", ENDINGS, "a.b/x.html"), ("x.jsn", ENDINGS, "x.json"),
        ("x.CVS", ENDINGS, "x.csv"), ("x.slsx", ENDINGS, "x.xlsx"), ("x.nsjson", ENDINGS, "x.ndjson"),
        ("desk.bd", STORES, "desk.db"), ("desk.tmol", STORES, "desk.toml"), ("desk.sqlit", STORES, "desk.sqlite"),
        *((f"x.{each}", ENDINGS, None) for each in ("csv", "CSV", "tsv", "jsonl", "htm", "xls", "out", "log", "css")),
        ("csv", ENDINGS, None), (".cvs", ENDINGS, None), ("x.db3", STORES, None), ("x.DB", STORES, None),
    ],
)  # fmt: skip
def test_an_ending_is_a_slip_or_another_one(name: str, endings: tuple[str, ...], meant: str | None) -> None:
    assert ending_meant(name, endings) == meant


def test_a_slip_of_an_ending_is_told_before_anything_is_written(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="desk.db")
    before = sorted(tmp_path.iterdir())
    said = occ("show", "--output", "x.cvs", store="desk.db", code=2).err
    assert said == (
        "error: x.cvs: ends like no format, did you mean 'x.csv'? Nothing was written\n"
        f"help: occ-media --store desk.db {TYPED} show --output x.csv\n"
    )
    said = occ("set", "vip", "--receive", "off", store="desk.bd", code=2).err
    assert "did you mean 'desk.db'?" in said
    assert f"help: occ-media --store desk.db {TYPED} set vip --receive off" in said
    assert sorted(tmp_path.iterdir()) == before


def test_the_file_beside_is_the_one_that_was_meant(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="desk.db")
    (tmp_path / "settings.toml").write_text("[inboxes.vip]\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "photo.jpg").write_bytes(b"x")
    for command in ("plan", "apply", "drift"):
        said = occ(command, "setings.toml", store="desk.db", code=3).err
        assert "setings.toml: no such file, did you mean 'settings.toml'?" in said
        assert f"help: occ-media --store desk.db {TYPED} {command} settings.toml" in said
    for words in (("check", "sub/photo.jgp"), ("scan", "sub/photo.jgp", "--antivirus", "off")):
        assert "help: check the path, did you mean 'sub/photo.jpg'?" in occ(*words, store="desk.db", code=3).out
    (tmp_path / "sub" / "photo.jpgp").write_bytes(b"x")
    assert "did you mean" not in occ("check", "sub/photo.jgp", store="desk.db", code=3).out, "two are as near"


def test_what_differs_in_digits_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "photo1.jpg").write_bytes(b"x")
    assert file_meant(str(tmp_path / "photo2.jpg")) is None
    assert file_meant(str(tmp_path / "phot1.jpg")) == str(tmp_path / "photo1.jpg")
    assert file_meant(str(tmp_path / "none" / "x.jpg")) is None
