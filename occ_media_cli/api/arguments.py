"""What each argument of the API may be, by its name: a name means one thing in every call.

`Calls` puts these checks before every public method, so that a wrong type is a UsageError with the name of the argument
before anything is opened. What the values mean is checked where they are used, as for the command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from occ_media_cli.api.door import Door

Check = Callable[[object, str], None]


def _wrong(value: object, name: str, what: str) -> UsageError:
    return UsageError(f"{name} must be {what}, not {value!a:.40}", hint=f"give {what}")


def text(value: object, name: str) -> None:
    """One text that can be kept: half of a surrogate pair is no character, and no store, name or file can hold it."""
    if not isinstance(value, str):
        raise _wrong(value, name, "text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _wrong(value, name, "text of whole characters") from None


def texts(value: object, name: str) -> None:
    """Some texts; one alone would be taken for its letters."""
    if isinstance(value, str | bytes) or not isinstance(value, list | tuple | set | frozenset):
        raise _wrong(value, name, "a list of texts")
    for item in value:
        text(item, f"an item of {name}")


def path(value: object, name: str) -> None:
    """One path, as text or a path object."""
    found = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(found, str) or "\0" in found:
        raise _wrong(value, name, "a path")
    try:
        os.fsencode(found)
    except UnicodeEncodeError:
        raise _wrong(value, name, "a path") from None


def paths(value: object, name: str) -> None:
    """One path or several; what is in an iterator is looked at when it is its turn."""
    if not isinstance(value, str | os.PathLike | Iterable) or isinstance(value, bytes):
        raise _wrong(value, name, "a path or a list of paths")


def flag(value: object, name: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise _wrong(value, name, "true or false")


def whole(value: object, name: str) -> None:
    """A whole number that a store can count."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise _wrong(value, name, "a whole number")


def positive(value: object, name: str) -> None:
    """A whole number from 1."""
    whole(value, name)
    if isinstance(value, int) and value < 1:
        raise _wrong(value, name, "a whole number above 0")


def number(value: object, name: str) -> None:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(value, name, "a number")


def table(value: object, name: str) -> None:
    """A mapping."""
    if not isinstance(value, Mapping):
        raise _wrong(value, name, "a table")


def some_texts(value: object, name: str) -> None:
    """One text or several."""
    if not isinstance(value, str):
        texts(value, name)


def entries(value: object, name: str) -> None:
    """One entry, or several."""
    if isinstance(value, str | bytes) or not isinstance(value, Mapping | Iterable):
        raise _wrong(value, name, "an entry or a list of entries")


def checked_later(_value: object, _name: str) -> None:
    """The room says it: moments, lengths, changes and checkpoints have one check of their own each."""


CHECKS: Mapping[str, Check] = {
    **dict.fromkeys((
        "inbox", "name", "old", "new", "entry", "reason", "backdate", "agent", "customer", "conversation", "direction",
        "channel", "role", "action", "question", "category", "kind", "source", "tag", "plan", "preset", "rule",
        "description", "scan", "max_remove", "max_delete", "outcome", "type", "sha256", "md5", "time", "format",
        "engine", "group", "accept_loss", "half",
    ), text),
    **dict.fromkeys(("file", "root", "rejects", "mapping", "sign", "baseline", "data", "key_file", "output"), path),
    **dict.fromkeys(("inboxes", "channels", "tags", "ids", "include", "exclude", "rules"), texts),
    **dict.fromkeys((
        "strict", "all_files", "everything", "create", "inside", "prune", "orphans", "newest", "record", "verify",
        "trust_rules", "force", "removed",
    ), flag),
    **dict.fromkeys(("version", "after"), whole),
    **dict.fromkeys(("limit", "slow_after"), positive),
    **dict.fromkeys((
        "at", "now", "since", "until", "grace", "repeat_after", "older_than", "remove_after", "keep_for", "change",
        "checkpoint",
    ), checked_later),
    "texts": table, "accounts": table, "rate": number, "paths": paths, "entries": entries, "customers": some_texts,
}  # fmt: skip
"""Every argument of every public method, and what it may be. Where its default is None, None may be given too."""


class Calls:
    """A group of calls to one store. Its public methods check their arguments before they do anything."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __init_subclass__(cls) -> None:
        for name, function in list(vars(cls).items()):
            if not name.startswith("_") and isinstance(function, FunctionType):
                setattr(cls, name, _checked(function))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._door.location.path}>"


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The method with its checks in front."""
    code: Any = function.__code__
    positional = code.co_varnames[1 : code.co_argcount]
    may_be_none = {name for name, default in (function.__kwdefaults__ or {}).items() if default is None}
    defaults = function.__defaults__ or ()
    may_be_none |= {name for name, default in zip(reversed(positional), reversed(defaults), strict=False)
                    if default is None}  # fmt: skip

    @wraps(function)
    def call(self: Any, *given: Any, **named: Any) -> Any:
        for name, value in (*zip(positional, given, strict=False), *named.items()):
            if name in CHECKS and not (value is None and name in may_be_none):
                CHECKS[name](value, name)
        return function(self, *given, **named)

    return call
