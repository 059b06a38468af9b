"""`occ-media ledger ingest`: take entries in from a source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from occ_media_cli.cli import named_files, one_of
from occ_media_cli.cli.opening import adding
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import EXIT_DONE, Incomplete

if TYPE_CHECKING:
    from occ_media_cli.ledger.ingest import Summary
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report

HELP = """Take entries into the ledger; what is there already counts as duplicate.

\b
Examples:
  occ-media ledger ingest ndjson entries.ndjson
  occ-media ledger ingest ndjson - --rejects rejects.ndjson < entries.ndjson
  occ-media ledger ingest csv export.csv --map columns.toml
  occ-media ledger ingest ndjson hooks.ndjson --map line.toml
  occ-media ledger ingest folder media --inbox vip --direction receive --time mtime
  occ-media ledger ingest whatsapp hooks.ndjson --inbox-map accounts.toml
  occ-media ledger ingest telegram updates.ndjson --inbox vip
  occ-media ledger ingest slack export.zip --inbox-map channels.toml
  occ-media ledger ingest zendesk comments.json --ticket 33 --requester 77
  occ-media ledger ingest email support.mbox --inbox support --agent example.com
  occ-media ledger ingest chatwoot postgresql://reader@db/chatwoot
  occ-media ledger ingest bucket s3://media/2026/ --inbox vip --direction receive --time mtime
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 rows were refused, 11 no such inbox, 14 a part is missing, 20 broken input."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest", help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="ndjson, csv, parquet, folder, whatsapp, messenger, instagram, telegram, slack, zendesk, email, "
            "chatwoot or bucket.",
            click_type=one_of.OneOf("ledger.sources:SOURCES"),
        ),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A file, - for stdin, a folder, or an address.", click_type=named_files.READ_BELOW
        ),
    ],
    inbox: Annotated[str | None, typer.Option("--inbox", metavar="N", help="For rows that name no inbox.")] = None,
    inbox_map: Annotated[
        Path | None,
        typer.Option(
            "--inbox-map", metavar="FILE", help='TOML: [map] "account" = "inbox".', click_type=named_files.READ
        ),
    ] = None,
    direction: Annotated[
        str | None,
        typer.Option(
            "--direction", metavar="send|receive", help="For rows that name none.", click_type=one_of.DIRECTION
        ),
    ] = None,
    time: Annotated[
        str,
        typer.Option(
            "--time",
            metavar="sidecar|mtime",
            help="Where a folder's times come from.",
            click_type=one_of.OneOf("vocabulary:FILE_TIMES"),
        ),
    ] = "sidecar",
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="TOML: which column or path is which field.",
            click_type=named_files.READ,
        ),
    ] = None,
    agent: Annotated[
        list[str] | None,
        typer.Option("--agent", metavar="ID", help="Your own user; who is not named is a customer."),
    ] = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="A customer, whatever the source says.")
    ] = None,
    received: Annotated[
        str | None,
        typer.Option("--received", metavar="TIME", help="When bodies came that say no time; RFC 3339, for --map."),
    ] = None,
    ticket: Annotated[
        str | None, typer.Option("--ticket", metavar="ID", help="Of a page of comments, which does not name it.")
    ] = None,
    requester: Annotated[
        str | None, typer.Option("--requester", metavar="ID", help="Who asked in that ticket: the customer.")
    ] = None,
    account: Annotated[
        int | None, typer.Option("--account", metavar="N", min=1, help="Of a Chatwoot database that has several.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help="Write refused rows here, with their reason.",
            click_type=named_files.WRITE,
        ),
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Take entries in."""
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.ledger.ingest import ingest
    from occ_media_cli.ledger.mapping import accounts
    from occ_media_cli.ledger.sources import Options
    from occ_media_cli.store.own_files import OwnFiles
    from occ_media_cli.vocabulary import Direction, LedgerFileTime

    options = Options(
        inbox=inbox,
        direction=cast("Direction | None", direction),
        time=cast("LedgerFileTime", time),
        mapping=mapping,
        agents=tuple(agent or ()),
        customers=tuple(customer or ()),
        received=received,
        ticket=ticket,
        requester=requester,
        account=account,
    )
    options.must_fit(kind, before="--")
    names = accounts(inbox_map) if inbox_map is not None else {}
    progress = Progress(source if source != "-" else "standard input", quiet=session.quiet)
    with adding(session) as store:
        try:
            summary = ingest(
                store.ledger,
                kind,
                source,
                options=options,
                accounts=names,
                rejects=rejects,
                guard=session.guard,
                progress=progress,
                stamp=session.stamp(),
                own=OwnFiles(session.location, session.guard).writes,
            )
        finally:
            progress.end()
    session.emit(report(summary, session.quiet and format == "table"), format, output)
    for note in summary.notes:
        session.note(f"note: {note}")
    return Incomplete.code if summary.counts.refused else EXIT_DONE


def report(summary: Summary, silent: bool) -> Report:
    """The summary for people and programs."""
    from occ_media_cli.ledger.ingest import SCHEMA
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report

    counts = summary.counts
    head: dict[str, Json] = {
        "schema": SCHEMA,
        "read": counts.read,
        "new": counts.new,
        "duplicate": counts.duplicate,
        "refused": counts.refused,
        "rejects": str(summary.rejects) if summary.rejects is not None else None,
        "skipped": counts.skipped,
    }
    answer = f"{counts.read:,} row{'' if counts.read == 1 else 's'} read: {counts.new:,} new, "
    answer += f"{counts.duplicate:,} duplicate, {counts.refused:,} refused"
    blocks: list[Block] = []
    if counts.refused:
        groups = sorted(counts.groups.items(), key=lambda item: (-item[1], item[0]))
        line = "refused: " + ", ".join(f"{number:,} {group}" for group, number in groups)
        if summary.rejects is not None:
            blocks.append(Lines([f"{line}; see {summary.rejects}"]))
        else:
            shown = [
                f"  line {refusal.line:,}: {refusal.detail}" if refusal.line else f"  {refusal.detail}"
                for refusal in summary.examples
            ]
            blocks.append(Lines([line, *shown]))
    if silent:
        blocks, answer = [], ""
    return Report(schema=SCHEMA, title="Ingest", head=head, blocks=blocks, answer=answer)
