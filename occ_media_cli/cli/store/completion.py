"""`occ-media completion`: what a shell needs to complete commands, options and values, made from those there are."""

from __future__ import annotations

from typing import Annotated

import typer

from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, command
from occ_media_cli.cli.session import Session

HELP = """Print a completion script for bash, zsh or fish.

\b
Examples:
  eval "$(occ-media completion bash)"
  occ-media completion zsh > ~/.zfunc/_occ-media
  occ-media completion fish > ~/.config/fish/completions/occ-media.fish
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} Exit codes: 0 done, 2 usage.")(command(run))


def run(
    session: Session,  # every command has one
    shell: Annotated[
        str,
        typer.Argument(
            metavar="bash|zsh|fish", help="The shell.", click_type=one_of.OneOf("cli.store.completion_scripts:SCRIPTS")
        ),
    ],
) -> int | None:
    """Print the script."""
    from occ_media_cli.cli.store.completion_scripts import script

    typer.echo(script(shell), nl=False)
    return None
