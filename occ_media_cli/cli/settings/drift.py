"""`occ-media drift`: whether the store still says what a document says."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, EXIT_FINDINGS

HELP = """Say whether the store differs from a settings document, such as the one in your repository.

What is only in the store (inboxes, agents, rules, channels) is what apply --prune
removes.

\b
Examples:
  occ-media drift settings.toml
  occ-media drift settings.toml --format json
"""

EXITS = "Exit codes: 0 the same, 1 drift, 3 unreadable, 10 store, 20 document."


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


def run(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE.toml", help="The settings document.", click_type=named_files.READ)
    ],
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int:
    """Compare the store with a document."""
    from occ_media_cli.cli.settings import documents

    compared = documents.compare(session, file, prune=True, drift=True)
    differences = compared.differences
    if differences:
        words = ("only in the store", "different", f"only in {file}")
        answer = f"Drift from {file}: {documents.sentence(differences, words)}"
        hints = [f"back to the document: {documents.apply_command(file, prune=True)}"]
        gone = documents.pruned(differences, "add")
        hints += [f"which removes {gone}"] if gone else []
    else:
        answer, hints = documents.in_sync(file, len(compared.wanted.inboxes)), []
    session.emit(documents.report(differences, title="Drift", answer=answer, hints=hints), format, output)
    return EXIT_FINDINGS if differences else EXIT_DONE
