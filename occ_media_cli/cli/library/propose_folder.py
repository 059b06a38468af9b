"""`occ-media library add`: many files at once, each a document of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.library import library_options as options
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, command
from occ_media_cli.cli.session import Session

HELP = """Propose many files at once, each a document of its own, under one name.

Files that are approved as they are, are left out. One approval of the name is for
all of them.

\b
Examples:
  occ-media library add guides
  occ-media library add prices.pdf terms.pdf --name sales --tag retail
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("add", help=HELP, epilog=f"{GLOBAL_LINE} {options.EXITS}")(command(run))


def run(
    session: Session,
    files: options.FilesOrFolders,
    name: Annotated[
        str | None, typer.Option("--name", metavar="N", help="For all of them; else the folder's name.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="What this version is called; else today's date.")
    ] = None,
    inboxes: options.Inboxes = None,
    tags: options.Tags = None,
    expires: options.Expires = None,
    dry_run: options.DryRun = False,
    backdate: Backdate = None,
) -> int | None:
    """Propose a folder."""
    from occ_media_cli.cli.library.proposal_run import run_proposal
    from occ_media_cli.library.propose_each import propose_each

    return run_proposal(
        session, propose_each, files, name=name, version=version, inboxes=inboxes, tags=tags, expires=expires,
        dry_run=dry_run, backdate=backdate,
    )  # fmt: skip
