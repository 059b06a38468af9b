"""Breaks the policy, hold and purge modules in one place at a time, and asks the tests: who notices?

    python proofs/retention_mutants.py [MODULE…]

Every comparison, and/or, not, condition, raise, flag and small number of a module is changed once. A change that no
test notices survives, and is printed with its line. Works in a copy; the files of the project stay as they are.

The tests are collected once and run once to see which lines each of them reaches. For each change a process is forked
that has everything loaded, puts the changed code under the function, and runs only the tests that reach its line, the
most successful ones first, until one fails. What is no part of a function (a constant, the default of a field) takes
a fresh start instead.
"""

from __future__ import annotations

import ast
import copy
import gc
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent.parent
ROOM = "occ_media_cli"
TESTS = "tests/unit/retention"
SECONDS = 60
"""After this a test run counts as failed."""

MODULES = (
    "retention/evaluate", "retention/model", "retention/stored_rules", "retention/holds", "retention/orphans",
    "retention/claims", "retention/stored_entries", "retention/plan/approval", "retention/plan/draft",
    "retention/plan/request", "retention/plan/saved", "retention/plan/make", "retention/plan/orphan_plan",
    "retention/purge/guards", "retention/purge/neighbours", "retention/purge/run", "retention/purge/entry_purge",
    "retention/purge/orphan_purge", "retention/purge/start", "retention/purge/quarantine", "retention/purge/bring_back",
    "retention/purge/finish", "retention/purge/recover", "retention/purge/refusals", "settings/second_person",
    "places/folder", "places/waiting_room", "places/descend", "places/roots", "places/safe_open",
)  # fmt: skip
"""Whatever decides about keeping a file."""

NOT_ASKED = ("test_bucket.py",)
"""Tests that need a server in a thread of this process, which no fork takes along."""

SWAPS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def places(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What can be broken: the position of a node in the walk, and how. Decorators (`frozen`, `slots`, the size of a
    cache) are left out: no file is kept or lost by them."""
    marks = {
        id(found)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for mark in node.decorator_list
        for found in ast.walk(mark)
    }
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in marks:
            continue
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


def broken(tree: ast.Module, index: int, how: str) -> tuple[ast.Module, int]:
    """The module with one place broken, and its line."""
    changed = copy.deepcopy(tree)
    node: Any = list(ast.walk(changed))[index]
    line = node.lineno
    word, _, number = how.partition(" ")
    if word == "compare":
        node.ops[int(number)] = SWAPS[type(node.ops[int(number)])]()
    elif word == "and/or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif word == "drop":
        del node.values[int(number)]
        if len(node.values) == 1:
            (left,) = node.values
            node.__class__, node.__dict__ = left.__class__, left.__dict__
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
        node.__class__, node.__dict__ = ast.Pass, {"lineno": line, "col_offset": 0}
    return ast.fix_missing_locations(changed), line


def function_around(tree: ast.Module, index: int) -> tuple[str, int] | None:
    """The outermost function whose body holds a node: its qualified name and first line. None outside of functions."""
    node = list(ast.walk(tree))[index]
    for owner in tree.body:
        inside = owner.body if isinstance(owner, ast.ClassDef) else [owner]
        for item in inside:
            if isinstance(item, ast.FunctionDef) and any(
                node is found for step in item.body for found in ast.walk(step)
            ):
                name = f"{owner.name}.{item.name}" if isinstance(owner, ast.ClassDef) else item.name
                return name, min((mark.lineno for mark in item.decorator_list), default=item.lineno)
    return None


def code_of(code: CodeType, name: str, line: int) -> CodeType | None:
    """The code of a function inside the code of a module."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if (inner.co_qualname, inner.co_firstlineno) == (name, line):
                return inner
            found = code_of(inner, name, line)
            if found is not None:
                return found
    return None


class Asking:
    """A pytest plugin that runs the tests it collected again and again, each time in a fork with something broken."""

    def __init__(self, folder: Path, chosen: Sequence[str]) -> None:
        self.folder, self.chosen = folder, chosen
        self.reach: dict[tuple[str, int], set[int]] = {}
        self.seconds: list[float] = []
        self.kills: Counter[int] = Counter()
        self.failed = False
        self.totals: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Whether the test that runs fails."""
        if report.failed:
            self.failed = True
            self.words = f"{report.nodeid}: {report.longrepr}"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once."""
        self.items = session.items
        self._baseline()
        for module in self.chosen:
            self._module(module)
        return True

    def _run(self, number: int, following: int | None) -> None:
        item = self.items[number]
        after = self.items[following] if following is not None else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)

    def _baseline(self) -> None:
        """Run every test unbroken, and remember which lines of the modules it reaches, and how long it takes."""
        files = {str(self.folder / ROOM / f"{module}.py") for module in self.chosen}
        wanted: set[tuple[str, int]] = set()

        def line(frame: FrameType, event: str, _argument: object) -> Any:
            if event == "line":
                wanted.add((frame.f_code.co_filename, frame.f_lineno))
            return line

        def call(frame: FrameType, _event: str, _argument: object) -> Any:
            return line if frame.f_code.co_filename in files else None

        for number in range(len(self.items)):
            _forget()
            wanted.clear()
            begin = time.perf_counter()
            sys.settrace(call)
            try:
                self._run(number, number + 1 if number + 1 < len(self.items) else None)
            finally:
                sys.settrace(None)
            self.seconds.append(time.perf_counter() - begin)
            if self.failed:
                raise SystemExit(f"a test fails although nothing is broken: {self.words}")
            for place in wanted:
                self.reach.setdefault(place, set()).add(number)

    def _module(self, module: str) -> None:
        path = self.folder / ROOM / f"{module}.py"
        text = path.read_text()
        tree, lines = ast.parse(text), text.splitlines()
        mine: Counter[str] = Counter()
        for index, how in list(places(tree)):
            changed, line = broken(tree, index, how)
            where = function_around(tree, index)
            if where is None:
                path.write_text(ast.unparse(changed))
                ended = _waited(_fresh(self.folder))
                path.write_text(text)
            else:
                ended = self._fast(str(path), changed, line, where)
            mine[ended] += 1
            if ended in ("survived", "unreached"):
                print(f"{ended}: {module}.py:{line}: {how}: {lines[line - 1].strip()}", flush=True)
        self.totals.update(mine)
        print(f"{module}: {_sums(mine)}", flush=True)

    def _fast(self, path: str, changed: ast.Module, line: int, where: tuple[str, int]) -> str:
        """What the tests say that reach a line, with the function around it broken. A statement of several lines is
        reached by its first one, and whoever reaches no line of it reaches the function."""
        span = _span(changed, line)
        near = set().union(*(self.reach.get((path, number), ()) for number in span))
        if not near:
            return "unreached"
        order = sorted(near, key=lambda number: (-self.kills[number], self.seconds[number]))
        code = code_of(compile(changed, path, "exec"), *where)
        assert code is not None, where
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            self._child(path, code, order, write)
        os.close(write)
        ended = _waited(child)
        told = os.read(read, 16)
        os.close(read)
        if told:
            self.kills[int(told)] += 1
        return ended

    def _child(self, path: str, code: CodeType, order: list[int], tell: int) -> None:
        """In the fork: put the broken code in place and run the tests until one fails."""
        signal.alarm(SECONDS)
        try:
            for function in [item for item in gc.get_objects() if isinstance(item, FunctionType)]:
                old = function.__code__
                if (old.co_filename, old.co_qualname, old.co_firstlineno) == (
                    path, code.co_qualname, code.co_firstlineno,
                ):  # fmt: skip
                    function.__code__ = code
            _forget()
            for position, number in enumerate(order):
                self._run(number, order[position + 1] if position + 1 < len(order) else None)
                if self.failed:
                    os.write(tell, str(number).encode())
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(1)  # whatever was raised


