"""Pages in a real Chromium: nothing scrolls sideways, nothing is asked for, and axe finds nothing."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from occ_media_cli.report.formats import render
from occ_media_cli.report.formats.screen import Screen
from tests.unit.report.browser import PROGRAM, Browser
from tests.unit.report.pages import ENTRY, audit_page, versions_page
from tests.unit.report.samples import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.model import Report

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed: apt-get install chromium"),
]

PAGES = {
    "audit": audit_page,
    "versions": lambda: versions_page("Sorry, the media you sent cannot be viewed by the business."),
    "versions, no reasons": lambda: versions_page("-"),
    "long words": lambda: audit("x" * 400),
    "wide letters": lambda: audit("W" * 64),
    "Japanese": lambda: audit("\u65e5" * 200),
    "many words": lambda: audit("word " * 100),
    "id": lambda: audit(ENTRY),
    "hyphens": lambda: audit("a-b-c-" * 30),
    "Arabic": lambda: audit("\u0645\u0631\u062d\u0628\u0627 " * 40),
}

A4 = 673
"""Pixels between the margins of an A4 page."""

VIEWS = [
    (320, "screen"),
    (390, "screen"),
    (650, "screen"),
    (700, "screen"),
    (1000, "screen"),
    (1280, "screen"),
    (A4, "print"),
]

SIDEWAYS = """
[document.documentElement.scrollWidth - innerWidth,
 Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > innerWidth + 1)
 .slice(0, 5).map(e => e.tagName + "." + e.getAttribute("class"))]
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


def written(report: Report, folder: Path) -> Path:
    file = folder / "page.html"
    file.write_bytes(b"".join(render(report, "html", Screen())))
    return file


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_and_the_console_is_silent(browser: Browser, tmp_path: Path, name: str) -> None:
    file = written(PAGES[name](), tmp_path)
    for width, media in VIEWS:
        assert browser.open(file, width=width, media=media) == []
        assert browser.run(SIDEWAYS) == [0, []], (width, media)


def test_text_keeps_its_size_on_a_telephone(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(audit_page(), tmp_path), width=390)
    sizes = browser.run(
        'Array.from(document.querySelectorAll("body *")).filter(e => e.checkVisibility() && e.firstChild?.nodeType === 3'
        ' && e.tagName !== "title").map(e => parseFloat(getComputedStyle(e).fontSize))'
    )
    assert min(sizes) >= 12
    assert browser.run("getComputedStyle(document.body).fontSize") == "16px"


def test_rows_become_blocks_with_labels_on_a_telephone(browser: Browser, tmp_path: Path) -> None:
    file = written(audit_page(), tmp_path)
    look = 'getComputedStyle(document.querySelector("table.stack td"), "::before").content'
    browser.open(file, width=390)
    assert browser.run(look) == '"Severity"'
    browser.open(file, width=1280)
    assert browser.run(look) == "none"


def test_a_long_id_is_in_one_line_on_a_desk(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(audit_page(), tmp_path), width=1280)
    heights = browser.run(
        f'Array.from(document.querySelectorAll("td.id")).filter(e => e.textContent === "{ENTRY}").map(e => e.offsetHeight)'
    )
    assert heights
    assert max(heights) < 40


@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (A4, "print")])
def test_short_words_are_never_broken(browser: Browser, tmp_path: Path, width: int, media: str) -> None:
    browser.open(written(versions_page("-"), tmp_path), width=width, media=media)
    heights = browser.run('Array.from(document.querySelectorAll("td")).map(e => e.offsetHeight)')
    assert max(heights) < 1.5 * min(heights)


def test_paper_is_light_even_where_the_screen_is_dark(browser: Browser, tmp_path: Path) -> None:
    file = written(audit_page(), tmp_path)
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.open(file, width=1280, dark=True)
    assert browser.run(ground) == "rgb(20, 24, 29)"
    browser.open(file, width=A4, dark=True, media="print")
    assert browser.run(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", ["audit", "id"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, tmp_path: Path, name: str, width: int, dark: bool) -> None:
    axe = pytest.importorskip("axe_core_python")
    program = (importlib.resources.files(axe) / "axe.min.js").read_text("utf-8")
    assert browser.open(written(PAGES[name](), tmp_path), width=width, dark=dark) == []
    browser.run(program + "\n;1")
    found = browser.run("axe.run().then(r => JSON.stringify(r.violations.map(v => [v.id, v.impact, v.nodes[0].html])))")
    assert json.loads(found) == []
