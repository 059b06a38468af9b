"""`occ-media inbox copy`: the settings of one inbox for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import Backdate, Reason, changing
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.settings.copying import InboxCopy
    from occ_media_cli.settings.editor import Editor


@changing
def copy(
    session: Session,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The inbox whose settings they get.")],
    targets: Annotated[list[str], typer.Argument(metavar="TO...", help="Inboxes that are there, or new ones.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Copy an inbox."""
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings.copying import copy_inbox

    def work(editor: Editor) -> InboxCopy:
        return copy_inbox(editor, source, targets, reason=reason, backdate=backdate)

    def changed(done: InboxCopy) -> list[str]:
        return [outcome.inbox for outcome in done.outcomes if outcome.versions]

    def said(done: InboxCopy) -> object:
        return done.made, [(each.inbox, [v.settings for v in each.versions]) for each in done.outcomes]

    many_inboxes.ask_and_make(
        session, work, lambda done: _tell(session, done), changed, said, many=len(targets) > 1, verb="copy to"
    )
    return None


def _tell(session: Session, done: InboxCopy) -> None:
    """What each inbox says now, and what of the source is not copied."""
    from occ_media_cli.cli.settings import changes
    from occ_media_cli.settings.copying import COPIED

    if done.made:
        session.say(f"{', '.join(done.made)}, added")
    changes.show_all(session, done.outcomes)
    words = ", ".join(name.replace("_", "-") for name in COPIED)
    session.say(f"copied from {done.source}: {words}, and what is planned for them")
    left = ["the description"]
    left += [f"{channel}, which is an account of {done.source} alone" for channel in done.accounts]
    left += [f"what {user} says of {done.source}" for user in done.users]
    session.say("not copied:", *(f"  {each}" for each in left))
