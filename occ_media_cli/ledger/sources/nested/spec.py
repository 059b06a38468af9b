"""Where a field of a mapping takes its value from: a path, the first of several that is there, or several joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.sources.nested.path import Path, parse_path

T = TypeVar("T")

MOST_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values as one text, those that are there, with a text between them."""

    parts: tuple[Spec, ...]
    between: str


@dataclass(frozen=True, slots=True)
class Spec:
    """The first of some that gives a value."""

    alternatives: tuple[Path | Joined, ...]


def parse_spec(value: object, *, nested: bool = False) -> Spec:
    """The spec of a value in TOML; ValueError says what is wrong in it, and what would be right."""
    if isinstance(value, str):
        return Spec((parse_path(value),))
    if isinstance(value, dict) and not nested:
        return Spec((_joined(value),))
    if not isinstance(value, list) or not value:
        raise ValueError('is neither a path, nor a list of paths, nor { join = [paths], with = ":" }')
    if len(value) > MOST_ALTERNATIVES:
        raise ValueError(f"has {len(value):,} paths, and {MOST_ALTERNATIVES} are the most")
    found: list[Path | Joined] = []
    for each in value:
        if isinstance(each, str):
            found.append(parse_path(each))
        elif isinstance(each, dict) and not nested:
            found.append(_joined(each))
        else:
            raise ValueError('has something in its list that is no path; write "message.id"')
    return Spec(tuple(found))


def _joined(value: dict[str, object]) -> Joined:
    parts, between = value.get("join"), value.get("with", "")
    if set(value) - {"join", "with"} or not isinstance(parts, list) or not parts or not isinstance(between, str):
        raise ValueError('is a table of another kind than { join = [paths], with = ":" }')
    if len(parts) > MOST_ALTERNATIVES:
        raise ValueError(f"joins {len(parts):,} paths, and {MOST_ALTERNATIVES} are the most")
    return Joined(tuple(parse_spec(part, nested=True) for part in parts), between)


def constant_spec(word: str) -> Spec:
    """A spec that always gives one word."""
    return Spec((Path(word, "constant", word=word),))


def made_in_place(place: str, file: str, make: Callable[[], T]) -> T:
    """What is made of a part of a mapping, or MalformedInput with the table and key of it.

    The ValueError of a mistake says what is wrong, and behind a semicolon what would be right.
    """
    try:
        return make()
    except ValueError as problem:
        what, _, hint = str(problem).partition("; ")
        raise MalformedInput(f"{place} {what}", file=file, hint=hint or "mend that path") from None
