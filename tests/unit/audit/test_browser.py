"""The audit's page and every report in a real Chromium, at the widths of a telephone, a desk and paper."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from occ_media_cli.audit.reports import TABLES
from tests.unit.audit.build import Run
from tests.unit.audit.world import Maker
from tests.unit.report.browser import PROGRAM, Browser

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed: apt-get install chromium"),
]

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
VIEWS = [(390, "screen"), (1280, "screen"), (673, "print")]
COMMANDS = {"audit": ("audit",), **{name: ("report", name) for name in TABLES}}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "s.db"
    Maker(path, 5, 120).make()
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_fits_its_width_asks_for_nothing_and_axe_finds_nothing(
    browser: Browser, store: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("OCC_MEDIA_STORE", str(store))
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-06-20")
    file = tmp_path / "page.html"
    run("--quiet", *COMMANDS[name], "--format", "html", "--output", str(file))
    assert b"<script" not in file.read_bytes()
    for width, media in VIEWS:
        assert browser.open(file, width=width, media=media) == []
        assert browser.run(SIDEWAYS) <= 0, (width, media)
    axe = pytest.importorskip("axe_core_python")
    program = (importlib.resources.files(axe) / "axe.min.js").read_text("utf-8")
    browser.open(file, width=1280, dark=name == "audit")
    browser.run(program + "\n;1")
    found = browser.run("axe.run().then(r => JSON.stringify(r.violations.map(v => [v.id, v.impact, v.nodes[0].html])))")
    assert json.loads(found) == []
