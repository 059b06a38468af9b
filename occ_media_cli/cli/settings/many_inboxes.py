"""A change of one inbox or of many: what it comes to is told once for all that change alike, and at a terminal whoever
asks for more than one is asked first.

The question is about a rehearsal of the change, so that nobody waits for the store while a person reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from occ_media_cli.errors import Refused
from occ_media_cli.report.words import plural
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.write import ChangeOutcome

T = TypeVar("T")


def change(
    session: Session,
    work: Callable[[Editor], Sequence[ChangeOutcome]],
    *,
    many: bool,
    boxed: bool = False,
    duration: str | None = None,
    telling: Session | None = None,
) -> None:
    """Make a change and tell what it came to. many: it may be of more than one inbox. telling: the session at whose
    moment it is told, where the change begins at another. The rest as `changes.show`."""
    from occ_media_cli.cli.settings import changes

    def tell(outcomes: Sequence[ChangeOutcome]) -> None:
        here, planned = telling or session, telling is not None and telling.now < session.now
        changes.show_all(here, outcomes, boxed=boxed, duration=duration, planned=planned)
        if len(outcomes) > 1:
            session.say(changes.count(outcomes))

    def changed(outcomes: Sequence[ChangeOutcome]) -> list[str]:
        return [outcome.inbox for outcome in outcomes if outcome.versions]

    ask_and_make(session, work, tell, changed, _said, many=many)


def ask_and_make(
    session: Session,
    work: Callable[[Editor], T],
    tell: Callable[[T], None],
    changed: Callable[[T], Sequence[str]],
    said: Callable[[T], object] = lambda done: done,
    *,
    many: bool,
    verb: str = "change",
    least: int = 2,
) -> None:
    """Make a change, after a question where it is one of several inboxes, and tell it once.

    many: it may be of several. changed: the inboxes that what was made concerns. said: what a person agrees to, to see
    that it is the same still; Refused where it is not. verb: of the question. least: inboxes about which it is asked.
    """
    session.refuse_if_read_only()
    planned = _rehearse(session, work) if many and session.asks else None
    asked = planned is not None and len(changed(planned)) >= least
    if planned is not None and asked:
        tell(planned)
        if not session.confirm(f"{verb} {plural(len(changed(planned)), 'inbox', 'inboxes')}?"):
            session.say("nothing was changed")
            return
    with session.editing() as editor:
        done = work(editor)
        if planned is not None and asked and said(planned) != said(done):
            raise Refused("the settings changed after the question; nothing was changed", hint="look again")
    if not asked:
        tell(done)


def _rehearse(session: Session, work: Callable[[Editor], T]) -> T:
    """What a change would come to; nothing is kept of it, and nothing said."""
    trial = replace(session.rehearsing(), quiet=True, done=None)
    try:
        with trial.editing() as editor:
            return work(editor)
    finally:
        if trial.location.rehearsal is not None:
            trial.location.rehearsal.end()


def _said(outcomes: Sequence[ChangeOutcome]) -> object:
    """What a person agrees to, whenever it is done."""
    return [(each.inbox, each.before, [version.settings for version in each.versions]) for each in outcomes]
