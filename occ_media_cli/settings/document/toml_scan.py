"""Where everything stands in a TOML text, for errors that point at a line and for edits that touch nothing else.

Works on text that a TOML parser has already accepted, so it only has to follow headers, keys and where values end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from occ_media_cli.values import value

Path = tuple[str | int, ...]

_PART = r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
_KEY = re.compile(rf"[ \t]*((?:{_PART})(?:[ \t]*\.[ \t]*(?:{_PART}))*)[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_PLAIN = re.compile(r"""(?:"(?:[^"\\\n]|\\.)*"(?!")|'[^'\n]*'(?!')|[^\s"'#\[{][^#\n]*)""")
"""A value on one line that is neither an array, a table nor a multi-line string."""


@value
class Mark:
    """A header or a key.

    path: with the index of each member of an array of tables. kind: `table`, `array` (a `[[…]]` header) or `key`.
    first, last: offsets of its first line and of the line after it. key: where its dotted key stands. parts: where each
    part of that key stands. value: where the value stands; an empty span for a header. header: the number of headers
    before it, so that keys under one header have the same.
    """

    path: Path
    kind: str
    first: int
    last: int
    key: tuple[int, int]
    parts: tuple[tuple[int, int], ...]
    value: tuple[int, int]
    header: int


def _text_of(part: str) -> str:
    if part[0] == '"':
        import tomllib

        return str(tomllib.loads(f"k = {part}")["k"])
    return part[1:-1] if part[0] == "'" else part


def marks(text: str) -> Iterator[Mark]:
    """Every header and key, in the order of the text."""
    counts: dict[Path, int] = {}
    base: Path = ()
    headers = 0
    position = 0
    while True:
        match = _SPACE.match(text, position)
        position = match.end() if match is not None else position
        if position >= len(text):
            return
        first = text.rfind("\n", 0, position) + 1
        opening = "[[" if text.startswith("[[", position) else "[" if text[position] == "[" else ""
        found = _KEY.match(text, position + len(opening))
        if found is None:  # not TOML; callers have parsed it before
            position = _line_end(text, position)
            continue
        spans = tuple(part.span() for part in re.finditer(_PART, text[found.start(1) : found.end(1)]))
        spans = tuple((found.start(1) + low, found.start(1) + high) for low, high in spans)
        names = tuple(_text_of(text[low:high]) for low, high in spans)
        if opening:
            base = _resolved(names, counts)
            if opening == "[[":
                counts[base] = counts.get(base, -1) + 1
                base = (*base, counts[base])
            headers += 1
            position = _line_end(text, found.end())
            kind = "array" if opening == "[[" else "table"
            yield Mark(base, kind, first, position, found.span(1), spans, (position, position), headers)
            continue
        begin = found.end() + 1  # behind the equals sign
        while text[begin : begin + 1] in (" ", "\t"):
            begin += 1
        end = _value_end(text, begin)
        position = _line_end(text, end)
        yield Mark((*base, *names), "key", first, position, found.span(1), spans, (begin, end), headers)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def _resolved(parts: tuple[str, ...], counts: dict[Path, int]) -> Path:
    """A header's path, where a name that is an array of tables stands for its newest member."""
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if position < len(parts) - 1 and path in counts:
            path = (*path, counts[path])
    return path


def _value_end(text: str, begin: int) -> int:
    """The offset behind a value that starts at `begin`; brackets and multi-line strings may run over many lines."""
    plain = _PLAIN.match(text, begin)
    if plain is not None:
        return begin + len(plain[0].rstrip())
    depth, position = 0, begin
    while position < len(text):
        character = text[position]
        if character in "\"'":
            position = _string_end(text, position)
        elif character == "#":
            position = _line_end(text, position)
            continue
        else:
            depth += (character in "[{") - (character in "]}")
            position += 1
        if depth == 0:
            return position
    return position


def _string_end(text: str, begin: int) -> int:
    quote = text[begin]
    if text.startswith(quote * 3, begin):
        position = begin + 3
        while position < len(text) and not text.startswith(quote * 3, position):
            position += 2 if quote == '"' and text[position] == "\\" else 1
        position += 3
        while position < len(text) and text[position] == quote and position - begin < len(text):
            position += 1  # up to two quotes may stand before the closing ones
        return position
    position = begin + 1
    while position < len(text) and text[position] != quote:
        position += 2 if quote == '"' and text[position] == "\\" else 1
    return position + 1


def lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every path of a text."""
    found: dict[Path, int] = {}
    number, seen = 1, 0
    for mark in marks(text):
        number += text.count("\n", seen, mark.key[0])
        seen = mark.key[0]
        start = len(mark.path) - len(mark.parts) if mark.kind == "key" else len(mark.path) - 1
        for length in range(start + 1, len(mark.path) + 1):
            found.setdefault(mark.path[:length], number)
    return found


def nearest_line(found: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest thing above it that stands in the text."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return None


def locate(text: str, path: Path) -> int | None:
    """`nearest_line` of one path of a text."""
    return nearest_line(lines(text), path)
