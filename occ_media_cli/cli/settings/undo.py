"""`occ-media undo`: take back everything that one command changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Reason, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.settings.undo import Undone

HELP = """Take back everything that one command changed in the settings, as a new change.

Every command that changes something prints the number of its change; without one,
the newest change of this actor is meant. Its inboxes, with the time-boxes that lie
ahead, its agents, rules and suppressions are from now on as they would be without
it. What was changed again since is refused: take that back first. Undo is a change
too, and can be taken back.

\b
Examples:
  occ-media undo
  occ-media undo 118 --reason "wrong inboxes"
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such change, 12 store busy, 13 refused."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    change: Annotated[
        int | None, typer.Argument(metavar="[CHANGE]", help="The number of the change; the newest of this actor.")
    ] = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Take a change back."""
    from occ_media_cli.cli import opening
    from occ_media_cli.settings import undo

    session.refuse_if_read_only()
    opening.must_exist(session)
    with session.editing(first_inbox=False) as editor:
        done = undo.undo_change(editor, change, reason=reason, backdate=backdate)
    _tell(session, done)
    return None


def _tell(session: Session, done: Undone) -> None:
    """Which change it was, and what is as before."""
    from occ_media_cli.cli.settings import changes

    why = f": {done.change.reason}" if done.change.reason else ""
    session.say(f"{done.change.in_words}{why}", verbatim=True)
    for before, again in done.renamed:
        session.say(f"{before} → {again}")
    for name in done.returned:
        session.say(f"{name}, added again with the settings that it had")
        session.note(f"note: '{name}' is a new inbox of that name; what the removed one recorded stays with that one")
    changes.show_all(session, done.outcomes)
    if len(done.outcomes) > 1:
        session.say(changes.count(done.outcomes))
    for name in done.removed:
        session.say(f"{name}, removed again; its history and its files stay on record")
    for words in done.items:
        session.say(f"{words} as before")
    session.say("nothing changed: all of it had ended by itself" if done.nothing else "taken back")
