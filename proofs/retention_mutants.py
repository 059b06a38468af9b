"""Breaks the policy, hold and purge modules in one place at a time, and asks the tests: who notices?

    python proofs/retention_mutants.py [MODULE…]

Every comparison, and/or, not, condition and small number of a module is changed once. A change that no test notices
survives, and is printed with its line. Works in a copy; the files of the project stay as they are.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

HERE = Path(__file__).resolve().parent.parent
ROOM = "occ_media_cli/retention"
TESTS = "tests/unit/retention"
SECONDS = 120
"""After this a test run counts as failed."""

MODULES: dict[str, list[str]] = {
    "evaluate": ["test_evaluate", "test_purge"],
    "model": ["test_evaluate", "test_plan"],
    "policy": ["test_policy", "test_lock_cases", "test_plan"],
    "holds": ["test_holds", "test_lock_cases", "test_plan"],
    "holding": ["test_holds", "test_lock_cases"],
    "approval": ["test_purge", "test_lock_cases", "test_certificate"],
    "guards": ["test_purge", "test_lock_cases"],
    "neighbours": ["test_purge", "test_plan", "test_lock_cases"],
    "draft": ["test_plan", "test_lock_cases", "test_request"],
    "purge": ["test_purge", "test_lock_cases", "test_request"],
    "quarantine": ["test_purge", "test_lock_cases"],
    "folder": ["test_purge", "test_verify", "test_races"],
    "descend": ["test_purge", "test_verify", "test_races"],
    "place": ["test_plan", "test_purge"],
    "request": ["test_request"],
    "refusals": ["test_purge"],
}
"""Each module, and the tests that are asked about it, the quickest first."""

SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def places(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What can be broken: the position of a node in the walk, and how."""
    for index, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Compare):
            yield from ((index, f"compare {number}") for number in range(len(node.ops)))
        elif isinstance(node, ast.BoolOp):
            yield index, "and/or"
            yield from ((index, f"drop {number}") for number in range(len(node.values)))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield index, "not"
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
                yield index, "condition"
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield index, "number"
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield index, "bool"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            yield index, "sign"
        elif isinstance(node, ast.Raise):
            yield index, "raise"


def broken(tree: ast.Module, index: int, how: str) -> tuple[str, int]:
    """The source with one place broken, and its line."""
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[index]
    word, _, number = how.partition(" ")
    if word == "compare":
        node.ops[int(number)] = SWAPS[type(node.ops[int(number)])]()
    elif word == "and/or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif word == "drop":
        del node.values[int(number)]
    elif word == "not":
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif word == "condition":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif word == "number":
        node.value += 1
    elif word == "bool":
        node.value = not node.value
    elif word == "sign":
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    elif word == "raise":
        line = node.lineno
        node.__class__, node.__dict__ = ast.Pass, {"lineno": line, "col_offset": 0}
    return ast.unparse(ast.fix_missing_locations(changed)), node.lineno


def noticed(folder: Path, tests: list[str]) -> bool:
    """Whether a test fails, or the program does not even start. Forked, so that nothing common is loaded twice."""
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.alarm(SECONDS)
        code = 1
        try:
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *(f"{TESTS}/{name}.py" for name in tests)]))
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] != 0


def warm(folder: Path) -> None:
    """Load what every test needs, from the copy, but nothing of the room that is broken."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    for name in ("occ_media_cli.ledger.ingest", "occ_media_cli.settings.session", "occ_media_cli.store.migrations",
                 "occ_media_cli.ledger.verify", "sqlite_utils"):  # fmt: skip
        import_module(name)
    assert not [name for name in sys.modules if name.startswith("occ_media_cli.retention")]


def main() -> int:
    """Break everything once and print who survived."""
    chosen = sys.argv[1:] or list(MODULES)
    survivors = total = 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("occ_media_cli", "tests", "pyproject.toml"):
            source = HERE / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / part)
        warm(folder)
        for module in chosen:
            path = folder / ROOM / f"{module}.py"
            text = path.read_text()
            tree = ast.parse(text)
            lines = text.splitlines()
            mine = 0
            for index, how in list(places(tree)):
                changed, line = broken(tree, index, how)
                path.write_text(changed)
                total += 1
                mine += 1
                if not noticed(folder, MODULES[module]):
                    survivors += 1
                    print(f"survived: {module}.py:{line}: {how}: {lines[line - 1].strip()}", flush=True)
            path.write_text(text)
            print(f"{module}: {mine} mutants", flush=True)
    print(f"{total} mutants, {survivors} survived")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
