"""`occ-media ledger stats`: what the ledger holds, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.ledger.stats import Stats
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.model import Report

HELP = """Count what the ledger holds.

\b
Examples:
  occ-media ledger stats
  occ-media ledger stats --format json
"""

SCHEMA = "occ-media/stats/1"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """Count."""
    from occ_media_cli.ledger.stats import stats

    with session.reading() as store:
        found = stats(store.ledger, session.now)
    session.emit(report(found), format, output)
    return None


def report(found: Stats) -> Report:
    """The numbers for people and programs."""
    from occ_media_cli.report.blocks import Column, Lines, Table
    from occ_media_cli.report.known_sizes import files_and_size
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    lines: list[Line] = []
    if found.first is not None and found.last is not None:
        lines.append(f"from      {times.text(found.first)} to {times.text(found.last)}")
    lines += [f"{direction:<9} {outcome:<9}  {files_and_size(data or 0, files, without)}"
              for direction, outcome, files, data, without in found.days]  # fmt: skip
    lines.append(f"stored    {files_and_size(found.stored_bytes or 0, found.stored, found.stored_without_size)}")
    if found.repeated:
        lines.append(f"repeated  {plural(found.repeated, 'content')} in {found.repeated_places:,} places")
    for name, number in (
        ("corrected", found.corrections), ("decided", found.decisions), ("erased", found.erased)
    ):  # fmt: skip
        if number:
            lines.append(f"{name:<9} {number:,}")
    if found.expiring and found.expiring_first is not None:
        lines.append(
            f"expiring  {plural(found.expiring, 'file')} not captured yet, the first until"
            f" {times.text(found.expiring_first)}"
        )
    if found.expired:
        lines.append(f"expired   {plural(found.expired, 'file')} never captured, and no longer to be had")
    columns = [
        Column("inbox", "Inbox", "id"),
        *(Column(name, name.capitalize(), "count") for name in ("delivered", "blocked", "failed", "stored")),
        Column("stored_bytes", "Bytes", "size"),
        Column("stored_without_size", "Size unknown", "count"),
    ]
    records = [{column.key: getattr(inbox, column.key) for column in columns} for inbox in found.inboxes]
    shown = columns if found.stored_without_size else columns[:-1]
    return Report(
        schema=SCHEMA,
        title="The ledger in numbers",
        head={
            "entries": found.entries, "corrections": found.corrections, "decisions": found.decisions,
            "erased": found.erased, "events": found.events, "first": times.optional_text(found.first),
            "last": times.optional_text(found.last), "stored": found.stored, "stored_bytes": found.stored_bytes,
            "stored_without_size": found.stored_without_size,
            "repeated": found.repeated, "repeated_places": found.repeated_places,
            "totals": [{"direction": d, "outcome": o, "files": f, "bytes": b, "without_size": w}
                       for d, o, f, b, w in found.days],
            "uncaptured": {"expiring": found.expiring, "first_expires": times.optional_text(found.expiring_first),
                           "expired": found.expired},
            "ledger_head": found.head, "ledger_seq": found.seq,
        },
        records_key="inboxes",
        records=records,
        blocks=[Table.of(shown, records), Lines(lines)],
        sheet=Table.of(columns, records),
        answer=(f"{plural(found.entries, 'entry')} in {plural(len(found.inboxes), 'inbox', 'inboxes')};"
                f" ledger head {found.head}"),
    )  # fmt: skip
