"""`occ-media ledger`: taking entries in, listing them, and proving that they are as they were."""

from __future__ import annotations

import typer

from occ_media_cli.cli.ledger import capture, checkpoint, erase, export, find, ingest, listing, show, stats, verify

HELP = "Record what was shared, and list, count and prove it."

COMMANDS = (ingest, listing, find, show, stats, export, capture, verify, checkpoint, erase)
"""The commands of the group, in the order of its help."""


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)
    for module in COMMANDS:
        module.register(group)
    app.add_typer(group, name=name)
