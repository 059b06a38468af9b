"""Which statements are broken, and how the source reads after it."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proofs.random_break.edits import Edit, edits

TOP = "top"
"""The room of the files that stand beside the rooms."""


@dataclass(frozen=True, slots=True)
class Break:
    """One broken statement. file: below the package; old, new: its head in one line; text: the whole new source."""

    room: str
    file: str
    line: int
    old: str
    new: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it whatever line it stands on."""
        return (self.file, self.old, self.new)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {_short(self.old)}  ->  {_short(self.new)}"


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:87] + "..."


def draw(package: Path, count: int, rng: random.Random, room: str | None = None) -> list[Break]:
    """Draw so many breaks of a package, each of another statement, in the order of file and line."""
    rooms: dict[str, list[tuple[Path, int]]] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).parts
        name = parts[0] if len(parts) > 1 else TOP
        if room in (None, name):
            number = sum(1 for _ in statements(ast.parse(path.read_bytes())))
            rooms.setdefault(name, []).extend((path, index) for index in range(number))
    if not rooms:
        raise SystemExit(f"there is no room '{room}'")
    total = sum(len(places) for places in rooms.values())
    found: list[Break] = []
    for name, places in sorted(rooms.items()):
        wanted = max(1, round(count * len(places) / total))
        rng.shuffle(places)
        taken = 0
        for path, index in places:
            if taken == wanted:
                break
            broken = _broken(package, name, path, index, rng)
            if broken is not None:
                found.append(broken)
                taken += 1
    return sorted(found, key=lambda each: (each.file, each.line))


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements that do something: no imports, docstrings, bare annotations, nothing for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.stmt) and _does_something(node):
            yield node
        yield from statements(node)


def _does_something(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return False
        case ast.AnnAssign(value=None):
            return False
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return False
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.Pass() | ast.Global():
            return False
        case ast.AsyncFunctionDef() | ast.Nonlocal() | ast.Try() | ast.Match():
            return False
    return True


def _broken(package: Path, room: str, path: Path, index: int, rng: random.Random) -> Break | None:
    """A break of the statement with this number, or None where none of its edits gives another program."""
    source = path.read_bytes()
    tree = ast.parse(source)
    statement = next(each for number, each in enumerate(statements(tree)) if number == index)
    choices = list(edits(statement, source))
    rng.shuffle(choices)
    for edit in choices:
        text = source[: edit.start] + edit.new + source[edit.end :]
        try:
            after = ast.parse(text)
        except SyntaxError:
            continue
        if ast.dump(after) == ast.dump(tree):
            continue
        old, new = _shown(source, edit, statement)
        file = path.relative_to(package).as_posix()
        return Break(room, file, statement.lineno, old, new, text.decode())
    return None


def _shown(source: bytes, edit: Edit, statement: ast.stmt) -> tuple[str, str]:
    """The head of the statement before and after, in one line each."""
    start, end = edit.whole
    old = source[start:end].decode()
    new = (source[start : edit.start] + edit.new + source[edit.end : end]).decode()
    return " ".join(old.split()), " ".join(new.split())
