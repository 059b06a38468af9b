"""The command line asks rooms: a query in it would be a second place that knows the schema."""

import ast
import re
from pathlib import Path

import pytest

import occ_media_cli

pytestmark = pytest.mark.no_cover

QUERY = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|BEGIN|CREATE (TEMP )?(TABLE|VIEW))\b [a-z*(]")


def test_the_command_line_has_no_sql() -> None:
    """Guards against a query, and against a call of a connection under another name."""
    root = Path(occ_media_cli.__file__).parent / "cli"
    found = []
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript", "fetchone"):
                found.append((file.name, node.attr))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and QUERY.search(node.value):
                found.append((file.name, node.value))
    assert found == []
