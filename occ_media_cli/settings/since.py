"""Since when a setting has its value: which change gave it to an inbox, unbroken until now or until an entry.

A version states all settings of an inbox, and a change of one of them makes a new one. Who asks why sending is off
means the change that turned it off, not one of the quota that came after it. Readers of the store and of exports both
ask here; they bring the spans that they have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Generic, Protocol, TypeVar

from occ_media_cli.values import value

SETTINGS = ("send", "receive", "message", "send_approved_only", "scan", "quota", "channels", "tags", "description",
            "messages")  # fmt: skip
"""Settings that a change may be asked for, by the names that they have in a version."""


class SettingSpan(Protocol):
    """Settings of an inbox over a half-open span of time; `valid_to` is None, or later than every moment, without an
    end."""

    @property
    def inbox_id(self) -> int | None:
        """The number of the inbox."""

    @property
    def valid_from(self) -> int | None:
        """When it begins."""

    @property
    def valid_to(self) -> int | None:
        """When it ends."""


@value
class SettingChange:
    """A change of settings. version: the one that it made, None where nobody has recorded it. set_ms: its own valid
    time; what it planned may be valid from later on. event: its place in the chain; wall_ms: the machine's time then.
    """

    valid_from: int | None
    version: int | None
    actor: str | None = None
    reason: str | None = None
    set_ms: int | None = None
    event: int | None = None
    wall_ms: int | None = None


@value
class StatedSetting:
    """What a change on record stated: a setting, and from when until when; None where it stated none.

    order: of the changes of an inbox, by their valid time and then by their place in the chain; of several that cover
    a moment the last counts. switched: on or off, None for a setting that is no switch. version, version_after: those
    that the change made at its start and at its end.
    """

    setting: str | None
    switched: bool | None
    start: int
    end: int | None
    order: tuple[int, int]
    version: int
    version_after: int
    actor: str | None
    reason: str | None
    set_ms: int
    wall_ms: int | None = None


S = TypeVar("S", bound=SettingSpan)

_Place = tuple[int | None, int | None, tuple[str, ...]]
"""An inbox, the moment at which a span of it begins, and settings."""

_FOLLOWING = {"message": ("message", "receive")}
"""Settings whose value follows from another too: while receiving is off, customers read the standard message."""


class SettingSince(Generic[S]):
    """Which change gave settings the value that they have in a span.

    spans: those in force, of any inboxes in any order. read: the value of a setting in one of them. own: the change
    that made a span. stated: what changes of an inbox stated from a moment on, or until it. A span may have been made
    by somebody who changed something else: a late change states all that follows anew, and so does one in a time-box.
    So the moment comes from the spans, and who it was from what the changes stated. A late change counts from the
    moment that it is valid from, like every other, and so does an edit by hand. following: settings whose value, as
    `read` gives it, follows from others too.
    """

    def __init__(
        self,
        spans: Iterable[S],
        read: Callable[[S, str], object],
        own: Callable[[S], SettingChange],
        stated: Callable[[int | None, int], Iterable[StatedSetting]],
        following: Mapping[str, tuple[str, ...]] = _FOLLOWING,
    ) -> None:
        self._before: dict[tuple[int | None, int | None], S] = {
            (span.inbox_id, span.valid_to): span
            for span in spans
            if span.valid_from is not None and span.valid_to is not None and span.valid_to > span.valid_from
        }
        self._read, self._own, self._stated, self._following = read, own, stated, following
        self._known: dict[_Place, SettingChange] = {}

    def change(self, span: S, settings: tuple[str, ...]) -> SettingChange:
        """The change since which all of these settings are as they are in `span`; without a setting, the one that made
        the span."""
        if not settings:
            return self._own(span)
        passed: list[_Place] = []
        first = span
        while True:
            place = (first.inbox_id, first.valid_from, settings)
            known = self._known.get(place)
            if known is not None:
                break
            passed.append(place)
            before = self._before.get((first.inbox_id, first.valid_from))
            changed = [
                each for each in settings if before is None or self._read(before, each) != self._read(first, each)
            ]
            if before is None or changed:
                known = self._made(first, changed, begins=before is None)
                break
            first = before
        self._known.update(dict.fromkeys(passed, known))
        return known

    def begun(self, span: S) -> SettingChange:
        """The change with which an inbox began, of the first of its spans."""
        return self._made(span, (), begins=True)

    def _made(self, first: S, changed: Sequence[str], *, begins: bool) -> SettingChange:
        """Who gave these settings the value that they have from the beginning of a span on. begins: nothing was before
        it."""
        own = self._own(first)
        if own.version is None or first.valid_from is None:
            return own
        found = list(self._stated(first.inbox_id, first.valid_from))
        names = {name for each in changed for name in self._following.get(each, (each,))}
        meant = [each for each in found if each.setting in names and not self._outdone(each, first)]
        return _last(meant, first.valid_from) or (_first(found, first.valid_from) if begins else None) or own

    def _outdone(self, each: StatedSetting, span: S) -> bool:
        """Whether it was to turn a switch from there on, and a change that came after it left that as it is."""
        if each.start != span.valid_from or each.switched is None or each.setting is None:
            return False
        return each.switched is not bool(self._read(span, each.setting))


def _last(meant: Sequence[StatedSetting], moment: int) -> SettingChange | None:
    """The change that stated something from a moment on, else the one whose time-box ended there."""
    begun = [each for each in meant if each.start == moment]
    if begun:
        last = max(begun, key=lambda each: each.order)
        return _change(last, moment, last.version)
    over = [each for each in meant if each.end == moment]
    if over:
        last = max(over, key=lambda each: each.order)
        return _change(last, moment, last.version_after)
    return None


def _first(stated: Iterable[StatedSetting], moment: int) -> SettingChange | None:
    """The change with which an inbox began: nothing was stated of a setting that it left as it is without one."""
    begun = [each for each in stated if each.start == moment]
    if not begun:
        return None
    first = min(begun, key=lambda each: each.order)
    return _change(first, moment, first.version)


def _change(stated: StatedSetting, moment: int, version: int) -> SettingChange:
    return SettingChange(moment, version, stated.actor, stated.reason, stated.set_ms, stated.order[1], stated.wall_ms)


def stated_by_moment(
    stated: Iterable[tuple[int, StatedSetting]],
) -> Callable[[int | None, int], Sequence[StatedSetting]]:
    """What changes stated, as (inbox, statement), to be asked for by inbox and moment at which it begins or ends."""
    at: dict[tuple[int | None, int], list[StatedSetting]] = {}
    for inbox, each in stated:
        at.setdefault((inbox, each.start), []).append(each)
        if each.end is not None:
            at.setdefault((inbox, each.end), []).append(each)
    return lambda inbox, moment: at.get((inbox, moment), ())


_WORDS = {
    "send": "send", "sending": "send", "receive": "receive", "receiving": "receive", "approved": "send_approved_only",
    "scan": "scan", "quota": "quota", "message": "message", "channel": "channels", "channels": "channels",
    "tag": "tags", "tags": "tags", "tagged": "tags", "send_approved_only": "send_approved_only",
}  # fmt: skip
"""How words call the settings."""


@cache
def settings_named(words: str) -> tuple[str, ...]:
    """The settings that words such as `send off` or `approved files only` are about, each once.

    What stands in braces comes from a row, and is no word of whoever wrote this: a file may be called `quota`.
    """
    found = (_WORDS.get(word) for word in re.findall(r"[a-z_]+", re.sub(r"\{[^}]*\}", "", words).casefold()))
    return tuple(dict.fromkeys(name for name in found if name is not None))
