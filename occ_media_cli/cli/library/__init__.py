"""`occ-media library`: the files that somebody approved, for whom, and until when."""

from __future__ import annotations

import typer

from occ_media_cli.cli.library import (
    approve_command,
    find_command,
    library_listing,
    propose_command,
    propose_folder,
    retire_command,
    verify_command,
)

HELP = """Propose files, approve them by another person, and say when they end.

An inbox with --approved-only sends nothing else.
"""

COMMANDS = (
    propose_command, approve_command, propose_folder, retire_command, library_listing, find_command, verify_command,
)  # fmt: skip
"""The commands of the group, in the order of its help."""


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)
    for module in COMMANDS:
        module.register(group)
    app.add_typer(group, name=name)
