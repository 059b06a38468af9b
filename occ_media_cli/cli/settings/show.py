"""`occ-media show`: what is on and off, and what customers read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    from occ_media_cli.cli.settings.show_view import LastChanges
    from occ_media_cli.settings.state import Current
    from occ_media_cli.store.open import Store

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

    moment = session.time(at, "--at", "past") if at is not None else session.now
    with session.reading() as store:
        found = state(store, moment, inbox)
        permissions = None
        if agent is not None:
            from occ_media_cli.settings.state import permissions_of

            permissions = permissions_of(store, moment, agent, found)
        last = None if inbox is None else _last_changes(store, found.inboxes[0])
        session.emit(listing(found, moment, inbox, permissions, last, session.shown), format, output)
    return None


def _last_changes(store: Store, current: Current) -> LastChanges:
    """Who changed an inbox last, and who had each switch as it is."""
    from occ_media_cli.cli.settings.show_view import LastChanges
    from occ_media_cli.decide.switches import switches_of
    from occ_media_cli.settings.read import inbox_ids
    from occ_media_cli.settings.stated_words import stated_by_version

    version, connection = current.version, store.connection
    if connection is None:
        return LastChanges(None, ())
    number = version.inbox_id if version.inbox_id is not None else inbox_ids(connection).get(version.inbox)
    switches = dict(zip(DIRECTIONS, switches_of(connection, version, number, current.before), strict=True))
    return LastChanges(stated_by_version(connection, version), tuple(switches.items()))
