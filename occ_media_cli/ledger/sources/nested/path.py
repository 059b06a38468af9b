"""Paths of a mapping: how they are written, and the functions that follow them.

    message.attachments[].payload.url     keys, and every element of a list
    rooms.join.*.timeline                 every value of a map; `@key` is the key of it
    content."m.relates_to".rel_type       a key with dots in it
    parts[0], parts[-1]                   one element
    ^entry[].id    ..id    ....id         from the body; one level up, two levels up
    url | last-of-path                    filters, from left to right; a path goes on behind: `Media | json | [].Sid`
    @key    #    @agents                  the key, the number of the row from 1, what the caller says
    'blocked'                             not a path but this word

A path that goes through a list through which the row came takes the element of the row: `^entry[].id` is the id of the
entry that the message stands in, and not of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources.nested import filters
from occ_media_cli.report.words import suggestion

MOST_PARTS = 64
"""Parts of one path; a body is not nested deeper."""
LONGEST_PATH = 2_000

MOST_LOOKED_AT = 10_000
"""Elements of a list that a path may look at for each row. The lists that rows come from are as long as they are."""

SAID = ("agents", "customers", "received")
"""What the caller says and a mapping may name behind `@`."""


class PathMark(Enum):
    """Steps that are no key: every element of a list, and every value of a map."""

    ALL = "[]"
    EACH_KEY = "*"


ALL: Final = PathMark.ALL
EACH_KEY: Final = PathMark.EACH_KEY


@dataclass(frozen=True, slots=True)
class Filtered:
    """A step that makes another value. text: how it is written, by which two are told apart."""

    text: str

    def __call__(self, value: Any) -> Any:
        """The other value."""
        name, colon, given = self.text.partition(":")
        made = filters.WITH_TEXT[name](given) if colon else filters.SIMPLE[name]
        return made(value)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A key with the number of a repeat in it: `MediaUrl{n}`."""

    text: str


Step = str | int | PathMark | Filtered | Numbered
Nodes = list[Any]
"""The values that lead from the body to a row, then the keys by step, then the number of the row from 0."""
KEYS, NUMBER = -2, -1

Get = Callable[[Nodes], Any]


@dataclass(frozen=True, slots=True)
class Path:
    """A path as it is written. start: `here`, `body`, or a word for what is no path (`constant`, `key`, `number`,
    `said`). up: levels. word: of a constant, or which of `SAID`."""

    text: str
    start: str = "here"
    up: int = 0
    steps: tuple[Step, ...] = ()
    word: str = ""


def path_of_text(value: object) -> Path:
    """The path of a value in TOML; ValueError as in `parse_path`."""
    if not isinstance(value, str):
        raise ValueError('is no text; write a path such as "message.id"')  # noqa: TRY004 - as all mistakes of a path
    return parse_path(value)


def parse_path(text: str) -> Path:
    """The path of a text; ValueError says what is wrong in it, and what would be right."""
    written = text.strip()
    if not written:
        raise ValueError("is empty; write the path of a value, such as message.id")
    if len(written) > LONGEST_PATH:
        raise ValueError(f"is longer than {LONGEST_PATH:,} characters; a path has a few parts")
    if written[0] == "'":
        return _constant(text, written)
    if written == "#":
        return Path(text, "number")
    head, *stages = split_outside(written, "|")
    head = head.strip()
    start, up = "here", 0
    if head.startswith("^"):
        start, head = "body", head[1:]
    elif head == "@key":
        start, head = "key", ""
    elif head.startswith("@"):
        if head[1:] not in SAID:
            raise ValueError(f"'{head:.40}' is none of @key, {', '.join(f'@{name}' for name in SAID)}")
        return Path(text, "said", word=head[1:])
    else:
        while head.startswith(".."):
            up, head = up + 1, head[2:]
    steps = [] if head in ("", ".") else _steps(head)
    for stage in stages:
        steps += _stage(stage.strip())
    if len(steps) > MOST_PARTS or up > MOST_PARTS:
        raise ValueError(f"has {max(len(steps), up):,} parts, and {MOST_PARTS} are the most")
    return Path(text, start, up, tuple(steps))


def _constant(text: str, written: str) -> Path:
    if len(written) < 2 or written[-1] != "'" or "'" in written[1:-1]:
        raise ValueError("begins with a quote and does not end with one; a word stands as 'word'")
    return Path(text, "constant", word=written[1:-1])


def _stage(stage: str) -> list[Step]:
    """A filter, or the path that goes on behind one."""
    if stage.startswith(("[", ".")):
        return _steps(stage.removeprefix("."))
    name, colon, given = stage.partition(":")
    if colon:
        quoted = given.strip()
        if name not in filters.WITH_TEXT or len(quoted) < 3 or quoted[0] != "'" or quoted[-1] != "'":
            raise ValueError(f"has '{stage:.40}' behind |; filters are {', '.join(filters.NAMES)}")
        return [Filtered(f"{name}:{quoted[1:-1]}")]
    if name not in filters.SIMPLE:
        near = suggestion(name, filters.SIMPLE)
        raise ValueError(f"has '{stage:.40}' behind |{near}; filters are {', '.join(filters.NAMES)}")
    return [Filtered(name)]


