"""Which file of the program imports which, by reading the sources: imports inside functions and for types included."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import occ_media_cli

PACKAGE = Path(occ_media_cli.__file__).parent
ROOT = PACKAGE.name


def sources() -> dict[str, str]:
    """The text of every module, by its full name; a package has the name of its folder."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = [ROOT, *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def imported(text: str, known: frozenset[str] | set[str]) -> Iterator[str]:
    """The modules of `known` that a source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield node.module


def graph(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Each module and what it imports."""
    return {name: set(imported(text, set(texts))) - {name} for name, text in texts.items()}


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Every set of modules that can all reach each other, by Tarjan's algorithm without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []
    for start in sorted(edges):
        if start in index:
            continue
        work = [(start, iter(sorted(edges[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is not None and following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                work.append((following, iter(sorted(edges.get(following, ())))))
            elif following is not None:
                if following in stack:
                    low[node] = min(low[node], index[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while not group or group[-1] != node:
                        group.append(stack.pop())
                    if len(group) > 1:
                        found.append(sorted(group))
    return found


def classes(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Public class names that are defined in more than one place."""
    places = defaultdict(list)
    for name, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    return {name: where for name, where in places.items() if len(where) > 1}
