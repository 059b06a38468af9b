"""One idea, one place: files are opened without following links in `places`, and limited processes start in `sandbox`.

A second way to do either is a second answer to what may be read. Whoever needs one writes here why.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import occ_media_cli

pytestmark = pytest.mark.no_cover

PACKAGE = Path(occ_media_cli.__file__).parent

WRITES = "it makes or locks a file of the program's own, and must not write through a link"
OPENS = {
    "__main__.py": "it opens the null device",
    "report/formats/output.py": WRITES,
    "store/atomic.py": WRITES,
    "store/backup.py": WRITES,
    "store/connect.py": "it asks whether a descriptor can be had, and opens the null device",
    "store/lock.py": WRITES,
    "store/making.py": WRITES,
    "store/other_stores.py": "it reads the first bytes of a file that a user wants to write over, and waits for none",
    "store/output_places.py": "it looks for a file that it must not write over, by device and inode, and opens none",
    "store/temporary.py": WRITES,
}
"""Where `os.open` is called outside of places and sandbox, and why."""

PROCESSES = {
    "ledger/append/ahead.py": "it prepares rows of the program's own memory in a second process; no file is judged"
}

OPENING = {"open", "scandir", "walk", "fwalk", "O_NOFOLLOW", "O_DIRECTORY"}
FORKING = {"fork", "forkpty", "posix_spawn", "posix_spawnp", "setrlimit", "prlimit"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(("places/", "sandbox/")):
            yield name, ast.parse(path.read_text())


def attributes(tree: ast.Module, of: tuple[str, ...], wanted: set[str]) -> set[str]:
    """Which of these names a module takes from `os` or `resource`, however it imports them."""
    aliases = set(of)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {each.asname for each in node.names if each.name in of and each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module in of:
            found |= {each.name for each in node.names} & wanted
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            found |= {node.attr} & wanted
    return found


def openers(tree: ast.Module) -> set[str]:
    found = attributes(tree, ("os",), OPENING)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "walk":
            receiver = node.func.value
            if isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "Path":
                found.add("Path.walk")
        if isinstance(node, ast.Attribute) and node.attr == "rglob":
            found.add("rglob")
    return found


def test_files_of_other_people_are_opened_and_walked_in_places_alone() -> None:
    elsewhere = {name: found for name, tree in modules() if (found := openers(tree))}
    assert set(elsewhere) == set(OPENS)
    walking = {"scandir", "walk", "fwalk", "rglob", "Path.walk"}
    assert {name for name, found in elsewhere.items() if found & walking} == {
        "store/output_places.py",
        "store/temporary.py",
    }


def quarantine_names(tree: ast.Module) -> int:
    """How often a module writes the name of the quarantine."""
    from occ_media_cli.places.roots import QUARANTINE

    names = (QUARANTINE, QUARANTINE.encode(), f"{QUARANTINE}/")
    return sum(isinstance(node, ast.Constant) and node.value in names for node in ast.walk(tree))


def test_the_name_of_the_quarantine_is_written_once() -> None:
    written = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        for _ in range(quarantine_names(ast.parse(path.read_text())))
    ]
    assert written == ["places/roots.py"]


def test_limited_processes_start_in_the_sandbox_alone() -> None:
    wanted = FORKING
    elsewhere = {name for name, tree in modules() if attributes(tree, ("os", "resource"), wanted)}
    assert elsewhere == set(PROCESSES)


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.open('x', os.O_RDONLY)", "import os as o\no.scandir('x')", "from os import walk",
        "from pathlib import Path\nPath('x').walk()", "p.rglob('*')",
    ],
)  # fmt: skip
def test_the_scan_sees_every_way_to_open(text: str) -> None:
    assert openers(ast.parse(text))


@pytest.mark.parametrize(
    "text", ["import os\nos.fork()", "from os import fork", "import resource as r\nr.setrlimit(1, 2)"]
)
def test_the_scan_sees_every_way_to_fork(text: str) -> None:
    assert attributes(ast.parse(text), ("os", "resource"), FORKING)
