"""`occ-media show`: what is on and off, and what customers read."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """Show what each inbox allows, and what customers read.

\b
Examples:
  occ-media show
  occ-media show vip --at 2026-03-01T10:00:00Z
  occ-media show --agent mona
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    inbox: Annotated[str | None, typer.Argument(metavar="[INBOX]", help="Only this inbox, in full.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was at a moment.")] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="NAME", help="Whether this agent may send and view.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show settings."""
    from occ_media_cli.cli.settings.show_view import listing
    from occ_media_cli.settings.state import state

    moment = times.parse_option(at, "--at") if at is not None else session.now
    with session.reading() as store:
        found = state(store, moment, inbox)
        permissions = None
        if agent is not None:
            from occ_media_cli.settings.state import permissions_of

            permissions = permissions_of(store, moment, agent, found)
        session.emit(listing(found, moment, inbox, permissions), format, output)
    return None
