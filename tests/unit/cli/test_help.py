"""Every help page can be read in 80 columns, says something first, and shows how to begin."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer

from occ_media_cli.cli.app import command_line
from occ_media_cli.cli.global_options import GLOBALS
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run


def pages() -> dict[str, Any]:
    found: dict[str, Any] = {}

    def walk(command: Any, path: str) -> None:
        found[path] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(command_line(), "occ-media")
    return found


PAGES = pages()
LEAVES = [path for path, command in PAGES.items() if not hasattr(command, "commands")]


def text(path: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    return str(PAGES[path].get_help(typer.Context(PAGES[path], info_name=path)))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_80_columns_and_cuts_nothing(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = text(path, monkeypatch)
    wide = [line for line in page.splitlines() if len(line) > 80 and not line.startswith("    occ-media ")]
    assert not wide
    assert not [line for line in page.splitlines() if line.endswith("...") and not line.startswith("Usage")]


@pytest.mark.parametrize("path", LEAVES)
def test_a_command_shows_an_example_of_itself_and_the_global_options(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = text(path, monkeypatch)
    assert any(line.strip().startswith((path, "occ-media --")) for line in page.splitlines()[1:]), page
    assert all(option in page for option in GLOBALS)


@pytest.mark.parametrize("path", LEAVES)
def test_a_command_takes_the_global_options_behind_its_name(path: str) -> None:
    options = {name for item in PAGES[path].params for name in item.opts}
    assert set(GLOBALS) <= options


EXAMPLES = {"inbox", "vip", "lab", "mona", "brochure.pdf"}
"""Names of the examples, which nobody typed here."""


@pytest.mark.no_cover
def test_help_names_no_inbox_that_nobody_typed(occ: Run) -> None:
    """A command that is run as it is printed must change what was meant: where an inbox was typed, that one."""
    for name in ("inbox", "zed", "vip"):
        occ("inbox", "add", name, store="s.db")
    for command in tree.commands():
        places = [item for item in command.parameters if re.match(r"\[?(INBOX|N(AME)?)\b", item.metavar or "")]
        for item in places:
            for more in ((), ("off",), ("x", "y")):
                line = tree.fill(command, {item.name: "zed"}, "in")
                done = occ(*line, *more, "--read-only", store="s.db", code=None)
                found = [text for text in done.err.splitlines() if text.startswith("help: occ-media ")]
                for text in found:
                    words = set(shlex.split(text.removeprefix("help: ")))
                    own = {"inbox"} if command.words[0] == "inbox" or "inbox list" in text else set()
                    assert not (words & EXAMPLES) - own, (line, more, text)
