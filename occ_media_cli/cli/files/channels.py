"""`occ-media channels`: the channel profiles, those of the program and those of the store."""

from __future__ import annotations

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """List the channel profiles that files can be judged against.

\b
Examples:
  occ-media channels
  occ-media types --channel telegram
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List profiles."""
    from occ_media_cli.cli.files.channels_view import listing
    from occ_media_cli.decide.policy_question import every_profile

    found = every_profile(session.location, session.now)
    linked = {profile.name: list(inboxes) for profile, inboxes in found}
    session.emit(listing([profile for profile, _ in found], linked), format, output)
    return None