def _steps(text: str) -> list[Step]:
    found: list[Step] = []
    at, wanted = 0, True
    while at < len(text):
        letter = text[at]
        if letter == "[":
            end = text.find("]", at)
            inside = text[at + 1 : end] if end > 0 else "?"
            if inside and not (inside.removeprefix("-").isascii() and inside.removeprefix("-").isdigit()):
                raise ValueError(f"has '{text[at : at + 20]}'; write [] for every element, or [0] for the first")
            found.append(int(inside[:9]) if inside else ALL)
            at, wanted = end + 1, False
        elif letter == ".":
            if wanted:
                raise ValueError("has a dot with no key before it")
            at, wanted = at + 1, True
        elif not wanted:
            raise ValueError(f"has '{text[at : at + 20]}' where a dot or [ should stand")
        elif letter == '"':
            end = text.find('"', at + 1)
            if end < 0:
                raise ValueError('has a key in quotes that do not end; write "m.relates_to"')
            found.append(text[at + 1 : end])
            at, wanted = end + 1, False
        else:
            end = min((place for mark in '.["' if (place := text.find(mark, at)) > 0), default=len(text))
            key = text[at:end].strip()
            if key == "@key":
                raise ValueError("has @key behind a path; @key stands alone")
            found.append(EACH_KEY if key == "*" else Numbered(key) if "{n}" in key else key)
            at, wanted = end, False
        if len(found) > MOST_PARTS:
            raise ValueError(f"has more than {MOST_PARTS} parts")
    if wanted:
        raise ValueError("ends with a dot")
    return found


def split_outside(text: str, mark: str) -> list[str]:
    """A text cut at each mark that stands in no quotes."""
    found, begin, quote = [], 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == mark:
            found.append(text[begin:place])
            begin = place + 1
    return [*found, text[begin:]]


def walk_values(value: Any, steps: tuple[Step, ...], number: int, at: int = 0) -> Iterator[Any]:
    """Every value that some steps lead to; what they do not fit leads to none."""
    for place in range(at, len(steps)):
        step = steps[place]
        if type(step) is str:
            value = value.get(step) if type(value) is dict else None
        elif type(step) is Filtered:
            value = step(value)
        elif step is ALL or step is EACH_KEY:
            inner = value.values() if step is EACH_KEY and type(value) is dict else value
            if type(value) is list or inner is not value:
                if len(inner) > MOST_LOOKED_AT:
                    raise Unfit("too many", f"a path goes through a list of more than {MOST_LOOKED_AT:,} elements")
                for item in inner:
                    # a list of lists counts as one
                    again = place if type(item) is list and step is ALL else place + 1
                    yield from walk_values(item, steps, number, again)
            return
        elif type(step) is int:
            inside = type(value) is list and -len(value) <= step < len(value)
            value = value[step] if inside else None
        elif type(step) is Numbered:
            value = value.get(step.text.replace("{n}", str(number))) if type(value) is dict else None
        if value is None:
            return
    yield value


def get_values(index: int, steps: tuple[Step, ...]) -> Get:
    """The function that gives every value of a path as a list."""

    return lambda nodes: list(walk_values(nodes[index], steps, nodes[NUMBER]))


def get_value(index: int, steps: tuple[Step, ...]) -> Get:
    """The function that gives the first value of a path, or None."""
    if all(type(step) is str for step in steps) and len(steps) <= 2:
        return _get_by_keys(index, [step for step in steps if type(step) is str])

    def get(nodes: Nodes) -> Any:
        return next(walk_values(nodes[index], steps, nodes[NUMBER]), None)

    return get


def _get_by_keys(index: int, keys: list[str]) -> Get:
    """The ways that most paths of a mapping go: they are followed for every row."""
    if not keys:
        return lambda nodes: nodes[index]
    first = keys[0]
    if len(keys) == 1:

        def get_one(nodes: Nodes) -> Any:
            value = nodes[index]
            return value.get(first) if type(value) is dict else None

        return get_one
    second = keys[1]

    def get_two(nodes: Nodes) -> Any:
        value = nodes[index]
        if type(value) is dict:
            value = value.get(first)
            if type(value) is dict:
                return value.get(second)
        return None

    return get_two


def take_first(gets: list[Get]) -> Get:
    """The function that gives the first value that is there and no empty text."""
    if len(gets) == 1:
        return gets[0]

    def get(nodes: Nodes) -> Any:
        for each in gets:
            value = each(nodes)
            if value is not None and value != "":
                return value
        return None

    return get
