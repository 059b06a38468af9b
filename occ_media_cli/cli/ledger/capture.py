"""`occ-media ledger capture`: hash and recognise the bytes of entries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.opening import adding
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, Incomplete

if TYPE_CHECKING:
    from occ_media_cli.ledger.capture import Captured
    from occ_media_cli.report.model import Report

HELP = """Hash and recognise the bytes of entries that have a path and no hash or type yet.

\b
Examples:
  occ-media ledger capture --root media
"""

EXITS = "Exit codes: 0 done, 3 files were missing, unreadable or not those of their entry, 14 libmagic is missing."

SCHEMA = "occ-media/capture/1"
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("capture", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    root: Annotated[
        Path,
        typer.Option(
            "--root", metavar="DIR", help="What the paths are relative to.", click_type=named_files.READ_MEDIA
        ),
    ],
    inbox: Annotated[str | None, typer.Option("--inbox", metavar="N", help="Only of this inbox.")] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Capture."""
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.ledger.capture import capture
    from occ_media_cli.ledger.inboxes import KnownInboxes

    progress = Progress(str(root), quiet=session.quiet, unit="files")
    with adding(session) as store:
        number = None
        if inbox is not None:
            inboxes = KnownInboxes(store.ledger)
            inboxes.must_have(inbox)
            number = inboxes.number(inbox)
        try:
            done = capture(
                store.ledger, root, session.now, inbox=number, progress=lambda count: progress.show(count, None)
            )
        finally:
            progress.end()
    session.emit(_report(done), format, output)
    return Incomplete.code if done.problems else EXIT_DONE


def _report(done: Captured) -> Report:
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    lines = [f"  {entry}: {words}" for entry, words in done.problems[:SHOWN]]
    if len(done.problems) > SHOWN:
        lines.append(f"  {plural(len(done.problems) - SHOWN, 'more entry')}: --format json lists all")
    return Report(
        schema=SCHEMA,
        title="Capture",
        head={"schema": SCHEMA, "looked": done.looked, "captured": done.captured, "not_captured": len(done.problems)},
        records_key="problems",
        records=[{"entry": entry, "reason": words} for entry, words in done.problems],
        blocks=[Lines(["not captured:", *lines])] if lines else [],
        answer=f"{plural(done.looked, 'file')}: {done.captured:,} captured, {len(done.problems):,} not",
    )
