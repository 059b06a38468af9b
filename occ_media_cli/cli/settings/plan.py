"""`occ-media plan`: what `apply` would do."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, Prune, command
from occ_media_cli.cli.session import Session

HELP = """Show what applying a settings document would change; nothing is written.

With --prune also what goes: inboxes, agents, rules, channels and whole sections
that the document does not name.

\b
Examples:
  occ-media plan settings.toml
  occ-media plan settings.toml --prune --format json
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 unreadable, 10 store, 20 document."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE.toml", help="The settings document.", click_type=named_files.READ)
    ],
    prune: Prune = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Compare a document with the store."""
    from occ_media_cli.cli.settings import documents

    compared = documents.compare(session, file, prune=prune)
    differences = compared.differences
    if differences:
        answer = f"Plan: {documents.sentence(differences, ('to add', 'to change', 'to remove'))}"
    else:
        answer = documents.in_sync(file, len(compared.wanted.inboxes))
    hints = [f"next: {documents.apply_command(file, prune=prune)}"] if differences else []
    session.emit(documents.report(differences, title="Plan", answer=answer, hints=hints), format, output)
    return None
