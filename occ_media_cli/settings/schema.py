"""What a settings document may say: every key, its form, and the words when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.report.words import nearest, suggestion
from occ_media_cli.settings import messages, names
from occ_media_cli.settings.model import SCAN_MODES, Box, Config, InboxPlan, InboxSettings, size_bytes

Path = tuple[str | int, ...]


class Problem(Exception):  # a finding inside the document, turned into an error with file and line
    """Something in a document that breaks its format, with the path of keys that leads to it."""

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(what)
        self.path, self.what, self.hint = path, what, hint


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
    if isinstance(value, list):
        return "an array"
    return str(value)


def boolean(value: Any, path: Path, where: str) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    key = path[-1]
    guess = "false" if str(value).casefold() in ("off", "no", "false", "0") else "true"
    raise Problem(path, f"{where}{key} must be true or false, not {shown(value)}", f"write {key} = {guess}")


def string(value: Any, path: Path, where: str) -> str:
    """Text without NUL."""
    if isinstance(value, str) and "\0" not in value:
        return value
    raise Problem(path, f"{where}{path[-1]} must be text, not {shown(value)}", f'write {path[-1]} = "…"')


def strings(value: Any, path: Path, where: str) -> tuple[str, ...]:
    """An array of different texts."""
    if isinstance(value, list) and all(isinstance(item, str) and item and "\0" not in item for item in value):
        if len(set(value)) == len(value):
            return tuple(value)
        raise Problem(path, f"{where}{path[-1]} names one twice", "take one of them out")
    raise Problem(path, f"{where}{path[-1]} must be an array of texts, not {shown(value)}", f'write {path[-1]} = ["…"]')


def table(value: Any, path: Path, where: str) -> Mapping[str, Any]:
    """A table."""
    if isinstance(value, Mapping):
        return value
    raise Problem(path, f"{where}{path[-1]} must be a table, not {shown(value)}", f"write [{path[-1]}]")


def one_of(*choices: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: Path, where: str) -> str:
        if isinstance(value, str) and value in choices:
            return value
        near = nearest(value, choices) if isinstance(value, str) else None
        raise Problem(
            path,
            f"{where}{path[-1]} must be {', '.join(choices[:-1])} or {choices[-1]}, not {shown(value)}",
            f'write {path[-1]} = "{near or choices[0]}"',
        )

    return check


def removable(check: Check) -> Check:
    """In a time-box an empty text takes away what the base has."""
    return lambda value, path, where: None if value == "" else check(value, path, where)


def text_message(value: Any, path: Path, where: str) -> str:
    """A text for customers."""
    try:
        return messages.check(string(value, path, where))
    except ValueError as problem:
        raise Problem(
            path, f"{where}{problem}", "change the text; occ-media set --help lists what it may hold"
        ) from None


def by_language(value: Any, path: Path, where: str) -> Mapping[str, str]:
    """Messages by language tag."""
    found = {}
    for tag, text in table(value, path, where).items():
        try:
            messages.language(tag)
        except ValueError as problem:
            raise Problem((*path, tag), f"{where}messages: {problem}", 'write messages.ar = "…"') from None
        found[tag] = text_message(text, (*path, tag), where)
    return found


def quota(value: Any, path: Path, where: str) -> str:
    """A size such as `20 GB`."""
    text = string(value, path, where)
    try:
        size_bytes(text)
    except ValueError as problem:
        raise Problem(path, f"{where}quota {problem}", 'write quota = "20 GB" (units: B kB MB GB TB)') from None
    return text


def span(value: Any, path: Path, where: str) -> str:
    """A duration such as `90d`."""
    text = string(value, path, where)
    try:
        times.duration(text, f"{where}{path[-1]}")
    except UsageError as problem:
        raise Problem(path, problem.what, problem.hint or "") from None
    return text


def moment(value: Any, path: Path, where: str) -> int:
    """A time: a TOML date, a TOML date-time with an offset, or text of the same form. Milliseconds."""
    text = value.isoformat() if isinstance(value, (date, datetime)) else value
    try:
        return times.parse(text)
    except (ValueError, TypeError):
        raise Problem(
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
            near = nearest(key, keys)
            raise Problem(
                (*path, key),
                f"{where}unknown key '{key}'" + (f", did you mean '{near}'?" if near else ""),
                f"write {near}" if near else f"the keys here are {', '.join(sorted(keys))}",
            )
        found[key] = check(item, (*path, key), where)
    return found


INBOX: Mapping[str, Check] = {
    "description": string,
    "send": boolean,
    "receive": boolean,
    "message": text_message,
    "messages": by_language,
    "channels": strings,
    "tags": strings,
    "send_approved_only": boolean,
    "scan": one_of(*SCAN_MODES),
    "quota": quota,
}


_BOX: Mapping[str, Check] = {
    **INBOX, "until": moment, "message": removable(text_message), "quota": removable(quota),
}  # fmt: skip


def _inbox(name: str, value: Any, path: Path) -> InboxPlan:
    where = f"inbox '{name}': "
    keys = dict(table(value, path, where))
    raw = keys.pop("box", [])
    base = InboxSettings(**take(keys, path, where, INBOX))
    rows = raw if isinstance(raw, list) else [raw]
    boxes = []
    for index, row in enumerate(rows):
        at: Path = (*path, "box", index) if isinstance(raw, list) else (*path, "box")
        box = take(row, at, f"{where}box: ", _BOX)
        if "until" not in box:
            raise Problem(at, f"{where}a box has no until", "write until = 2026-03-02T14:00:00Z")
        until = box.pop("until")
        boxes.append(Box(until, base.changed(box)))
    return InboxPlan(base, tuple(sorted(boxes, key=lambda box: box.until)))


def _inboxes(value: Any, path: Path) -> dict[str, InboxPlan]:
    found: dict[str, InboxPlan] = {}
    accounts: dict[str, list[tuple[str, float, float]]] = {}
    for key, item in table(value, path, "").items():
        try:
            name = names.inbox_name(key)
        except ValueError as problem:
            raise Problem((*path, key), str(problem), "give it another name") from None
        if name in found:
            raise Problem((*path, key), f"inbox '{name}' is there twice in different encodings", "take one out")
        found[name] = _inbox(name, item, (*path, key))
        for begin, end, channel in _accounts(found[name]):
            for other, other_begin, other_end in accounts.setdefault(channel, []):
                if other != name and begin < other_end and other_begin < end:
                    raise Problem(
                        (*path, key, "channels"),
                        f"inbox '{name}': {channel} already belongs to inbox '{other}'",
                        "an account belongs to one inbox: take it out of one of them",
                    )
            accounts[channel].append((name, begin, end))
    return found


def _accounts(plan: InboxPlan) -> Iterator[tuple[float, float, str]]:
    """The accounts of an inbox with the spans in which it has them."""
    begin = 0.0
    for until, settings in plan.spans(0):
        end = float("inf") if until is None else until
        yield from ((begin, end, channel) for channel in settings.channels if ":" in channel)
        begin = end


def inbox_reference(known: Mapping[str, object]) -> Check:
    """The name of an inbox that is in the document."""

    def check(value: Any, path: Path, where: str) -> str:
        name = string(value, path, where)
        if name in known:
            return name
        near = nearest(name, known)
        raise Problem(
            path,
            f"{where}no inbox '{name}'" + (f", did you mean '{near}'?" if near else ""),
            f'write {path[-1]} = "{near}"' if near else f"add [inboxes.{name}], or take the line out",
        )

    return check


def _channels_known(document: Mapping[str, Any], result: Config, profiles: ProfileCheck) -> None:
    own: Mapping[str, Any] = result.sections["channels"]  # type: ignore[assignment]  # a table of tables
    names_there = profiles(own)
    for key, plan in zip(document.get("inboxes", {}), result.inboxes.values(), strict=True):
        for settings in (plan.base, *(box.settings for box in plan.boxes)):
            for channel in settings.channels:
                profile = channel.partition(":")[0]
                if profile not in names_there:
                    raise Problem(
                        ("inboxes", key, "channels"),
                        f"inbox '{key}': there is no channel profile '{profile}'{suggestion(profile, names_there)}",
                        f"add [channels.{profile}], or take it out; occ-media channels lists them",
                    )


ProfileCheck = Callable[[Mapping[str, Any]], Sequence[str]]
"""Takes the own channel profiles of a document and returns the names of all; Problem where one has a mistake."""


def config(document: Mapping[str, Any], known: Iterable[str] = (), profiles: ProfileCheck | None = None) -> Config:
    """The configuration that a parsed document stands for; Problem where it breaks the format.

    known: inboxes beside those of the document, which its sections may name. profiles: the check of channels, which
    another room knows; None takes every channel as it is.
    """
    from occ_media_cli.settings import sections

    top = {
        "inboxes": lambda value, path, _: _inboxes(value, path),
        **{key: (lambda value, _path, _where: value) for key in sections.TOP_KEYS},
    }
    found = take(document, (), "", top)
    result = Config(inboxes=found.get("inboxes", {}))
    names_there = dict.fromkeys([*result.inboxes, *known])
    for key, (section, check) in sections.TOP_KEYS.items():
        if key in found:
            result.sections[section] = check(found[key], (key,), names_there)
    if profiles is not None:
        _channels_known(document, result, profiles)
    return result
