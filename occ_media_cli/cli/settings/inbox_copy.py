"""`occ-media inbox copy`: the settings of one inbox for others."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.options import Backdate, Reason
from occ_media_cli.cli.session import Session


def copy(
    session: Session,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The inbox whose settings they get.")],
    targets: Annotated[list[str], typer.Argument(metavar="TO...", help="Inboxes that are there, or new ones.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Copy an inbox."""
    from occ_media_cli.cli.settings import changes
    from occ_media_cli.settings.copying import COPIED, copy_inbox

    with session.editing(first_inbox=False) as editor:
        done = copy_inbox(editor, source, targets, reason=reason, backdate=backdate)
    for outcome in done.outcomes:
        if outcome.inbox in done.made:
            session.say(f"{outcome.inbox}, added")
        changes.show(session, outcome)
    words = ", ".join(name.replace("_", "-") for name in COPIED)
    session.say(f"copied from {done.source}: {words}, and what is planned for them")
    left = ["the description"]
    left += [f"{channel}, which is an account of {done.source} alone" for channel in done.accounts]
    left += [f"what {user} says of {done.source}" for user in done.users]
    session.say("not copied:", *(f"  {each}" for each in left))
    return None
