"""`occ-media export`: the settings as a document, always TOML."""

from __future__ import annotations

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Output, command
from occ_media_cli.cli.session import Session

HELP = """Write the settings that are in force, and the boxes ahead, as a TOML document.

\b
Examples:
  occ-media export
  occ-media export --output settings.toml
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} Exit codes: 0 done, 2 usage, 10 store, 11 no store.")(
        command(run)
    )


def run(session: Session, output: Output = None) -> int | None:
    """Export the settings."""
    from occ_media_cli.report.formats import output as sinks
    from occ_media_cli.settings.document.render import render
    from occ_media_cli.settings.editing import current
    from occ_media_cli.settings.model import Config
    from occ_media_cli.store import sink

    with session.reading() as store:
        config = current(store, session.now)
    data = render("", Config(), config, now=session.now, file="the export").encode("utf-8")
    if output is None:
        sinks.to_stdout([data])
        return None
    sink.write(output, [data], session.guard)
    number = len(config.inboxes)
    session.note(f"wrote {output}", f"exported {number} inbox{'' if number == 1 else 'es'}")
    return None
