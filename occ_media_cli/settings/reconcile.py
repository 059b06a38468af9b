"""Making a store say what a configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import compare, read
from occ_media_cli.settings.model import EMPTY_SECTIONS

if TYPE_CHECKING:
    from occ_media_cli.settings.editor import Editor, Outcome
    from occ_media_cli.settings.model import Config


def follow(
    editor: Editor,
    wanted: Config,
    *,
    at: int | None = None,
    prune: bool = False,
    reason: str | None = None,
    uncertain_since: int | None = None,
) -> list[Outcome]:
    """Change every inbox and section that differs; inboxes that are not named go only with `prune`.

    at: the valid time of the changes, else the editor's. Returns an outcome for every inbox that changed.
    """
    outcomes = []
    known = read.inbox_ids(editor.connection)
    before = editor.config()
    for section in EMPTY_SECTIONS:
        # Sections come first: an inbox that goes may only go when nothing names it any more.
        editor.set_section(section, compare.merged(before, wanted, section, prune=prune), reason, at)
    for name, plan in wanted.inboxes.items():
        if name in known:
            outcome = editor.replan(name, plan, at=at, reason=reason, uncertain_since=uncertain_since)
        else:
            start = editor.stamp.now if at is None else at
            spans = plan.spans(start)
            outcome = editor.add_inbox(name, spans[-1][1], reason=reason, at=start, uncertain_since=uncertain_since)
            if len(spans) > 1:
                outcome = editor.replan(name, plan, at=at, reason=reason, uncertain_since=uncertain_since)
        if outcome.versions:
            outcomes.append(outcome)
    if prune:
        for name in known:
            if name not in wanted.inboxes:
                editor.remove_inbox(name, reason, at)
    return outcomes
