"""`occ-media ledger list`: entries by filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.cli.ledger.entry_report import EntryList
    from occ_media_cli.report.time_window import Window

HELP = """List entries, or decisions of gates, in the order in which they were recorded.

\b
Examples:
  occ-media ledger list --inbox vip --since 30d
  occ-media ledger list --outcome blocked --limit 20 --newest
  occ-media ledger list --since today --columns time,customer,name,reason
  occ-media ledger list --kind decision --limit all
  occ-media ledger list --format ndjson --output entries.ndjson
"""

Inboxes = Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="Of this inbox.")]
Since = Annotated[str | None, typer.Option("--since", metavar="T", help="From then on: a time, 30d, 'monday 9:00'.")]
Until = Annotated[str | None, typer.Option("--until", metavar="T", help="Before this moment.")]

Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N|all", help="At most so many.", click_type=one_of.NUMBER_OR_ALL),
]
Columns = Annotated[
    str | None, typer.Option("--columns", metavar="A,B", help="Only these: time,customer,name; json and csv too.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    inbox: Inboxes = None,
    since: Since = None,
    until: Until = None,
    direction: Annotated[
        list[str] | None,
        typer.Option(
            "--direction", metavar="send|receive", help="Sent by agents, or received.", click_type=one_of.DIRECTION
        ),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome",
            metavar="O",
            help="delivered, blocked or failed.",
            click_type=one_of.OneOf("vocabulary:OUTCOMES"),
        ),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="C", help="audio, document, image or video.", click_type=one_of.CATEGORY),
    ] = None,
    type: Annotated[list[str] | None, typer.Option("--type", metavar="T", help="A type such as pdf.")] = None,  # noqa: A002  # the option's name
    channel: Annotated[list[str] | None, typer.Option("--channel", metavar="P", help="Through this channel.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME", help="Of this agent.")] = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="However it is written.")
    ] = None,
    conversation: Annotated[
        list[str] | None, typer.Option("--conversation", metavar="ID", help="Of a conversation.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="G", help="A file name; * ? [ ] match.")] = None,
    sha256: Annotated[str | None, typer.Option("--sha256", metavar="HASH", help="This content; hex or base64.")] = None,
    md5: Annotated[str | None, typer.Option("--md5", metavar="HASH", help="The same by its MD5.")] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="KIND", help="From this source.", click_type=one_of.OneOf("ledger.sources:SOURCES")
        ),
    ] = None,
    removed: Annotated[
        str | None,
        typer.Option(
            "--removed",
            metavar="yes|no",
            help="Removed by a purge for good, or not.",
            click_type=one_of.OneOf("yes", "no"),
        ),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="K",
            help="entry, or decision: what gates were asked.",
            click_type=one_of.OneOf("ledger.query:KINDS"),
        ),
    ] = "entry",
    columns: Columns = None,
    limit: Limit = None,
    after: Annotated[int | None, typer.Option("--after", metavar="SEQ", help="The next page: what follows.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List entries."""
    from occ_media_cli.cli.ledger.entry_report import EntryList
    from occ_media_cli.ledger import query

    start, end = session.window(since, until)
    filters = query.Filters(
        inbox=inbox, direction=direction, outcome=outcome,
        since=start, until=end,
        category=category, type=type, channel=channel, agent=agent,
        customer=customer, conversation=conversation,
        name=name, sha256=query.hash_of("sha256", sha256, 32), md5=query.hash_of("md5", md5, 16), source=source,
        removed=None if removed is None else removed == "yes", after=after,
    )  # fmt: skip
    if kind == "decision":
        from occ_media_cli.ledger.gate_answers import refuse_filters_of_files

        refuse_filters_of_files(filters)
    asked = EntryList(filters, kind, columns, limit, newest=newest, window=window_of(session, start, end))
    return show(session, asked, inbox, format, output)


def show(
    session: Session,
    asked: EntryList,
    inboxes: Sequence[str] | None,
    format: str,  # noqa: A002  # the option's name
    output: str | None,
) -> int | None:
    """Print a list, and say which of its filters nothing in the ledger has."""
    from occ_media_cli.cli.ledger.entry_report import SHOWN, report_entries
    from occ_media_cli.ledger import unmatched

    if asked.limit is None and format == "table":
        asked = replace(asked, limit=SHOWN)
    asked = replace(asked, limit=asked.limit or None)
    with session.reading() as store:
        if store.connection is None:
            session.emit(report_entries(None, asked), format, output)
            return None
        known_inboxes(store.connection, inboxes)
        session.emit(report_entries(store.connection, asked), format, output)
        entries = asked.kind == "entry"
        for each in unmatched.unknown_values(store.connection, asked.filters) if entries else ():
            session.note(f"note: {each.sentence}")
            again = session.again(each.slip)
            if again is not None:
                session.note(f"help: {again}")
    return None


def known_inboxes(connection: sqlite3.Connection, inboxes: Sequence[str] | None) -> None:
    """NotFound for an inbox that is not there, so that an empty list is never a mistyped name."""
    if inboxes:
        from occ_media_cli.ledger.inboxes import KnownInboxes

        known = KnownInboxes(connection)
        for inbox in inboxes:
            known.must_have(inbox)


def window_of(session: Session, start: int | None, end: int | None) -> Window | None:
    """The period that a list looked at, as every format says it; None where nobody named one."""
    if start is None and end is None:
        return None
    from occ_media_cli.report.time_window import Window

    return Window(times.optional_text(start), times.optional_text(end), session.zone_name())
