"""What each argument of the API may be, by its name: a name means one thing in every call.

`Calls` puts these checks before every public method, so that a wrong type is a UsageError with the name of the argument
before anything is opened. What the values mean is checked where they are used, as for the command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError, unreachable

if TYPE_CHECKING:
    from occ_media_cli.api.door import Door

Check = Callable[[object, str], None]

_OPEN_ENDED = 0x04 | 0x08
"""The flags of a function that takes any arguments: inspect's CO_VARARGS and CO_VARKEYWORDS, which costs 40 ms."""


def _wrong(value: object, name: str, what: str) -> UsageError:
    return UsageError(f"{name} must be {what}, not {value!a:.40}", hint=f"give {what}")


def text(value: object, name: str) -> None:
    """One text that can be kept: half of a surrogate pair is no character, and no store, name or file can hold it;
    nothing that is named holds a NUL."""
    if not isinstance(value, str):
        raise _wrong(value, name, "text")
    if "\0" in value:
        raise _wrong(value, name, "text without NUL")
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
    path_or_object(value, name)


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


def size(value: object, name: str) -> None:
    """A size as a text with its unit, or as a number of bytes."""
    (text if isinstance(value, str) else positive)(value, name)


def table(value: object, name: str) -> None:
    """A mapping."""
    if not isinstance(value, Mapping):
        raise _wrong(value, name, "a table")


def some_texts(value: object, name: str) -> None:
    """One text or several."""
    (text if isinstance(value, str) else texts)(value, name)


def one_or_several(value: object, name: str) -> None:
    """One text, or a list of at least one: an empty list names nothing, and would be taken for everything."""
    some_texts(value, name)
    if not value and not isinstance(value, str):
        raise UsageError(f"{name} is an empty list", hint=f"leave {name} out, or name at least one")


_SEVERAL = "str | Sequence[str]"


def _check_of(function: FunctionType, name: str) -> Check:
    """What an argument may be: by its name, and several texts where its type says so, as an option may be repeated."""
    check = CHECKS[name]
    return one_or_several if check is text and str(function.__annotations__.get(name)).startswith(_SEVERAL) else check


def entries(value: object, name: str) -> None:
    """One entry, or several."""
    if isinstance(value, str | bytes) or not isinstance(value, Mapping | Iterable):
        raise _wrong(value, name, "an entry or a list of entries")


def path_or_object(value: object, name: str) -> None:
    """A path, or what the program made of one: the room knows what it wants."""
    if isinstance(value, str | os.PathLike):
        path(value, name)


def checked_later(_value: object, _name: str) -> None:
    """The room says it: moments, lengths and changes have one check of their own each."""


CHECKS: Mapping[str, Check] = {
    **dict.fromkeys((
        "inbox", "name", "old", "new", "entry", "reason", "backdate", "agent", "customer", "conversation", "direction",
        "channel", "role", "action", "question", "category", "kind", "source", "tag", "plan", "preset", "rule",
        "description", "scan", "max_remove", "max_delete", "outcome", "type", "sha256", "md5", "time", "format",
        "engine", "group", "accept_loss", "half", "compare", "antivirus", "clamd", "label", "ticket",
        "requester", "received", "time_zone", "by", "sort", "first", "second", "text",
    ), text),
    **dict.fromkeys((
        "file", "root", "rejects", "mapping", "sign", "baseline", "data", "key_file", "output", "signers", "tsa_cert",
        "tsq", "answer", "signatures", "strip", "folder", "write",
    ), path),
    **dict.fromkeys((
        "inboxes", "channels", "tags", "ids", "include", "exclude", "rules", "conversations", "only", "states", "names",
        "agents", "add_inboxes", "remove_inboxes", "targets",
    ), texts),
    **dict.fromkeys((
        "strict", "all_files", "everything", "create", "inside", "prune", "orphans", "newest", "record", "verify",
        "trust_rules", "force", "removed", "coarse", "allow_remote", "with_scan", "receive", "send",
    ), flag),
    **dict.fromkeys(("version", "after", "number"), whole),
    **dict.fromkeys(("limit", "slow_after", "workers", "account"), positive),
    **dict.fromkeys((
        "at", "now", "since", "until", "grace", "repeat_after", "older_than", "remove_after", "keep_for", "change",
        "stale", "expires", "expires_within",
    ), checked_later),
    **dict.fromkeys(("checkpoint", "previous"), path_or_object),
    "texts": table, "accounts": table, "rate": number, "quality_floor": number, "max_size": size, "paths": paths,
    "entries": entries, "customers": some_texts,
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


def _checked(function: FunctionType) -> Callable[..., Any]:
    """The method with its checks in front."""
    code: Any = function.__code__
    positional = code.co_varnames[1 : code.co_argcount]
    may_be_none = {name for name, default in (function.__kwdefaults__ or {}).items() if default is None}
    defaults = function.__defaults__ or ()
    may_be_none |= {name for name, default in zip(reversed(positional), reversed(defaults), strict=False)
                    if default is None}  # fmt: skip

    known = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    needed = {*positional[: len(positional) - len(defaults)],
              *known[len(positional) :]} - {*(function.__kwdefaults__ or ())}  # fmt: skip
    open_ended = code.co_flags & _OPEN_ENDED

    checks = {name: _check_of(function, name) for name in known if name in CHECKS}

    @wraps(function)
    def call(self: Any, *given: Any, **named: Any) -> Any:
        if not open_ended:
            _refuse_other_arguments(function.__name__, positional, known, needed, given, named)
        for name, value in (*zip(positional, given, strict=False), *named.items()):
            if name in checks and not (value is None and name in may_be_none):
                checks[name](value, name)
        try:
            return function(self, *given, **named)
        except OSError as problem:
            trouble = unreachable(problem)
            if trouble is None:
                raise
            raise trouble from problem

    return call


def _refuse_other_arguments(
    method: str,
    positional: Sequence[str],
    known: Sequence[str],
    needed: Collection[str],
    given: Sequence[object],
    named: Mapping[str, object],
) -> None:
    """UsageError for an argument that the method does not have, has twice, or lacks: what Python says of it is no
    error of this program, which a caller catches."""
    from occ_media_cli.report.words import suggestion

    taken = positional[: len(given)]
    for name in named:
        if name not in known:
            raise UsageError(f"{method} has no argument '{name:.40}'{suggestion(name, known)}",
                             hint=f"it has {', '.join(known) or 'none'}")  # fmt: skip
        if name in taken:
            raise UsageError(f"{method} is given {name} twice", hint="give it once")
    if len(given) > len(positional):
        raise UsageError(f"{method} takes {len(positional)} arguments without a name, not {len(given)}",
                         hint=f"name the others: {', '.join(known)}")  # fmt: skip
    missing = [name for name in known if name in needed and name not in taken and name not in named]
    if missing:
        raise UsageError(f"{method} needs {' and '.join(missing)}", hint=f"give {missing[0]}")
