"""`occ-media revert`: the settings of an older version, as a new one."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Reason, changing, command
from occ_media_cli.cli.session import Session

HELP = """Make an older version's settings the ones in force, as a new version.

\b
Examples:
  occ-media revert vip --to 3
  occ-media revert vip --to 3 --reason "launch is over"
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such inbox or version, 12 store busy, 13 refused."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    inbox: Annotated[str, typer.Argument(metavar="INBOX", help="The inbox.")],
    version: Annotated[int, typer.Option("--to", metavar="VERSION", help="The version; see occ-media history.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Go back to a version."""
    from occ_media_cli.cli.settings import changes

    with session.editing() as editor:
        why = reason if reason is not None else backdate
        why = why if why is not None else f"back to version {version}"
        outcome = editor.revert(inbox, version, reason=why, backdate=backdate)
    changes.show(session, outcome)
    return None
