"""`occ-media show`: what is on and off, and what customers read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import one_of
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
  occ-media show 'retail-*' --receive off --sort changed
  occ-media show --agent mona
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    inboxes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INBOX...]", help="Only these, also 'retail-*'; one by its name in full."),
    ] = None,
    receive: Annotated[
        str | None,
        typer.Option("--receive", metavar="on|off", help="Where receiving is on, or off.", click_type=one_of.SWITCH),
    ] = None,
    send: Annotated[
        str | None,
        typer.Option("--send", metavar="on|off", help="Where sending is on, or off.", click_type=one_of.SWITCH),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="With this tag.")] = None,
    channel: Annotated[
        list[str] | None, typer.Option("--channel", metavar="P", help="With this channel: PROFILE or PROFILE:ACCOUNT.")
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="S",
            help="By name, version (most first) or changed (last first).",
            click_type=one_of.OneOf("settings.inbox_filters:SORTS"),
        ),
    ] = "name",
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="As it was at a moment.")] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="NAME", help="Whether this agent may send and view.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show settings."""
    from occ_media_cli.cli.settings.show_view import listing
    from occ_media_cli.decide.known_profiles import profiles_of
    from occ_media_cli.settings.inbox_filters import InboxFilters
    from occ_media_cli.settings.state import state

    switch = {"on": True, "off": False, None: None}
    filters = InboxFilters(inboxes or (), switch[receive], switch[send], tag or (), channel or ())
    moment = session.time(at, "--at", "past") if at is not None else session.now
    with session.reading() as store:
        found = state(store, moment, filters.one)
        total = None
        if filters.one is None and (filters != InboxFilters() or sort != "name"):
            total = len(found.inboxes)
            found = filters.chosen(found, str(session.location.path), profiles_of(store.connection), sort)
        permissions = None
        if agent is not None:
            from occ_media_cli.settings.state import permissions_of

            permissions = permissions_of(store, moment, agent, found)
        last = None if filters.one is None else _last_changes(store, found.inboxes[0])
        told = listing(
            found, moment, filters.one, permissions, last, session.shown, total=total, changed=sort == "changed"
        )
        session.emit(told, format, output)
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
