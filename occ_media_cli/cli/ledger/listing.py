"""`occ-media ledger list`: entries by filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.report.blocks import Column
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.query import Filters
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.model import Report
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

SCHEMA = "occ-media/entries/1"
SCHEMA_OF_DECISIONS = "occ-media/decisions/1"
SHOWN = 50
"""Rows of a table where --limit does not say; machine formats have all."""


SPELLINGS = 5
"""Other spellings of a customer that the last line names."""

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


@value
class EntryList:
    """What is listed. kind: one of `query.KINDS`. columns: as `--columns` says. limit: None where nobody said, 0 for
    all. window: the period that was asked for."""

    filters: Filters
    kind: str = "entry"
    columns: str | None = None
    limit: int | None = None
    newest: bool = False
    window: Window | None = None


def show(
    session: Session,
    asked: EntryList,
    inboxes: Sequence[str] | None,
    format: str,  # noqa: A002  # the option's name
    output: str | None,
) -> int | None:
    """Print a list, and say which of its filters nothing in the ledger has."""
    from occ_media_cli.ledger import unmatched

    if asked.limit is None and format == "table":
        asked = replace(asked, limit=SHOWN)
    asked = replace(asked, limit=asked.limit or None)
    with session.reading() as store:
        if store.connection is None:
            session.emit(report(None, asked), format, output)
            return None
        known_inboxes(store.connection, inboxes)
        session.emit(report(store.connection, asked), format, output)
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


def report(connection: sqlite3.Connection | None, asked: EntryList) -> Report:
    """What is asked for, read while it is written."""
    from occ_media_cli.cli.ledger import entry_columns
    from occ_media_cli.ledger import gate_answers, query
    from occ_media_cli.report.blocks import Table
    from occ_media_cli.report.model import Report

    of_entries = asked.kind == "entry"
    there: Sequence[str] = entry_columns.ENTRY if of_entries else entry_columns.DECISION
    if asked.filters.text is not None:
        there = (*there, "found_in")
    wanted = entry_columns.chosen(asked.columns, there) if asked.columns is not None else None
    total = 0
    if connection is not None:
        total = query.count(connection) if of_entries else gate_answers.count_decisions(connection)
    last = _Last([asked.filters.customer] if isinstance(asked.filters.customer, str) else asked.filters.customer or ())

    def found() -> Iterator[dict[str, Json]]:
        if connection is None:
            return
        for entry in _rows(connection, asked):
            last.see(entry)
            yield entry if wanted is None else {key: entry[key] for key in wanted}

    first = (
        [] if connection is None else list(_rows(connection, replace(asked, limit=min(asked.limit or SHOWN, SHOWN))))
    )
    waiting = query.quarantined(connection) if first and of_entries and connection is not None else frozenset()
    shown = wanted
    if shown is None:
        shown = list(entry_columns.SHOWN if of_entries else entry_columns.SHOWN_DECISION)
        shown += ["found_in"] if asked.filters.text is not None else []
        if asked.limit is not None and asked.limit <= SHOWN and of_entries:
            used = {key for key in entry_columns.WHERE_USED if any(entry[key] is not None for entry in first)}
            used |= {"removed"} if any(entry["seq"] in waiting for entry in first) else set()
            shown = [key for key in shown if key not in entry_columns.WHERE_USED or key in used]
        elif of_entries and connection is not None and not (waiting or query.was_purged(connection)):
            shown.remove("removed")
    columns = [
        _removed_column(waiting) if key == "removed" and wanted is None else entry_columns.column(key) for key in shown
    ]
    return Report(
        schema=SCHEMA if of_entries else SCHEMA_OF_DECISIONS,
        title="Entries" if of_entries else "Decisions",
        head={"entries_in_ledger": total} if of_entries else {"decisions_in_ledger": total},
        records_key="entries" if of_entries else "decisions",
        records=found(),
        blocks=[Table.of(columns, found())] if first else [],
        sheet=Table.of([Column(name, name) for name in wanted or there], found()),
        answer_after=lambda: _answer(connection, asked, last, total),
        window=asked.window,
    )


class _Last:
    """What was seen of a list when its end is reached. asked: the customers that were asked for."""

    def __init__(self, asked: Sequence[str]) -> None:
        self.asked = list(asked)
        self.number = 0
        self.seq: Json = None
        self.written: set[str] = set()

    def see(self, entry: Record) -> None:
        self.number += 1
        self.seq = entry["seq"]
        if self.asked:
            self.written.add(str(entry["customer"]))


def _rows(connection: sqlite3.Connection, asked: EntryList) -> Iterator[dict[str, Json]]:
    from occ_media_cli.ledger import gate_answers, query

    if asked.kind == "decision":
        return gate_answers.decisions(connection, asked.filters, limit=asked.limit, newest=asked.newest)
    rows = query.entries(connection, asked.filters, limit=asked.limit, newest=asked.newest)
    return rows if asked.filters.text is None else _with_places(connection, rows, asked.filters.text)


def _with_places(
    connection: sqlite3.Connection, rows: Iterator[dict[str, Json]], text: str
) -> Iterator[dict[str, Json]]:
    from occ_media_cli.ledger import customers, query

    forms = customers.forms_of(connection, text)
    for entry in rows:
        yield {**entry, "found_in": ", ".join(query.found_in(entry, text, forms))}


def _removed_column(waiting: AbstractSet[int]) -> Column:
    return Column(
        "removed", "Removed", "id", of=lambda entry: "waiting" if entry["seq"] in waiting else entry["removed"]
    )


def _answer(connection: sqlite3.Connection | None, asked: EntryList, last: _Last, total: int) -> str:
    """How many there are, how many match where not all of them are shown, and how to see more."""
    from occ_media_cli.ledger import query

    what = ("entry", "entries") if asked.kind == "entry" else ("decision", "decisions")
    window = asked.window
    span = "" if window is None else f"; {window.in_words()[:1].lower()}{window.in_words()[1:]}"
    if not last.number:
        if not total and asked.kind == "decision":
            return "No decisions: occ-media gate makes them"
        if not total:
            return "No entries: occ-media ledger ingest takes them in"
        return f"No {what[0]} matches; the ledger has {total:,}{span}"
    matching = last.number
    if connection is not None and last.number == asked.limit and last.number < total:
        matching = query.count_matches(connection, asked.filters, asked.kind)
    of_all = ""
    if matching > last.number:
        of_all = f" of over {query.MOST_COUNTED:,}" if matching > query.MOST_COUNTED else f" of {matching:,}"
    words = f"{last.number:,}{of_all} {what[matching != 1]}" + (" that match" if asked.filters.any else "")
    others = sorted(last.written - set(last.asked))
    if others:
        words += f" ({', '.join(last.asked)} is also written {', '.join(others[:SPELLINGS])})"
    more = ""
    if of_all:
        next_page = f"--after {last.seq}" if not asked.newest else f"--limit {last.number * 2}"
        more = f" (more: add {next_page}, or --limit all)"
    return f"{words}; the ledger has {total:,}{span}{more}"
