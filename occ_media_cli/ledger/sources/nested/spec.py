"""Where a field of a mapping takes its value from: a path, the first of several that is there, or several joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.sources.nested.path import Path, parse_path, path_of_text

T = TypeVar("T")

MOST_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values as one text, those that are there, with a text between them."""

    parts: tuple[Spec, ...]
    between: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A value of that one among some objects which is meant: of the contact that the author is.

    among: where the objects stand. where: the path in each that must equal `value`. give: paths in it, of which the
    first that is there counts.
    """

    among: tuple[Path, ...]
    where: Path
    value: Path
    give: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """The first of some that gives a value."""

    alternatives: tuple[Path | Joined | Matched, ...]


def parse_spec(value: object, *, nested: bool = False) -> Spec:
    """The spec of a value in TOML; ValueError says what is wrong in it, and what would be right."""
    if isinstance(value, str):
        return Spec((parse_path(value),))
    if isinstance(value, dict) and not nested:
        return Spec((_table(value),))
    if not isinstance(value, list) or not value:
        raise ValueError('is neither a path, nor a list of paths, nor { join = [paths], with = ":" }')
    if len(value) > MOST_ALTERNATIVES:
        raise ValueError(f"has {len(value):,} paths, and {MOST_ALTERNATIVES} are the most")
    found: list[Path | Joined | Matched] = []
    for each in value:
        if isinstance(each, str):
            found.append(parse_path(each))
        elif isinstance(each, dict) and not nested:
            found.append(_table(each))
        else:
            raise ValueError('has something in its list that is no path; write "message.id"')
    return Spec(tuple(found))


def _table(value: dict[str, object]) -> Joined | Matched:
    return _matched(value) if "among" in value else _joined(value)


def _matched(value: dict[str, object]) -> Matched:
    if set(value) != {"among", "where", "is", "give"}:
        raise ValueError(
            'needs among, where, is and give; write { among = "people[]", where = "id", is = "by", give = "mail" }'
        )
    among, give = _listed_paths(value["among"]), _listed_paths(value["give"])
    where, wanted = path_of_text(value["where"]), path_of_text(value["is"])
    if any(path.start != "here" or path.up for path in (where, *give)):
        raise ValueError("has where or give that leaves what is found; begin them with a key of it")
    return Matched(among, where, wanted, give)


def _listed_paths(value: object) -> tuple[Path, ...]:
    listed = value if isinstance(value, list) else [value]
    if not 1 <= len(listed) <= MOST_ALTERNATIVES:
        raise ValueError(f"has {len(listed):,} paths; write from 1 to {MOST_ALTERNATIVES}")
    return tuple(map(path_of_text, listed))


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
