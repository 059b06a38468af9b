"""Every document says in one form who made it, when and where."""

from __future__ import annotations

import html
import json
import re
import socket
import zipfile
from pathlib import Path

import pytest

from occ_media_cli import __version__
from occ_media_cli.api import OccMedia
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.report.formats import FINDING_FORMATS, FOR_ALL
from occ_media_cli.store import who
from tests.unit.cli.conftest import Run

AT = "2026-03-02T10:00:00.000Z"


def test_a_stamp_says_who_made_it() -> None:
    made = who.made_by(who.stamp("dana", now=1_000, wall=2_000)).as_json()
    assert made == {
        "at": "1970-01-01T00:00:01.000Z", "wall": "1970-01-01T00:00:02.000Z", "actor": "dana", "os_user": who.os_user(),
        "host": socket.gethostname(), "version": __version__,
    }  # fmt: skip


def is_made_by_dana(made: dict[str, str]) -> bool:
    assert list(made) == ["at", "wall", "actor", "os_user", "host", "version"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT.+Z", made["wall"])
    assert made["wall"] != made["at"] == AT
    return (made["actor"], made["os_user"], made["version"]) == ("dana", who.os_user(), __version__)


PRODUCERS = {
    "audit": ("audit",),
    **{f"report {name}": ("report", name) for name in TABLES},
    "ledger verify": ("ledger", "verify"),
    "retention verify": ("retention", "verify", "--root", "media"),
    "certificate": ("retention", "certificate", "PLAN"),
    "certificate check": ("retention", "verify", "--certificate", "cert.json"),
}
"""Every command whose report somebody keeps."""

ROWS = ("csv", "ndjson")
"""Formats of rows alone, which say nothing of their making."""


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_report_says_it_in_every_format(occ: Run, tmp_path: Path, producer: str) -> None:
    (tmp_path / "media").mkdir()
    occ("inbox", "add", "vip", store="s.db")
    plan = json.loads(occ("retention", "plan", "--root", "media", "-f", "json", store="s.db").out)["plan"]
    occ("retention", "certificate", plan, "-f", "json", "-o", "cert.json", store="s.db")
    words = [plan if word == "PLAN" else word for word in PRODUCERS[producer]]
    kinds = [*FOR_ALL, *(FINDING_FORMATS if producer == "audit" else ())]
    for kind in kinds:
        file = tmp_path / f"report.{kind}"
        occ(*words, "-f", kind, "-o", str(file), store="s.db")
        if kind == "xlsx":
            openpyxl = pytest.importorskip("openpyxl")
            sheet = openpyxl.load_workbook(file).worksheets[0]
            text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        else:
            text = html.unescape(file.read_text("utf-8")).replace("\\", "")
        said = (AT, "dana", who.os_user(), socket.gethostname(), __version__)
        if kind in ROWS:
            assert socket.gethostname() not in text or producer == "certificate", (producer, kind)
            continue
        missing = [word for word in said if word not in re.sub(r"<[^>]*>", "", text) and word not in text]
        assert missing == [], (producer, kind, missing)
        walls = {found for found in re.findall(r"20\d\d-\d\d-\d\dT[0-9:.]+Z", text) if not found.startswith(AT[:10])}
        assert walls, (producer, kind, "the machine's clock")


def test_a_checkpoint_from_python_says_it_too(occ: Run) -> None:
    occ("inbox", "add", "vip", store="s.db")
    OccMedia("s.db", actor="dana", now=AT).ledger.checkpoint("c.json")
    assert is_made_by_dana(json.loads(Path("c.json").read_text())["made_by"])


def test_every_document_carries_it(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    for words in (("audit",), ("report", "shared"), ("report", "settings")):
        assert is_made_by_dana(json.loads(occ(*words, "-f", "json", store="s.db").out)["made"])
        assert who.os_user() in occ(*words, "-f", "html", store="s.db").out
        for format_name in ("csv", "ndjson"):
            assert socket.gethostname() not in occ(*words, "-f", format_name, store="s.db").out
    checkpoint = json.loads(occ("ledger", "checkpoint", store="s.db").out)
    assert checkpoint["made"] == AT
    assert is_made_by_dana(checkpoint["made_by"])
    occ("audit", "--bundle", "b.zip", store="s.db")
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        assert manifest["made"] == AT
        assert is_made_by_dana(manifest["made_by"])
        assert is_made_by_dana(json.loads(bundle.read("report.json"))["made"])
        assert is_made_by_dana(json.loads(bundle.read("checkpoint.json"))["made_by"])
    occ("audit", "verify", "b.zip")
    (tmp_path / "c.json").write_text(json.dumps(checkpoint))
    occ("ledger", "verify", "--checkpoint", "c.json", store="s.db")


def test_pseudonyms_hide_who_made_it(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.db")
    (tmp_path / "key").write_bytes(b"0123456789abcdef")
    hidden = ("--pseudonymise", "--key-file", "key")
    for words in (("audit", *hidden), ("report", "shared", *hidden)):
        made = json.loads(occ(*words, "-f", "json", store="s.db").out)["made"]
        assert made["actor"].startswith("agent-")
        assert made["host"].startswith("host-")
        assert made["at"] == AT
    occ("audit", "--bundle", "b.zip", *hidden, store="s.db")
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        for name in ("manifest.json", "checkpoint.json"):
            assert socket.gethostname() not in json.dumps(json.loads(bundle.read(name))["made_by"])


def test_a_plan_says_who_made_it(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    occ("inbox", "add", "vip", store="s.db")
    found = json.loads(occ("retention", "plan", "--root", "media", "-f", "json", store="s.db").out)
    assert is_made_by_dana(found["made_by"])
    certificate = json.loads(occ("retention", "certificate", found["plan"], "-f", "json", store="s.db").out)
    assert is_made_by_dana(certificate["made"])
    (tmp_path / "cert.json").write_text(json.dumps(certificate))
    occ("retention", "verify", "--certificate", "cert.json", store="s.db")
    certificate["made"]["actor"] = "kim"
    (tmp_path / "cert.json").write_text(json.dumps(certificate))
    assert "its head was changed" in occ("retention", "verify", "--certificate", "cert.json", store="s.db", code=1).out
