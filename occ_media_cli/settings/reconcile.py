"""Making a store say what a configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import compare, edit_time, read
from occ_media_cli.settings.model import Config
from occ_media_cli.settings.write import Origin
from occ_media_cli.vocabulary import SECTIONS

if TYPE_CHECKING:
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import InboxPlan
    from occ_media_cli.settings.write import ChangeOutcome


def follow(
    editor: Editor, wanted: Config, *, prune: bool = False, reason: str | None = None, backdate: str | None = None
) -> list[ChangeOutcome]:
    """Change every inbox and section that differs; what is not named goes only with `prune`.

    backdate: the reason for changes before the newest one of the same subject, which are refused otherwise. Returns an
    outcome for every inbox that changed.
    """
    known = read.inbox_ids(editor.connection)
    outcomes = []
    origin = Origin(reason, backdate)
    at = editor.stamp.now
    _section(editor, "channels", wanted, origin, at, prune=prune)  # before the inboxes that use them
    for name, plan in wanted.inboxes.items():
        if name in known:
            outcomes.append(editor.replan(name, plan, reason=reason, backdate=backdate))
        else:
            outcomes.append(_add(editor, name, plan, at, origin))
    _sections(editor, wanted, origin, at, prune=prune)
    _remove(editor, wanted, origin, at, prune=prune)
    return [outcome for outcome in outcomes if outcome.versions]


def adopt(editor: Editor, wanted: Config, *, at: int, reason: str, uncertain_since: int | None) -> None:
    """Record what a document that was edited by hand says, from the time of the edit on.

    at: when it was edited (`edit_time`), which may be before the newest change of what it changes.
    """
    known = read.inbox_ids(editor.connection)
    origin = Origin(reason, uncertain_since=uncertain_since)
    _section(editor, "channels", wanted, origin, at, prune=True)
    for name, plan in wanted.inboxes.items():
        if name in known:
            start = edit_time.start_for_inbox(editor.connection, known[name], at, editor.stamp.wall)
            editor.follow((name, known[name]), plan, start, origin)
        else:
            _add(editor, name, plan, at, origin)
    _sections(editor, wanted, origin, at, prune=True)
    _remove(editor, wanted, origin, at, prune=True)


def _sections(editor: Editor, wanted: Config, origin: Origin, at: int, *, prune: bool) -> None:
    """Between the inboxes that come and those that go.

    A section may name an inbox that comes, and the record must know it by then; an inbox may only go when nothing
    names it any more.
    """
    for section in SECTIONS:
        _section(editor, section, wanted, origin, at, prune=prune)


def _section(editor: Editor, section: str, wanted: Config, origin: Origin, at: int, *, prune: bool) -> None:
    before = Config()
    before.sections[section] = read.section(editor.connection, section)
    content = compare.merged(before, wanted, section, prune=prune)
    if editor.by_hand:
        at = edit_time.start_for_section(editor.connection, section, at, editor.stamp.wall)
    editor.set_section(section, content, origin.reason, at, backdate=origin.backdate)


def _add(editor: Editor, name: str, plan: InboxPlan, at: int, origin: Origin) -> ChangeOutcome:
    spans = plan.spans(at)
    since, why = origin.uncertain_since, origin.backdate
    outcome = editor.add_inbox(name, spans[-1][1], reason=origin.reason, at=at, uncertain_since=since, backdate=why)
    return editor.follow(editor.inbox(name), plan, at, origin) if len(spans) > 1 else outcome


def _remove(editor: Editor, wanted: Config, origin: Origin, at: int, *, prune: bool) -> None:
    known = read.inbox_ids(editor.connection) if prune else {}
    for name, number in known.items():
        if name in wanted.inboxes:
            continue
        moment = at
        if editor.by_hand:
            moment = edit_time.start_for_inbox(editor.connection, number, at, editor.stamp.wall)
        editor.remove_inbox(name, origin.reason, moment, backdate=origin.backdate)
