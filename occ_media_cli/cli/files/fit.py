"""`occ-media fit`: which channels take a file as it is, and the nearest fix where they do not."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.files.check import Inbox
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_INCOMPLETE

HELP = """Show which channels take a file as it is, and the nearest fix for each refusal.

\b
Examples:
  occ-media fit photo.webp
  occ-media fit clip.mp4 --channel whatsapp-cloud
"""

EXITS = "Exit codes: 0 done, 1 the channel or inbox that was named refuses a file, 3 a file could not be looked at."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="The files.", click_type=named_files.READ)],
    channel: Annotated[str | None, typer.Option("--channel", metavar="P", help="This channel only.")] = None,
    inbox: Inbox = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show who takes a file."""
    from occ_media_cli.cli.files.fit_view import report
    from occ_media_cli.decide.fit_files import FitRun
    from occ_media_cli.report import words

    run = FitRun(session.location, session.now, channel=channel, inbox=inbox)
    fitted = list(run.files(files))
    if run.look.skipped_links or run.look.skipped_system:
        links = words.plural(run.look.skipped_links, "link")
        system = words.plural(run.look.skipped_system, "system item")
        session.note(f"note: in folders, {links} and {system} were skipped; a file that you name is always looked at")
    session.emit(report(fitted), format, output)
    refused = any(not fit.takes for each in fitted for fit in each.fits)
    if refused and (channel is not None or inbox is not None):
        return EXIT_FINDINGS
    return EXIT_INCOMPLETE if any(each.unreadable for each in fitted) else EXIT_DONE
