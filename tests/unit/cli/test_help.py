"""Every help page can be read in 80 columns, says something first, and shows how to begin."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.main import get_command

from occ_media_cli.cli.app import build
from occ_media_cli.cli.options import GLOBALS


def pages() -> dict[str, Any]:
    found: dict[str, Any] = {}

    def walk(command: Any, path: str) -> None:
        found[path] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(get_command(build()), "occ-media")
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