def _forget() -> None:
    """Empty the caches of the room: what was answered before anything was broken, or by another test."""
    for item in gc.get_objects():
        if isinstance(item, _lru_cache_wrapper) and str(item.__module__).startswith("occ_media_cli.retention"):
            item.cache_clear()


def _span(tree: ast.Module, line: int) -> range:
    """The lines of the smallest statement around a line, its body left out."""
    best = range(line, line + 1)
    size = 1_000_000
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            many = (node.end_lineno or node.lineno) - node.lineno
            if many < size:
                body = getattr(node, "body", None)
                end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
                best, size = range(node.lineno, max(end, line + 1)), many
    return best


def _sums(counts: Counter[str]) -> str:
    words = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    return f"{sum(counts.values())} mutants: {words}"


def _waited(child: int) -> str:
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return "killed (for ever)"
    return "killed" if status else "survived"


def _fresh(folder: Path) -> int:
    """A start from nothing, for what is read when a module is loaded."""
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.closerange(3, 256)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.alarm(4 * SECONDS)
        left_out = [f"--ignore={TESTS}/{name}" for name in NOT_ASKED]
        os.execv(
            sys.executable,
            [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *left_out, TESTS],
        )
    return child


def main() -> int:
    """Break everything once and print who survived."""
    chosen = sys.argv[1:] or list(MODULES)
    sys.dont_write_bytecode = True
    with TemporaryDirectory() as name:
        folder = Path(name).resolve() / "copy"
        for part in ("occ_media_cli", "tests", "docs", "pyproject.toml"):
            source = HERE / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / part)
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        os.environ["PYTHONPATH"] = str(folder)
        for module in MODULES:
            found = import_module(f"occ_media_cli.{module.replace('/', '.')}")
            assert str(found.__file__).startswith(str(folder)), found.__file__
        asking = Asking(folder, chosen)
        left_out = [f"--ignore={TESTS}/{name}" for name in NOT_ASKED]
        basetemp = Path(name) / "files"
        pytest.main(
            ["-p", "no:terminal", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib",
             f"--basetemp={basetemp}", *left_out, TESTS], [asking],
        )  # fmt: skip
    print(_sums(asking.totals))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
