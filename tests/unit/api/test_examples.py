"""The docstrings of the API: each says what it raises and has an example, and the examples are run."""

from __future__ import annotations

import doctest
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from tests.unit.api.methods import groups, methods
from tests.unit.api.world import build, desk, inside

EXAMPLES: dict[str, Callable[..., Any]] = {
    "OccMedia": OccMedia, "when": times.when, **{each.title: each.function for each in methods()},
}  # fmt: skip


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    with inside(folder):
        build(folder)
    return folder


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_says(name: str, made: Path, tmp_path: Path) -> None:
    text = EXAMPLES[name].__doc__ or ""
    assert "Raises" in text or name == "when", "what can stop it"
    shutil.copytree(made, tmp_path / "world")
    said: list[str] = []
    with inside(tmp_path / "world"):  # where a store is named, there it is looked for
        names = {"OccMedia": OccMedia, "desk": desk(), "when": times.when}
        example = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
        assert example.examples, "an example"
        doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert not said, "".join(said)


def test_groups_say_what_they_are() -> None:
    for name, group in groups().items():
        assert (group.__doc__ or "").startswith(f"`desk.{name}`: "), name


def test_the_api_loads_nothing_heavy() -> None:
    import subprocess

    program = "import sys; before = set(sys.modules); import occ_media_cli.api; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    heavy = {
        "sqlite3",
        "msgspec",
        "rich",
        "typer",
        "tomlkit",
        "magic",
        "sqlite_utils",
        "zipfile",
        "dataclasses",
    }
    assert heavy & set(done.stdout.split()) == set()
