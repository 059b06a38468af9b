"""The shape of the house: no circle of files, every room in its place, and a name means one thing."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.imports import PACKAGE, ROOT, circles, classes, graph, imported, sources

pytestmark = pytest.mark.no_cover

PROJECT = PACKAGE.parent
TEXTS = sources()

TWICE = {
    "model": "the values of a room, always spoken of with the room: settings.model, retention.model, report.model",
    "bundle": "a folder is named after its main file, which a reader opens first",
    "pages": "convert.pages makes those of a PDF smaller, audit.pages holds those of a report",
    "verify": "ledger.verify proves the chain and retention.verify compares storage: the commands are called so too",
}
"""Names of modules that stand more than once, and why that helps a reader."""

LISTS = (
    "ledger.sources.", "report.formats.", "audit.reports.", "media.kinds.", "store.migrations.",
    "safety.active.", "safety.antivirus.", "safety.metadata.", "safety.sensitive.", "safety.strip.", "safety.codes",
    "media.text.", "media.unpack.",
)  # fmt: skip
"""Folders whose files are members of a list: each is named after what a user types or sees, which others may be too.
So are the checks of a scan and those who take files apart: each looks at the same kinds of files (`pdf`, `package`,
`text`) for another thing, and its files are always spoken of with their folder."""

SQLITE_IN_CLI = {
    "cli/ledger/verify.py": "prints what an altered store still tells, so it survives every error of SQLite",
}
"""The commands that speak to SQLite themselves. No further one may: a command calls a room."""


def relative(name: str) -> str:
    return name.removeprefix(f"{ROOT}.")


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(graph(TEXTS)) == []


def test_the_search_finds_a_circle_of_any_length_and_kind_of_import() -> None:
    two = {"p.a": "def f():\n    from p import b", "p.b": "import p.a"}
    assert circles(graph(two)) == [["p.a", "p.b"]]
    typed = {
        "p.a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import B",
        "p.b": "from p.c import C",
        "p.c": "from p import a",
        "p.d": "from p import a",
    }
    assert circles(graph(typed)) == [["p.a", "p.b", "p.c"]]
    assert circles(graph({"p.a": "import os", "p.b": "from p.a import x"})) == []


def test_imports_are_written_whole() -> None:
    """A relative import would be one that the searches of this file do not see."""
    assert [name for name, text in TEXTS.items() if re.search(r"^\s*from \.", text, re.M)] == []


def test_every_room_has_its_place_in_the_layers() -> None:
    """A new file or folder at the top of the program is placed above or below the others, or the linter skips it."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = " ".join(next(item["layers"] for item in contracts if item["type"] == "layers"))
    placed = {relative(name).split(".")[0] for name in re.findall(r"occ_media_cli(?:\.\w+)+", layers)}
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__"} <= placed


def test_rich_draws_in_two_files_and_typer_is_in_cli_alone() -> None:
    using = defaultdict(set)
    for name, text in TEXTS.items():
        for library in re.findall(r"^\s*(?:from|import) (rich|typer)\b", text, re.M):
            using[library].add(relative(name))
    assert using["rich"] == {"cli.progress", "report.formats.terminal"}
    assert {name.split(".")[0] for name in using["typer"]} == {"cli"}


def sqlite_uses(text: str) -> bool:
    """Whether a source takes something of SQLite at run time; for a type it may be named."""
    lines = re.sub(r"^if TYPE_CHECKING:\n(?:    .*\n|\n)+", "", text, flags=re.M)
    ways = r"import sqlite3|from (sqlite3|occ_media_cli\.store\.connect) import|from occ_media_cli\.store import .*\bconnect\b"
    return bool(re.search(rf"^\s*({ways})", lines, re.M))


def test_commands_leave_sqlite_to_the_rooms() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in (PACKAGE / "cli").rglob("*.py")
        if sqlite_uses(path.read_text())
    }
    assert found == set(SQLITE_IN_CLI)
    assert sqlite_uses("def f():\n    from occ_media_cli.store.connect import connect")
    assert not sqlite_uses("if TYPE_CHECKING:\n    import sqlite3\n\n    from a import b\n\nX = 1\n")


def test_a_module_name_means_one_thing() -> None:
    named = defaultdict(list)
    for name in map(relative, TEXTS):
        if not name.startswith(
            ("cli.", "api.", *LISTS)
        ):  # a file of cli has the name of its command, one of api that of its group
            named[name.rpartition(".")[2]].append(name)
    assert {name for name, places in named.items() if len(places) > 1} == set(TWICE)


def test_a_class_name_means_one_thing() -> None:
    assert classes(TEXTS) == {}
    assert classes({"a": "class Scope: ...", "b": "def f():\n    class Scope: ..."}) == {"Scope": ["a", "b"]}


@pytest.mark.parametrize(
    "text", ["import p.a", "from p import a", "from p.a import x", "def f():\n    from p.a import x as y"]
)
def test_every_way_to_import_is_seen(text: str) -> None:
    assert list(imported(text, {"p", "p.a"})) == ["p.a"]


def test_the_linter_is_as_strict_as_the_drawing() -> None:
    """Contracts that nobody may drop by accident, by name."""
    contracts = tomllib.loads(Path(PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {item["name"] for item in contracts} >= {
        "Imports point down", "Typer lives in cli", "Rich lives in cli and report.formats",
        "A kind of file knows no other kind", "Rules of the audit are data",
    }  # fmt: skip
