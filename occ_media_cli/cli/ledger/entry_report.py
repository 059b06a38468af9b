"""The entries or decisions that a command lists, as a report that is read while it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from occ_media_cli.report.blocks import Column
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.query import Filters
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.time_window import Window

SCHEMA = "occ-media/entries/1"
SCHEMA_OF_DECISIONS = "occ-media/decisions/1"
SHOWN = 50
"""Rows of a table where --limit does not say; machine formats have all."""

SPELLINGS = 5
"""Other spellings of a customer that the last line names."""


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


def report_entries(connection: sqlite3.Connection | None, asked: EntryList) -> Report:
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
