"""The draw of proofs/random_breaks.py: what it breaks, what it leaves alone, and that places are exact."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from proofs.random_break.draw import Break, draw, statements
from proofs.random_break.edits import edits
from proofs.random_break.equivalents import accepted
from proofs.random_breaks import summary

pytestmark = pytest.mark.no_cover

SOURCE = '''\
"""Docstring."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    x = 1
__all__ = ["f"]
LIMIT: int
def f(a: "int", b):
    """Of f."""
    if a == b and not b:  # grüße
        return "é" + str(a, 1)
    g(a, key=b)
    return a is not b
'''


def broken(source: str, index: int) -> set[str]:
    statement = list(statements(ast.parse(source)))[index]
    data = source.encode()
    return {" ".join((data[: e.start] + e.new + data[e.end :])[e.whole[0] :].decode().split("\n")[0].split())
            for e in edits(statement, data)}  # fmt: skip


def test_only_what_does_something_is_broken() -> None:
    lines = [ast.unparse(each).splitlines()[0] for each in statements(ast.parse(SOURCE))]
    assert lines == ["if a == b and (not b):", "return 'é' + str(a, 1)", "g(a, key=b)", "return a is not b"]


def test_every_edit_stands_at_its_exact_place() -> None:
    assert broken(SOURCE, 0) == {
        "if (not (a == b and not b)): # grüße", "if a != b and not b: # grüße", "if a == b or not b: # grüße",
        "if a == b and b: # grüße",
    }  # fmt: skip
    assert broken(SOURCE, 1) == {
        "return None", 'return "é" - str(a, 1)', 'return "" + str(a, 1)', 'return "é" + str(a, 0)', 'return "é" + str(a)',
    }  # fmt: skip
    assert broken(SOURCE, 2) == {"pass", "g(a)"}
    assert broken(SOURCE, 3) == {"return None", "return (not (a is not b))", "return a is b"}


def test_a_draw_is_the_same_for_a_seed_and_spreads_over_the_rooms(tmp_path: Path) -> None:
    for name, count in (("big/a.py", 60), ("small/b.py", 20), ("c.py", 20)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"a{n} = {n} + 1\n" for n in range(count)))
    first = draw(tmp_path, 10, random.Random(1))
    assert first == draw(tmp_path, 10, random.Random(1))
    assert first != draw(tmp_path, 10, random.Random(2))
    assert [sum(each.room == room for each in first) for room in ("big", "small", "top")] == [6, 2, 2]
    assert len({(each.file, each.line) for each in first}) == 10
    for each in first:
        whole = (tmp_path / each.file).read_text()
        assert ast.dump(ast.parse(each.text)) != ast.dump(ast.parse(whole))
        assert each.text.replace(each.new, each.old, 1) == whole
    assert {each.room for each in draw(tmp_path, 5, random.Random(1), "small")} == {"small"}
    with pytest.raises(SystemExit, match="no room 'none'"):
        draw(tmp_path, 5, random.Random(1), "none")


def test_what_means_the_same_needs_a_reason_and_is_counted_apart(tmp_path: Path) -> None:
    one = Break("big", "big/a.py", 3, "a = 1", "a = 0", "")
    two = Break("big", "big/a.py", 4, "b = 1", "b = 0", "")
    path = tmp_path / "equivalent.toml"
    path.write_text('[[equivalent]]\nfile = "big/a.py"\nold = "a = 1"\nnew = "a = 0"\nwhy = "nobody reads a"\n')
    assert accepted(path) == {one.key: "nobody reads a"}
    lines = summary([one, two], [one, two], accepted(path)).splitlines()
    assert lines[2].split() == ["big", "1", "0", "0.0"]
    assert lines[-1] == "1 breaks, 0 noticed, 0.0 %; 1 more mean the same"
    assert "  the same: nobody reads a" in lines
    path.write_text('[[equivalent]]\nfile = "big/a.py"\nold = "a = 1"\nnew = "a = 0"\n')
    with pytest.raises(SystemExit, match="equivalent 1 lacks why"):
        accepted(path)
