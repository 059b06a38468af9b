"""What a setting of an inbox may be: the one table of fields and checks, whoever asks for a change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from occ_media_cli import times
from occ_media_cli.errors import NotFound
from occ_media_cli.report.unknown_name import slip_of_channel
from occ_media_cli.report.words import suggestion
from occ_media_cli.settings import inbox_names, languages, messages
from occ_media_cli.settings.field_checks import (
    Check,
    FieldProblem,
    Path,
    boolean,
    moment,
    one_of,
    plain,
    printable,
    string,
    strings,
    table,
    take,
)
from occ_media_cli.settings.model import InboxChange, InboxPlan, InboxSettings, TimeBox, size_meant, size_text
from occ_media_cli.vocabulary import SCAN_MODES

LONGEST_CHANNEL = 200
LONGEST_TAG = 64


class UnknownChannel(FieldProblem, NotFound):
    """A channel of no known profile: well formed, but it names something that is not there."""

    code = NotFound.code


def _message(value: Any, path: Path, where: str) -> str:
    """A text for customers."""
    try:
        return messages.check_message(string(value, path, where))
    except ValueError as problem:
        hint = "change the text; newline, joiners and direction marks are allowed"
        raise FieldProblem(path, f"{where}{problem}", hint) from None


def _by_language(value: Any, path: Path, where: str) -> dict[str, str]:
    """Messages by language tag."""
    found: dict[str, str] = {}
    for tag, text in table(value, path, where).items():
        try:
            languages.check_language(tag)
        except ValueError as problem:
            meant = languages.language_meant(tag)
            hint = f'write messages.{meant or "ar"} = "…"'
            raise FieldProblem((*path, tag), f"{where}{problem}", hint, meant=meant) from None
        twin = next((other for other in found if other.casefold() == tag.casefold()), None)
        if twin is not None:
            raise FieldProblem((*path, tag), f"{where}{path[-1]} has both '{twin}' and '{tag}'", "take one of them out")
        found[tag] = _message(text, (*path, tag), where)
    return found


def _channels(value: Any, path: Path, where: str) -> tuple[str, ...]:
    """Channels, each `PROFILE` or `PROFILE:ACCOUNT`."""
    found = strings(value, path, where)
    for item in found:
        profile, colon, account = item.partition(":")
        if not profile or (colon and not account) or not printable(item, LONGEST_CHANNEL):
            raise FieldProblem(
                path, f"{where}channel '{item}' is neither PROFILE nor PROFILE:ACCOUNT", "write web-widget:shop"
            )
    return found


def _tags(value: Any, path: Path, where: str) -> tuple[str, ...]:
    """Tags, each a printable word or some."""
    found = strings(value, path, where)
    for item in found:
        if not printable(item, LONGEST_TAG):
            raise FieldProblem(
                path, f"{where}tag '{item}' is not 1 to {LONGEST_TAG} printable characters", "write sensitive"
            )
    return found


_SIZE = "write a size like 20 GB (B kB MB GB TB)"

_QUOTA_HELP = {
    "unit": "its unit is missing: write B, kB, MB, GB or TB behind it",
    "amount": f"0 is no quota, and not the same as none, which is no limit: {_SIZE}",
}


def _lacks(text: str) -> str:
    """What a size that is none lacks: its `unit`, or an `amount` above zero. Then nothing is guessed: another unit is
    another limit, and no limit the opposite of zero."""
    number = re.fullmatch(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*([a-z]*)\s*", text, re.ASCII | re.IGNORECASE)
    if number is None:
        return ""
    return "amount" if not number[1].strip("0.,") else "" if number[2] else "unit"


def _quota(value: Any, path: Path, where: str) -> str:
    """A size such as `20 GB`."""
    try:
        return size_text(string(value, path, where))
    except ValueError as problem:
        meant = size_meant(value)
        hint = f'write quota = "{meant}" (units: B kB MB GB TB)' if meant else _QUOTA_HELP.get(_lacks(value), _SIZE)
        raise FieldProblem(path, f"{where}quota {problem}", hint, meant=meant) from None


def _optional(check: Check) -> Check:
    """What an inbox may also be without: None takes it away."""
    return lambda value, path, where: None if value is None else check(value, path, where)


INBOX: Mapping[str, Check] = {
    "send": boolean,
    "receive": boolean,
    "message": _optional(_message),
    "messages": _by_language,
    "channels": _channels,
    "tags": _tags,
    "description": plain,
    "send_approved_only": boolean,
    "scan": one_of(*SCAN_MODES),
    "quota": _optional(_quota),
}
"""Every field and what makes a value fit to be kept. The command line, the API, presets, documents and imports all
end in `checked`; nobody else may say what a setting can be."""


def checked(change: Mapping[str, object], where: str = "") -> InboxChange:
    """A change in the form that is stored; Problem, with the field as its path, for what may not be kept.

    where: the words that name the inbox, such as `inbox 'vip': `.
    """
    if not isinstance(change, Mapping):
        raise FieldProblem(
            (), f"{where}a change must be a table of fields, not {change!r:.40}", "write {'receive': False}"
        )
    return cast("InboxChange", take(change, (), where, INBOX))


def inbox_words(name: str) -> str:
    """The words that name an inbox before an error."""
    return f"inbox '{name}': "


def channels_of(change: Mapping[str, object]) -> tuple[str, ...]:
    """The channels that a checked change names."""
    return cast("InboxChange", change).get("channels", ())


def known_channels(channels: Iterable[str], profiles: Sequence[str], path: Path, where: str) -> None:
    """UnknownChannel where one of the channels has no profile."""
    for channel in channels:
        profile = channel.partition(":")[0]
        if profile not in profiles:
            raise UnknownChannel(
                path,
                f"{where}there is no channel profile '{profile}'{suggestion(profile, profiles)}",
                f"add [channels.{profile}], or take it out",
                topic=("channels", profile),
                slip=slip_of_channel(channel, profiles),
            )


def _removable(check: Check) -> Check:
    """In a time-box an empty text takes away what the base has: TOML has no word for nothing."""
    return lambda value, path, where: None if value == "" else check(value, path, where)


_BOX: Mapping[str, Check] = {
    **INBOX, "until": moment, "message": _removable(INBOX["message"]), "quota": _removable(INBOX["quota"]),
}  # fmt: skip


def plan(name: str, value: Any, path: Path) -> InboxPlan:
    """The table of an inbox in a document. Each box begins where the one before it ends, so they stand in that order:
    one that was made longer, past the next, would else end at once."""
    where = inbox_words(name)
    keys = dict(table(value, path, where))
    raw = keys.pop("box", [])
    base = InboxSettings(**take(keys, path, where, INBOX))
    rows = raw if isinstance(raw, list) else [raw]
    boxes: list[TimeBox] = []
    for index, row in enumerate(rows):
        at: Path = (*path, "box", index) if isinstance(raw, list) else (*path, "box")
        box = take(row, at, f"{where}box: ", _BOX)
        if "until" not in box:
            what = f"{where}a box has no until"
            raise FieldProblem(at, what, "write until = 2026-03-02T14:00:00Z", lacks=("until",))
        until = box.pop("until")
        if boxes and until < boxes[-1].until:
            what = f"{where}a box ends before the one above it, which ends at {times.text(boxes[-1].until)}"
            raise FieldProblem((*at, "until"), what, "a box begins where the one above it ends: order them by until")
        boxes.append(TimeBox(until, base.changed(box)))
    return InboxPlan(base, tuple(boxes))


def plans(value: Any, path: Path) -> dict[str, InboxPlan]:
    """All inboxes of a document; no two of them may have one account at one moment."""
    found: dict[str, InboxPlan] = {}
    accounts: dict[str, list[tuple[str, float, float]]] = {}
    for key, item in table(value, path, "").items():
        try:
            name = inbox_names.inbox_name(key)
        except ValueError as problem:
            raise FieldProblem((*path, key), str(problem), "give it another name") from None
        if name in found:
            raise FieldProblem((*path, key), f"inbox '{name}' is there twice in different encodings", "take one out")
        found[name] = plan(name, item, (*path, key))
        for begin, end, channel in _accounts(found[name]):
            for other, other_begin, other_end in accounts.setdefault(channel, []):
                if other != name and begin < other_end and other_begin < end:
                    raise FieldProblem(
                        (*path, key, "channels"),
                        f"{inbox_words(name)}{channel} already belongs to inbox '{other}'",
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
