"""Giving inboxes the settings of another one, in one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import UsageError
from occ_media_cli.settings import inbox_names, read, references
from occ_media_cli.settings.model import FIELDS, InboxPlan, InboxSettings, TimeBox
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome

COPIED = tuple(name for name in FIELDS if name != "description")
"""What is copied: a description says what one inbox is for."""


@value
class InboxCopy:
    """What a copy came to. source: the inbox that was copied. outcomes: of each that has its settings now; made: those
    that are new. accounts: channels of the source that are one inbox's alone, which are not copied. users: what names
    the source and does not name the others, in words."""

    source: str
    outcomes: tuple[ChangeOutcome, ...]
    made: tuple[str, ...]
    accounts: tuple[str, ...]
    users: tuple[str, ...]


def copy_inbox(
    editor: Editor, source: str, targets: Sequence[str], *, reason: str | None = None, backdate: str | None = None
) -> InboxCopy:
    """Give inboxes everything that another one says from now on, its time-boxes included; one that is not there is
    made.

    Accounts of channels stay with their inbox, and the others keep theirs, as they keep their description.

    Raises NotFound for an unknown source, UsageError for one that is copied to itself and for what may be no name,
    Refused for a change of the past without its reason.
    """
    source = editor.inbox(source)[0]
    names = list(dict.fromkeys(map(inbox_names.normal, targets)))
    if source in names:
        raise UsageError(f"inbox '{source}' cannot be copied to itself", hint="name another inbox")
    there = read.inbox_ids(editor.connection)
    whole = editor.config_at(editor.stamp.now).inboxes
    plan = whole[source]
    why = reason if reason is not None else backdate if backdate is not None else f"copied from {source}"
    outcomes, made = [], []
    for name in names:
        if name in there:
            outcomes.append(editor.replan(name, _plan(plan, whole[name].base), reason=why, backdate=backdate))
            continue
        wanted = _plan(plan, InboxSettings())
        first = wanted.boxes[0].settings if wanted.boxes else wanted.base
        outcome = editor.add_inbox(name, first, reason=why, backdate=backdate)
        made.append(outcome.inbox)
        outcomes.append(outcome if not wanted.boxes else editor.replan(name, wanted, reason=why, backdate=backdate))
    spans = (plan.base, *(box.settings for box in plan.boxes))
    accounts = dict.fromkeys(channel for each in spans for channel in each.channels if _is_account(channel))
    users = references.users_of(editor.connection, source)
    return InboxCopy(source, tuple(outcomes), tuple(made), tuple(accounts), tuple(users))


def _plan(plan: InboxPlan, own: InboxSettings) -> InboxPlan:
    """The plan of the source as that of an inbox which keeps what is its own."""
    boxes = tuple(TimeBox(box.until, _settings(box.settings, own)) for box in plan.boxes)
    return InboxPlan(_settings(plan.base, own), boxes)


def _settings(source: InboxSettings, own: InboxSettings) -> InboxSettings:
    channels = [channel for channel in source.channels if not _is_account(channel)]
    kept = [channel for channel in own.channels if _is_account(channel)]
    copied = {name: getattr(source, name) for name in COPIED if name != "channels"}
    return own.changed({**copied, "channels": (*channels, *kept)})


def _is_account(channel: str) -> bool:
    return ":" in channel
