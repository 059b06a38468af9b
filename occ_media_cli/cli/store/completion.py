"""`occ-media completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

from typing import Annotated

import typer

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
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="The shell.")],
) -> int | None:
    """Print the script."""
    from occ_media_cli.cli.store import completion_scripts
    from occ_media_cli.report.words import refuse_other_words

    refuse_other_words(shell, "the shell", tuple(completion_scripts.SCRIPTS))
    typer.echo(completion_scripts.script(shell), nl=False)
    return None
