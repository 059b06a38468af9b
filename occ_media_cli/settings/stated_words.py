"""What a span of settings changed, in words, by whom: of each setting the change that stated it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import read, stated
from occ_media_cli.settings.compare import described_fields
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.since import SettingChange, SettingSince
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from occ_media_cli.settings.model import Version
    from occ_media_cli.settings.since import StatedSetting


UNKNOWN = "unknown (edited by hand)"
"""Who made a version, for people: of a document that was edited by hand nobody knows."""


@value
class SettingsSpan:
    """The settings of an inbox over a span of time, in which they stay. made: the change that made the version which
    says so."""

    inbox_id: int | None
    valid_from: int | None
    valid_to: int | None
    settings: InboxSettings
    made: SettingChange


@value
class StatedWords:
    """What is new in a span, and who stated that. words: each in the words of `history`; one that another change stated
    says whose. change: the one that the others go with. anew: the change that only wrote the version anew, or None: it
    stated nothing that is new there."""

    words: tuple[str, ...]
    change: SettingChange
    anew: SettingChange | None


def spans_since(
    spans: Iterable[SettingsSpan], told: Callable[[int | None, int], Iterable[StatedSetting]]
) -> SettingSince[SettingsSpan]:
    """Which change gave a setting the value that it has in one of these spans. A message is that of the inbox: nothing
    else gives it another."""
    return SettingSince(
        spans, lambda span, name: getattr(span.settings, name), lambda span: span.made, told, following={}
    )


def stated_words(since: SettingSince[SettingsSpan], span: SettingsSpan, before: InboxSettings | None) -> StatedWords:
    """What a span says that the one before it did not, each by the change that stated it. before: None for the first of
    an inbox."""
    found = [
        (words, since.begun(span) if name is None else since.change(span, (name,)))
        for name, words in described_fields(before, span.settings)
    ]
    made = span.made
    if not found or made.event is None or any(change.event in (None, made.event) for _, change in found):
        main, anew = made, None
    else:
        main, anew = max((change for _, change in found), key=lambda change: change.event or 0), made
    return StatedWords(tuple(words if _same(change, main) else f"{words} ({whose(change)})" for words, change in found),
                       main, anew)  # fmt: skip


def _same(one: SettingChange, other: SettingChange) -> bool:
    return one.event is None or one.event == other.event


def whose(change: SettingChange) -> str:
    """Whose a change is, and why: `by dana: asked`."""
    by = f"by {change.actor if change.actor is not None else UNKNOWN}"
    return f"{by}: {change.reason}" if change.reason else by


def stated_by_version(connection: sqlite3.Connection, version: Version) -> StatedWords | None:
    """What was new in an inbox when it last changed until a version of it that is in force, and who stated that; None
    of a version that no command has recorded."""
    if version.inbox_id is None or version.valid_from is None or version.number is None:
        return None
    spans: list[SettingsSpan] = []
    for each in sorted(read.versions(connection, version.inbox_id), key=lambda each: each.valid_from or 0):
        start, end = each.valid_from, each.valid_to
        if each.superseded_by is not None or start is None or start > version.valid_from or end == start:
            continue
        if spans and (spans[-1].valid_to, spans[-1].settings) == (start, each.settings):
            spans[-1] = replace(spans[-1], valid_to=end)  # it says the same
            continue
        made = SettingChange(start, each.number, each.actor, each.reason, None, each.event, each.recorded)
        spans.append(SettingsSpan(each.inbox_id, start, end, each.settings, made))
    since = spans_since(spans, lambda inbox, moment: stated.stated_at(connection, inbox or 0, moment))
    return stated_words(since, spans[-1], spans[-2].settings if len(spans) > 1 else None)
