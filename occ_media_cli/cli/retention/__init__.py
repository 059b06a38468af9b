"""`occ-media retention`: how long files stay, what a purge would remove, and removing it."""

from __future__ import annotations

import typer

from occ_media_cli.cli.retention import approve, explain, plan, purge, rules, verify

HELP = "Say how long files stay, and remove what is due: planned, approved, on record."

COMMANDS = (rules, explain, plan, approve, purge, verify)
"""The commands of the group, in the order of its help."""


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)
    for module in COMMANDS:
        module.register(group)
    app.add_typer(group, name=name)
