"""`occ-media library propose`: files that shall be approved, as one version of a document."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli.library import library_options as options
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, command
from occ_media_cli.cli.session import Session

HELP = """Propose one version of a document: its files, which may be several forms of it.

Nobody may send them before another person approves.

\b
Examples:
  occ-media library propose prices.pdf prices.xlsx --name price-list --version 2026-11
  occ-media library propose offer.pdf --name offer --version 3 --inbox vip --expires 2027-01-01
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("propose", help=HELP, epilog=f"{GLOBAL_LINE} {options.EXITS}")(command(run))


def run(
    session: Session,
    files: options.Files,
    name: Annotated[str, typer.Option("--name", metavar="N", help="The document.")],
    version: Annotated[str, typer.Option("--version", metavar="V", help="What this version is called.")],
    inboxes: options.Inboxes = None,
    tags: options.Tags = None,
    expires: options.Expires = None,
    dry_run: options.DryRun = False,
    backdate: Backdate = None,
) -> int | None:
    """Propose a version."""
    from occ_media_cli.cli.library.proposal_run import run_proposal
    from occ_media_cli.library.proposing import propose

    return run_proposal(
        session, propose, files, name=name, version=version, inboxes=inboxes, tags=tags, expires=expires,
        dry_run=dry_run, backdate=backdate,
    )  # fmt: skip
