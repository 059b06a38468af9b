"""Making a store say what a configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import compare, read
from occ_media_cli.settings.model import EMPTY_SECTIONS
from occ_media_cli.settings.write import Origin

if TYPE_CHECKING:
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import Config, InboxPlan
    from occ_media_cli.settings.write import Outcome


def follow(editor: Editor, wanted: Config, *, prune: bool = False, reason: str | None = None) -> list[Outcome]:
    """Change every inbox and section that differs; what is not named goes only with `prune`.

    Returns an outcome for every inbox that changed.
    """
    known = read.inbox_ids(editor.connection)
    outcomes = []
    for name, plan in wanted.inboxes.items():
        if name in known:
            outcomes.append(editor.replan(name, plan, reason=reason))
        else:
            outcomes.append(_add(editor, name, plan, editor.stamp.now, Origin(reason)))
    _sections(editor, wanted, prune=prune, reason=reason, at=editor.stamp.now)
    _remove(editor, wanted, reason, editor.stamp.now, prune=prune)
    return [outcome for outcome in outcomes if outcome.versions]


def adopt(editor: Editor, wanted: Config, *, at: int, reason: str, uncertain_since: int | None) -> None:
    """Record what a document that was edited by hand says, from the time of the edit on.

    The edit may be older than the newest change of an inbox where that one was made with a later `--now`; it then
    counts from there on, because what was recorded stays recorded.
    """
    known = read.inbox_ids(editor.connection)
    origin = Origin(reason, uncertain_since=uncertain_since)
    for name, plan in wanted.inboxes.items():
        if name in known:
            newest = read.newest_change(editor.connection, known[name])
            start = at if newest is None else max(at, newest)
            editor.follow((name, known[name]), plan, start, origin)
        else:
            _add(editor, name, plan, at, origin)
    _sections(editor, wanted, prune=True, reason=reason, at=at)
    _remove(editor, wanted, reason, at, prune=True)


def _sections(editor: Editor, wanted: Config, *, prune: bool, reason: str | None, at: int) -> None:
    """Between the inboxes that come and those that go.

    A section may name an inbox that comes, and the record must know it by then; an inbox may only go when nothing
    names it any more.
    """
    before = editor.config()
    for section in EMPTY_SECTIONS:
        editor.set_section(section, compare.merged(before, wanted, section, prune=prune), reason, at)


def _add(editor: Editor, name: str, plan: InboxPlan, at: int, origin: Origin) -> Outcome:
    spans = plan.spans(at)
    outcome = editor.add_inbox(name, spans[-1][1], reason=origin.reason, at=at, uncertain_since=origin.uncertain_since)
    return editor.follow(editor.inbox(name), plan, at, origin) if len(spans) > 1 else outcome


def _remove(editor: Editor, wanted: Config, reason: str | None, at: int, *, prune: bool) -> None:
    for name in read.inbox_ids(editor.connection) if prune else ():
        if name not in wanted.inboxes:
            editor.remove_inbox(name, reason, at)
