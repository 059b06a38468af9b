"""Values, keys and tables as TOML text, written by tomlkit.

tomlkit is loaded only for what needs it: turning a switch, the most frequent change, writes `true` or `false`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = r"[A-Za-z0-9_-]+"
_TIMES = ("until", "expires")
"""Keys whose text is a time and stands in a document without quotes."""


def key(text: str) -> str:
    """A key, quoted where it must be."""
    return text if re.fullmatch(_BARE, text) else string(text)


def dotted(path: Sequence[str]) -> str:
    """A path as it stands in a header."""
    return ".".join(map(key, path))


def string(text: str) -> str:
    """A basic string."""
    import tomlkit

    return tomlkit.string(text).as_string()


def literal_of(item: object, name: str = "") -> str:
    """A value; `name` is the key that it stands under."""
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(_item(item, name).as_string())


def _item(item: object, name: str = "") -> Any:
    """A value as tomlkit has it."""
    import tomlkit

    if isinstance(item, str) and name in _TIMES:
        return tomlkit.value(item)  # as it is written: a time keeps its digits and its offset
    if isinstance(item, Mapping):
        table = tomlkit.inline_table()
        for word, part in item.items():
            table.append(word, _item(part, word))
        return table
    if isinstance(item, Sequence) and not isinstance(item, str):
        array = tomlkit.array()
        for part in item:
            array.append(_item(part))
        return array
    return tomlkit.item(item)


def table(path: Sequence[str], content: Mapping[str, object], *, array: bool = False) -> Iterator[str]:
    """The lines of a table and of the tables in it, without empty lines at the ends."""
    yield f"[[{dotted(path)}]]" if array else f"[{dotted(path)}]"
    inner: list[tuple[str, object]] = []
    for word, item in content.items():
        if (isinstance(item, Mapping) and item) or _tables(item):
            inner.append((word, item))
        else:
            yield f"{key(word)} = {literal_of(item, word)}"
    for word, item in inner:
        for row in [item] if isinstance(item, Mapping) else item:  # type: ignore[attr-defined]  # a list of tables
            yield ""
            yield from table((*path, word), row, array=not isinstance(item, Mapping))


def _tables(item: object) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(row, Mapping) for row in item)
