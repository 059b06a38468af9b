"""`occ-media history`: every version of the settings, as a log."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """Show every version of an inbox's settings, oldest first, with who changed what and why.

\b
Examples:
  occ-media history vip
  occ-media history vip --format json
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} Exit codes: 0 done, 2 usage, 10 store, 11 no inbox.")(
        command(run)
    )


def run(
    session: Session,
    inbox: Annotated[str | None, typer.Argument(metavar="[INBOX]", help="Only this inbox.")] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show the history."""
    from occ_media_cli.cli import history_report
    from occ_media_cli.settings import history, names, read

    with session.reading() as store:
        if store.connection is None:
            session.emit(history_report.empty(), format, output)
            return None
        number = read.ever_named(store.connection, inbox) if inbox is not None else None
        if inbox is not None and number is None:
            raise names.no_inbox(inbox, read.inbox_ids(store.connection), str(session.location.path))
        found, notes = history.log(store.connection, number)
        session.emit(history_report.log(found, notes, session.now, one=inbox is not None), format, output)
    return None
