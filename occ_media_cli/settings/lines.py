"""Finding the line of a key in a TOML text, for errors that point at it.

Works on text that a TOML parser has already accepted, so it only has to follow headers, keys and where values end.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'))*)\s*"""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")


def _parts(text: str) -> list[str]:
    import tomllib

    found = []
    for part in _PART.findall(text):
        if part[0] == '"':
            found.append(str(tomllib.loads(f"k = {part}")["k"]))
        else:
            found.append(part[1:-1] if part[0] == "'" else part)
    return found


def positions(text: str) -> dict[Path, int]:
    """The line, from 1, of every header and key; members of an array of tables carry their index."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    base: Path = ()
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        start = number
        number += 1
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            array = line.startswith("[[")
            match = _KEY.match(line, 2 if array else 1)
            if match is None:
                continue
            base = _resolve(_parts(match[1]), counts)
            if array:
                counts[base] = counts.get(base, -1) + 1
                base = (*base, counts[base])
            found.setdefault(base, start + 1)
            continue
        match = _KEY.match(line)
        if match is None or match.end() >= len(line) or line[match.end()] != "=":
            continue
        path = (*base, *_parts(match[1]))
        for length in range(len(base) + 1, len(path) + 1):
            found.setdefault(path[:length], start + 1)
        number = _end_of_value(
            lines, start, lines[start].index("=", len(lines[start]) - len(lines[start].lstrip()) + match.end()) + 1
        )
    return found


def _resolve(parts: list[str], counts: dict[Path, int]) -> Path:
    """A header's path, where a name that is an array of tables stands for its newest member."""
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if position < len(parts) - 1 and path in counts:
            path = (*path, counts[path])
    return path


def _end_of_value(lines: list[str], row: int, column: int) -> int:
    """The row after a value: brackets and multi-line strings may run over many."""
    depth = 0
    quote = ""
    while row < len(lines):
        line = lines[row]
        while column < len(line):
            if quote:
                if quote[0] == '"' and line[column] == "\\":
                    column += 2
                    continue
                if line.startswith(quote, column):
                    column += len(quote)
                    quote = ""
                    continue
                column += 1
                continue
            character = line[column]
            if character == "#":
                break
            if character in "\"'":
                quote = character * 3 if line.startswith(character * 3, column) else character
                column += len(quote)
                continue
            depth += (character in "[{") - (character in "]}")
            column += 1
        if len(quote) != 3:
            quote = ""
        if depth <= 0 and not quote:
            return row + 1
        row, column = row + 1, 0
    return row


def locate(text: str, path: Path) -> int | None:
    """The line of a path, or of the nearest thing above it that stands in the text."""
    found = positions(text)
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return None
