"""`occ-media ledger export`: the entries as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.ledger.listing import Inboxes, Since, Until, known_inboxes
from occ_media_cli.cli.options import GLOBAL_LINE, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

HELP = """Write the entries, as they stand after their corrections, to a file.

What is written as ndjson or parquet can be taken in again unchanged. In csv, cells
that a spreadsheet would compute get a leading quote.

\b
Examples:
  occ-media ledger export --format ndjson --output entries.ndjson
  occ-media ledger export --format parquet --output q1.parquet --since 2026-01-01 --until 2026-04-01
"""

FORMATS = ("ndjson", "csv", "parquet")

ExportFormat = Annotated[
    str,
    typer.Option("--format", "-f", metavar="F", help="ndjson, csv or parquet.", click_type=one_of.OneOf(*FORMATS)),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    format: ExportFormat = "ndjson",  # noqa: A002  # the option's name
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="The file; stdout where it is left out, or -.",
            click_type=named_files.OUTPUT,
        ),
    ] = None,
    inbox: Inboxes = None,
    since: Since = None,
    until: Until = None,
) -> int | None:
    """Export."""
    from occ_media_cli.cli.ledger.entry_report import EntryList, report_entries
    from occ_media_cli.ledger.export import parquet
    from occ_media_cli.ledger.query import Filters

    if format == "parquet" and output is None:
        what = "format parquet cannot go to standard output; nothing was written"
        raise UsageError(what, hint="occ-media ledger export --format parquet --output FILE")
    start, end = session.window(since, until)
    filters = Filters(
        inbox=inbox,
        since=start,
        until=end,
    )
    with session.reading() as store:
        known_inboxes(store.ledger, inbox)
        if format != "parquet":
            session.emit(report_entries(store.ledger, EntryList(filters)), format, output)
            return None
        count = parquet(store.ledger, filters, Path(str(output)), session.guard)
    session.note(f"wrote {output}", f"{count:,} entr{'y' if count == 1 else 'ies'}")
    return None
