"""Slips in names of files: the ending of a store or of what is written, and a file that stands beside what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.cli.named_files import ENDINGS
from occ_media_cli.report.meant import endings_meant, file_meant
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
        ("x.parqet", ENDINGS, "x.parquet"), ("x.tml", ENDINGS, "x.html x.toml"), ("x.zpi", ENDINGS, "x.zip"), ("x.xm", ENDINGS, "x.xml"),
        ("x.csvv", ENDINGS, "x.csv"), ("desk.dbb", STORES, "desk.db"), ("desk.tml", STORES, "desk.toml"),
        *((f"x.{each}", ENDINGS, None) for each in ("cs", "mdb", "dbf", "text", "tsr", "pdf", "gz")),
    ],
)  # fmt: skip
def test_an_ending_is_a_slip_or_another_one(name: str, endings: tuple[str, ...], meant: str | None) -> None:
    assert " ".join(endings_meant(name, endings)) == (meant or "")


def test_capitals_are_a_slip_of_a_stores_ending(occ: Run) -> None:
    assert "did you mean 'desk.db'?" in occ("show", store="desk.DB", code=2).err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ledger export -o x.parqet", "x.parquet"), ("audit --bundle b.zpi", "b.zip"), ("audit --write-baseline b.jsn", "b.json"),
        ("ledger ingest ndjson - --rejects r.ndjsn", "r.ndjson"), ("ledger checkpoint -o q.json --tsq q.tqs", "q.tsq"),
    ],
)  # fmt: skip
def test_no_option_that_writes_takes_a_slip_of_an_ending(occ: Run, tmp_path: Path, words: str, meant: str) -> None:
    occ("inbox", "add", "vip", store="desk.db")
    before = sorted(tmp_path.iterdir())
    said = occ(*words.split(), store="desk.db", code=2).err
    assert f"help: occ-media --store desk.db {TYPED} {words.rpartition(' ')[0]} {meant}\n" in said
    said = occ("export", "-o", "s.tml", store="desk.db", code=2).err
    assert "did you mean 's.html' or 's.toml'? Nothing was written\nhelp: name it s.html or s.toml\n" in said
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ["ledger", "verify", "--checkpoint", "q1.jsn"], ["ledger", "checkpoint", "--previous", "q1.jsn", "-o", "q2.json"],
        ["ledger", "ingest", "ndjson", "rows.ndjsn"], ["ledger", "ingest", "csv", "rows.ndjson", "--map", "map.toml"],
        ["ledger", "ingest", "whatsapp", "rows.ndjson", "--inbox-map", "map.toml"], ["audit", "--baseline", "bas.json"],
        ["retention", "plan", "--root", "meida"], ["retention", "verify", "--root", "meida"],
        ["ledger", "ingest", "folder", "meida", "--inbox", "vip", "--direction", "send", "--time", "mtime"],
        ["audit", "verify", "q1.jsn"], ["diagnose", "cannot-send", "--inbox", "vip", "--file", "poto.jpg"],
        ["retention", "verify", "--certificate", "q1.jsn"], ["store", "restore", "q1.jsn"], ["history", "import", "rows.ndjsn"],
        ["scan", "--ledger", "--root", "meida", "--antivirus", "off"],
    ],
)  # fmt: skip
def test_an_error_about_a_file_that_is_not_there_tells_the_one_beside_it(
    occ: Run, tmp_path: Path, words: list[str]
) -> None:
    occ("inbox", "add", "vip", store="desk.db")
    (tmp_path / "media").mkdir()
    for name in ("q1.json", "rows.ndjson", "base.json", "maps.toml", "photo.jpg"):
        (tmp_path / name).write_bytes(b"x")
    meant = {"q1.jsn": "q1.json", "rows.ndjsn": "rows.ndjson", "bas.json": "base.json", "map.toml": "maps.toml",
             "meida": "media", "poto.jpg": "photo.jpg"}  # fmt: skip
    (wrong,) = (word for word in words if word in meant)
    said = occ(*words, store="desk.db", code=None).err
    assert f", did you mean '{meant[wrong]}'?" in said
    right = " ".join(meant.get(word, word) for word in words)
    assert f"help: occ-media --store desk.db {TYPED} {right}\n" in said


@pytest.mark.parametrize(
    "words", [["fit"], ["library", "find"], ["library", "propose", "--name", "n", "--version", "1"], ["library", "add"]]
)
def test_a_list_of_files_tells_the_one_beside_too(occ: Run, tmp_path: Path, words: list[str]) -> None:
    occ("inbox", "add", "vip", store="desk.db")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    done = occ(*words, "poto.jpg", store="desk.db", code=3)
    assert "; help: check the path, did you mean 'photo.jpg'?" in done.out + done.err


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
