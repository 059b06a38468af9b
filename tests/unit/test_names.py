"""A public name says what is done and to what: a reader meets it in another file, without the module around it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import occ_media_cli

pytestmark = pytest.mark.no_cover

ROOT = Path(occ_media_cli.__file__).parent
SAY_NOTHING = {"of", "add", "known", "answer", "find", "look", "make", "check", "load", "place"}
ALLOWED = {
    ("media/source.py", "find"): "as bytes and mmap call it, which stand in its place",
    **{(f"convert/{way}.py", "make"): "as every way of making a file fit is called, which its module names"
       for way in ("moving", "office", "pages", "picture", "sound")},
    ("report/blocks.py", "of"): "read as one: a table of these columns and records",
}  # fmt: skip


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a module; properties are left out, since they are nouns."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from () if any(ast.unparse(mark) == "property" for mark in node.decorator_list) else (node,)


def test_public_functions_have_a_verb_and_a_noun() -> None:
    found = {
        (file.relative_to(ROOT).as_posix(), function.name)
        for file in sorted(ROOT.rglob("*.py"))
        for function in _public(ast.parse(file.read_text(encoding="utf-8")).body)
        if function.name in SAY_NOTHING and not file.is_relative_to(ROOT / "api")  # methods are called as commands are
    }
    assert found - set(ALLOWED) == set()
    assert set(ALLOWED) - found == set(), "these no longer need to be allowed"
