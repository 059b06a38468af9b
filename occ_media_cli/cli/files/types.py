"""`occ-media types`: what the product takes, or what a channel takes, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report

HELP = """Show the media types, sizes and directions that the product or a channel takes.

\b
Examples:
  occ-media types
  occ-media types --channel whatsapp-cloud
"""


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="P", help="A channel's table, with the source of each number.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show types."""
    if channel is None:
        session.emit(_product(), format, output)
    else:
        from occ_media_cli.cli.files.channels import page
        from occ_media_cli.decide.policy_question import profile_alone

        session.emit(page(profile_alone(session.location, session.now, channel)), format, output)
    return None


def _product() -> Report:
    from occ_media_cli.media.types import ALIASES, MB_DECIMAL, TABLE
    from occ_media_cli.report.blocks import Column, Lines, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import yes_no

    columns = (
        Column("type", "Type", "id", of="extensions"),
        Column("category", "Category", "id"),
        Column("limit", "Limit", "text", of=lambda row: f"{row['limit'] // MB_DECIMAL} MB"),  # type: ignore[operator]  # bytes
        Column("send", "Send", "state", of=lambda row: yes_no(row["send"])),
        Column("receive", "Receive", "state", of=lambda row: yes_no(row["receive"])),
        Column("media_type", "Media type", "id"),
    )
    extensions = {row.type: [row.type, *(alias for alias, of in ALIASES.items() if of == row.type)] for row in TABLE}
    records: list[dict[str, Json]] = [
        {
            "type": row.type,
            "extensions": extensions[row.type],
            "category": row.category,
            "media_type": row.media_type,
            "limit": row.passes_exactly,
            "limit_at_most": row.passes_at_most,
            "send": row.send,
            "receive": row.receive,
        }
        for row in TABLE
    ]
    return Report(
        schema="occ-media/types/1",
        title="Media types",
        records_key="types",
        records=records,
        blocks=(
            Table.of(columns, records),
            Lines(("", "A file up to N x 1,000,000 bytes passes, up to N x 1,048,576 with a warning, and not above.")),
        ),
        answer=f"{len(TABLE)} types; occ-media types --channel NAME shows what a channel takes",
    )
