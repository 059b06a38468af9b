"""Values, keys and tables as TOML text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TIMES = ("until", "expires")
"""Keys whose text is a time and stands in a document without quotes."""


def key(text: str) -> str:
    """A key, quoted where it must be."""
    return text if _BARE.fullmatch(text) else string(text)


def dotted(path: Sequence[str]) -> str:
    """A path as it stands in a header."""
    return ".".join(map(key, path))


def string(text: str) -> str:
    """A basic string. What JSON escapes, TOML reads alike; TOML wants DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def of(item: object, name: str = "") -> str:
    """A value; `name` is the key that it stands under."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return item if name in _TIMES else string(item)
    if isinstance(item, Mapping):
        inner = ", ".join(f"{key(word)} = {of(part, word)}" for word, part in item.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(item, Sequence):
        return f"[{', '.join(map(of, item))}]"
    return str(item)  # whole numbers, and dates as TOML reads them


def table(path: Sequence[str], content: Mapping[str, object], *, array: bool = False) -> Iterator[str]:
    """The lines of a table and of the tables in it, without empty lines at the ends."""
    yield f"[[{dotted(path)}]]" if array else f"[{dotted(path)}]"
    inner: list[tuple[str, object]] = []
    for word, item in content.items():
        if (isinstance(item, Mapping) and item) or _tables(item):
            inner.append((word, item))
        else:
            yield f"{key(word)} = {of(item, word)}"
    for word, item in inner:
        for row in [item] if isinstance(item, Mapping) else item:  # type: ignore[attr-defined]  # a list of tables
            yield ""
            yield from table((*path, word), row, array=not isinstance(item, Mapping))


def _tables(item: object) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(row, Mapping) for row in item)
