"""`occ-media ledger list`: entries by filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.query import Filters
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.time_window import Window

HELP = """List entries, in the order in which they were recorded.

\b
Examples:
  occ-media ledger list --inbox vip --since 30d
  occ-media ledger list --outcome blocked --limit 20 --newest
  occ-media ledger list --format ndjson --output entries.ndjson
"""

SCHEMA = "occ-media/entries/1"
SHOWN = 50
"""Rows of a table where --limit does not say; machine formats have all."""


SPELLINGS = 5
"""Other spellings of a customer that the last line names."""

Inboxes = Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="Of this inbox.")]
Since = Annotated[str | None, typer.Option("--since", metavar="T", help="From then on: a time, 30d, 'monday 9:00'.")]
Until = Annotated[str | None, typer.Option("--until", metavar="T", help="Before this moment.")]


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
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="At most this many.")] = None,
    after: Annotated[int | None, typer.Option("--after", metavar="SEQ", help="The next page: what follows.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List entries."""
    from occ_media_cli.ledger import query, unmatched

    start, end = session.window(since, until)
    filters = query.Filters(
        inbox=inbox, direction=direction, outcome=outcome,
        since=start, until=end,
        category=category, type=type, channel=channel, agent=agent,
        customer=customer, conversation=conversation,
        name=name, sha256=query.hash_of("sha256", sha256, 32), md5=query.hash_of("md5", md5, 16), source=source,
        removed=None if removed is None else removed == "yes", after=after,
    )  # fmt: skip
    looked = window_of(session, start, end)
    if limit is None and format == "table":
        limit = SHOWN
    with session.reading() as store:
        if store.connection is None:
            session.emit(report(None, filters, limit, newest=newest, window=looked), format, output)
        else:
            known_inboxes(store.connection, inbox)
            session.emit(report(store.connection, filters, limit, newest=newest, window=looked), format, output)
            for each in unmatched.unknown_values(store.connection, filters):
                session.note(f"note: {each.sentence}")
                again = session.again(each.slip)
                if again is not None:
                    session.note(f"help: {again}")
    return None


def _any_removed(connection: sqlite3.Connection, filters: Filters) -> bool:
    from dataclasses import replace

    from occ_media_cli.ledger import query

    if filters.removed is not None or not query.was_purged(connection):
        return bool(filters.removed)
    return next(query.entries(connection, replace(filters, removed=True), limit=1), None) is not None


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


def report(
    connection: sqlite3.Connection | None,
    filters: Filters,
    limit: int | None,
    *,
    newest: bool,
    window: Window | None = None,
) -> Report:
    """The entries that match, read while they are written. window: the period that was asked for."""
    from occ_media_cli.ledger import query
    from occ_media_cli.report.blocks import Column, Table
    from occ_media_cli.report.model import Report

    total = query.count(connection) if connection is not None else 0
    seen: list[Json] = [0, None]
    asked = [filters.customer] if isinstance(filters.customer, str) else list(filters.customer or ())
    written: set[str] = set()

    def found() -> Iterator[dict[str, Json]]:
        if connection is None:
            return
        for entry in query.entries(connection, filters, limit=limit, newest=newest):
            seen[0] = int(str(seen[0])) + 1
            seen[1] = entry["seq"]
            if asked:
                written.add(str(entry["customer"]))
            yield entry

    def answer() -> str:
        shown = int(str(seen[0]))
        span = "" if window is None else f"; {window.in_words()[:1].lower()}{window.in_words()[1:]}"
        if not shown:
            if not total:
                return "No entries: occ-media ledger ingest takes them in"
            return f"No entry matches; the ledger has {total:,}{span}"
        words = f"{shown:,} entr{'y' if shown == 1 else 'ies'}" + (" that match" if filters.any else "")
        others = sorted(written - set(asked))
        if others:
            words += f" ({', '.join(asked)} is also written {', '.join(others[:SPELLINGS])})"
        if shown == limit and shown < total:
            more = f"--after {seen[1]}" if not newest else f"--limit {shown * 2}"
            return f"{words}; the ledger has {total:,}{span} (more: add {more})"
        return f"{words}; the ledger has {total:,}{span}"

    some = connection is not None and next(query.entries(connection, filters, limit=1), None) is not None
    columns = [
        Column("time", "Time", "time"), Column("inbox", "Inbox", "id"), Column("direction", "Direction"),
        Column("outcome", "Outcome", "state"), Column("size", "Size", "size"), Column("name", "Name", "name"),
        Column("id", "Entry", "id"),
    ]  # fmt: skip
    waiting = query.quarantined(connection) if some and connection is not None else frozenset()
    if some and connection is not None and (waiting or _any_removed(connection, filters)):
        columns.append(
            Column(
                "removed", "Removed", "id", of=lambda entry: "waiting" if entry["seq"] in waiting else entry["removed"]
            )
        )
    return Report(
        schema=SCHEMA,
        title="Entries",
        head={"entries_in_ledger": total},
        records_key="entries",
        records=found(),
        blocks=[Table.of(columns, found())] if some else [],
        sheet=Table.of([Column(name, name) for name in ("seq", "source", *query.FIELDS)], found()),
        answer_after=answer,
        window=window,
    )
