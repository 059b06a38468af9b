"""Checks of single values: each gives back the form that is stored, or a Problem in words for people.

They are used for documents, for changes through the API and the command line, and for imports, so their words name no
command and no option.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from occ_media_cli import times
from occ_media_cli.errors import Slip, UsageError
from occ_media_cli.report.meant import choices_meant, offer
from occ_media_cli.report.words import nearest, or_words, question
from occ_media_cli.settings import inbox_names, messages
from occ_media_cli.store.reasons import LONGEST_TEXT

Path = tuple[str | int, ...]


class FieldProblem(UsageError):
    """A value that may not be kept: what is wrong, and what to write instead.

    path: the keys that lead to it, from the top of a document, or from the field of a change on. meant: a value that
    would be right. lacks: the keys of which one is missing there. A document turns it into an error with file and
    line; for every other caller it is a usage error.
    """

    def __init__(
        self,
        path: Path,
        what: str,
        hint: str,
        *,
        meant: str | None = None,
        topic: tuple[str, ...] = (),
        slip: Slip | None = None,
        lacks: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what, hint=hint, topic=topic, slip=slip)
        self.path, self.meant, self.lacks = path, meant, lacks


Check = Callable[[Any, Path, str], Any]
"""Takes a value, its path and the words that name its place; returns the value as the program keeps it."""


def shown(value: object) -> str:
    """A value as it stands in TOML, short enough for an error line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + (value if len(value) <= 40 else value[:39] + "…") + '"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "an array"
    if value is None:
        return "nothing"
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of many digits"
    return str(value)[:40]


def boolean(value: Any, path: Path, where: str) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    key = path[-1]
    found = choices_meant(str(value), ("on", "off")) or ("on", "off")
    words = ["true" if word == "on" else "false" for word in found]
    raise FieldProblem(path, f"{where}{key} must be true or false, not {shown(value)}", offer(words, f"{key} = "))


def is_text(value: object) -> bool:
    """Whether it is text that a store can keep: no NUL, and nothing that has no place in UTF-8."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def printable(text: str, longest: int) -> bool:
    """Whether a name has something to see, and nothing that a screen would not show."""
    return bool(text.strip()) and len(text) <= longest and text.isprintable()


def string(value: Any, path: Path, where: str) -> str:
    """Text without NUL."""
    if is_text(value):
        return str(value)
    raise FieldProblem(path, f"{where}{path[-1]} must be text, not {shown(value)}", f'write {path[-1]} = "…"')


def plain(value: Any, path: Path, where: str) -> str:
    """Text of a page at most, without control characters but newlines."""
    text = string(value, path, where)
    try:
        messages.characters(text, str(path[-1]))
    except ValueError as problem:
        raise FieldProblem(path, f"{where}{problem}", "change the text") from None
    if len(text) > LONGEST_TEXT:
        what = f"{where}{path[-1]} has {len(text):,} characters; {LONGEST_TEXT:,} are the most"
        raise FieldProblem(path, what, "write a shorter one")
    return text


def name(word: object, path: Path, what: str) -> str:
    """The name of an agent, a rule or a channel profile."""
    if isinstance(word, str) and printable(word, inbox_names.LONGEST_WORD):
        return word
    raise FieldProblem(
        path, f"{what} name has 1 to {inbox_names.LONGEST_WORD} printable characters", "give it another name"
    )


def strings(value: Any, path: Path, where: str) -> tuple[str, ...]:
    """An array of different texts."""
    if isinstance(value, list | tuple) and all(is_text(item) and item for item in value):
        if len(set(value)) == len(value):
            return tuple(value)
        raise FieldProblem(path, f"{where}{path[-1]} names one twice", "take one of them out")
    if isinstance(value, list | tuple) and "" in value:
        raise FieldProblem(path, f"{where}{path[-1]} has an empty one", "give it a name, or take it out")
    raise FieldProblem(
        path, f"{where}{path[-1]} must be an array of texts, not {shown(value)}", f'write {path[-1]} = ["…"]'
    )


def table(value: Any, path: Path, where: str) -> Mapping[str, Any]:
    """A table."""
    if isinstance(value, Mapping):
        return value
    raise FieldProblem(path, f"{where}{path[-1]} must be a table, not {shown(value)}", f"write [{path[-1]}]")


def one_of(*choices: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: Path, where: str) -> str:
        if isinstance(value, str) and value in choices:
            return value
        found = choices_meant(str(value), choices) or choices
        raise FieldProblem(
            path,
            f"{where}{path[-1]} must be {or_words(choices)}, not {shown(value)}",
            offer([f'"{word}"' for word in found], f"{path[-1]} = "),
        )

    return check


def span(value: Any, path: Path, where: str) -> str:
    """A duration such as `90d`."""
    text = string(value, path, where)
    try:
        times.duration(text, f"{where}{path[-1]}")
    except UsageError as problem:
        raise FieldProblem(path, problem.what, problem.hint or "") from None
    return text


def moment(value: Any, path: Path, where: str) -> int:
    """A time: a TOML date, a TOML date-time with an offset, or text of the same form. Milliseconds."""
    text = value.isoformat() if isinstance(value, (date, datetime)) else value
    try:
        return times.parse(text)
    except times.OutsideYears as problem:
        raise FieldProblem(
            path, f"{where}{path[-1]} {problem}", f"write {path[-1]} = 2026-03-02T14:00:00Z, or take the line out"
        ) from None
    except (ValueError, TypeError, OverflowError):
        raise FieldProblem(
            path,
            f"{where}{path[-1]} {shown(text)} is not a time with an offset",
            f"write {path[-1]} = 2026-03-02T14:00:00Z",
        ) from None


def take(value: Any, path: Path, where: str, keys: Mapping[str, Check]) -> dict[str, Any]:
    """Check every key of a table; an unknown one is a problem that names the nearest."""
    found = {}
    for key, item in table(value, path, where).items():
        check = keys.get(key)
        if check is None:
            near = nearest(str(key), keys)
            raise FieldProblem(
                (*path, key),
                f"{where}unknown key '{key!s:.64}'{question(near)}",
                f"write {near}" if near else f"the keys here are {', '.join(sorted(keys))}",
            )
        found[key] = check(item, (*path, key), where)
    return found


def inbox_reference(known: Mapping[str, object], *, listed: bool = False) -> Check:
    """The name of an inbox that is in the document. listed: it stands among others."""

    def check(value: Any, path: Path, where: str) -> str:
        name = inbox_names.normal(string(value, path, where))
        if name in known:
            return name
        near = nearest(name, known)
        key = "" if listed else f"{path[-1]} = "
        raise FieldProblem(
            path,
            f"{where}no inbox '{name}'{question(near)}",
            f'write {key}"{near}"' if near else f"add [inboxes.{name}], or take the line out",
        )

    return check
