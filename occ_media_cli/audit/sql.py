"""Portable SQL of rules: named parameters, the order of findings, and asking SQLite."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.audit.rule import Value

_TOKEN = re.compile(
    r"'(?:[^']|'')*'"  # text
    r'|"(?:[^"]|"")*"'  # a quoted name
    r"|--[^\n]*|/\*.*?\*/"  # a comment
    r"|::"  # a cast of some engines: no parameter
    r"|:([A-Za-z_][A-Za-z0-9_]*)",
    re.DOTALL,
)


def parameters(text: str) -> set[str]:
    """The names of the parameters that a text uses."""
    return {match[1] for match in _TOKEN.finditer(text) if match[1]}


_SCHEMAS = frozenset({"main", "temp"})
_PIECE = re.compile(
    r"(?P<skipped>\s+|--[^\n]*|/\*.*?(?:\*/|$))"
    r"|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|.",
    re.DOTALL,
)


def schemas(text: str) -> set[str]:
    """The schemas of SQLite that a text names, as in `main.entry`, however they are quoted."""
    pieces = [match[0] for match in _PIECE.finditer(text) if match["skipped"] is None]
    pairs = pairwise(pieces)
    return {name for piece, after in pairs if after == "." and (name := piece.strip("'\"`[]").lower()) in _SCHEMAS}


def replaced(text: str, write: Callable[[str], str]) -> str:
    """The text with each parameter written in another engine's way."""
    return _TOKEN.sub(lambda match: write(match[1]) if match[1] else match[0], text)


def ordered(text: str, columns: list[str]) -> str:
    """A rule's SELECT in the order of findings: inbox, time, entry, by bytes, nulls first; then what breaks ties."""
    keys = [name for name in ("inbox", "time_ms", "entry", "source", "seq", "subject") if name in columns]
    order = ", ".join(f"{name} NULLS FIRST" for name in keys)
    return f"SELECT * FROM (\n{text}\n) AS finding" + (f" ORDER BY {order}" if order else "")


def query_rows(connection: sqlite3.Connection, text: str, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    """The rows of a rule's text by column, in the order of findings."""
    used = {name: values[name] for name in parameters(text)}
    cursor = connection.execute(f"SELECT * FROM (\n{text}\n) AS finding LIMIT 0", used)
    names = [str(column[0]) for column in cursor.description]
    for row in connection.execute(ordered(text, names), used):
        yield dict(zip(names, row, strict=True))
