"""Rows for the views that a rule reads, and a rule's bare text asked of them: no store, no engine, no window but its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.audit_scope import EVER_BEFORE, FOREVER
from occ_media_cli.audit.engines.made_views import MADE, made
from occ_media_cli.audit.engines.sqlite import empty_store
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.store.customer_ids import canonical_customer
from occ_media_cli.store.migrations import m0010_free_texts

NOW = 1_000_000
Rows = Mapping[str, Sequence[dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """What a rule finds in some rows. columns, expected: the columns that are compared, and their values, row by row.

    values: parameters that are not the whole ledger's. by_time: whether the rule's window is that of its rows' times.
    """

    rule: str
    says: str
    rows: Rows
    columns: tuple[str, ...]
    expected: list[tuple[Any, ...]]
    values: Mapping[str, Any] = field(default_factory=dict)
    by_time: bool = True
    tuned: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"


def entry(seq: int, time: int = 100, **more: Any) -> dict[str, Any]:
    """A delivered file that a customer sent."""
    return {
        "seq": seq, "source": "ndjson", "id": f"e{seq}", "time_ms": time, "inbox": "vip", "inbox_id": 1, "name": f"n{seq}",
        "direction": "receive", "outcome": "delivered", "sha256": "", "size": 10, **more,
    }  # fmt: skip


def setting(start: int = 0, end: int = FOREVER, version: int = 1, **more: Any) -> dict[str, Any]:
    """A setting version in which everything is on."""
    return {
        "inbox": "vip", "inbox_id": 1, "version": version, "valid_from_ms": start, "valid_to_ms": end, "send": 1,
        "receive": 1, "message": None, "message_source": None, "send_approved_only": 0, "scan": "off", **more,
    }  # fmt: skip


def database(rows: Rows) -> sqlite3.Connection:
    """The views of a store that is empty, with these rows in the place of some of them."""
    connection = empty_store()
    for view, given in rows.items():
        kind = "main" if view in ("record", "amendment", "inbox_state") else "temp"
        if kind == "temp":
            source = f"({made(connection, view)})" if view in MADE else f"main.{view}"
            connection.execute(f"CREATE TEMP TABLE {view} AS SELECT * FROM {source} LIMIT 0")
        for row in _whole(view, given):
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {kind}.{view} ({names}) VALUES ({marks})", list(row.values()))
    if "hold" in rows:
        for one in ("customer", "conversation"):
            text = f"SELECT number, 0 AS place, {one} FROM temp.hold WHERE {one} IS NOT NULL"
            connection.execute(f"CREATE TEMP VIEW hold_{one} AS {text}")
        connection.execute(f"CREATE TEMP VIEW hold_scope AS {m0010_free_texts.VIEWS['hold_scope']}")
        connection.execute(f"CREATE TEMP VIEW entry_hold AS {m0010_free_texts.ENTRY_HOLD}")
    return connection


def _whole(view: str, given: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows with what a store works out for each: the form of a customer, and the number of a hold."""
    for number, row in enumerate(given, 1):
        if view == "entry" and row.get("customer") is not None:
            yield {**row, "canonical_customer": canonical_customer(row["customer"])}
        else:
            yield {"number": number, **row} if view == "hold" else row


def ask(
    connection: sqlite3.Connection,
    rule: AuditRule,
    text: str,
    case: Case,
    since: int | None = None,
    until: int | None = None,
) -> list[tuple[Any, ...]]:
    """What a text finds, in the order of findings."""
    known = {"since_ms": EVER_BEFORE, "until_ms": FOREVER, "now_ms": NOW, **rule.bound(), **case.values}
    known |= {name: value for name, value in (("since_ms", since), ("until_ms", until)) if value is not None}
    used = {name: known[name] for name in sql.parameters(text)}
    cursor = connection.execute(f"SELECT * FROM (\n{text}\n) AS finding LIMIT 0", used)
    names = [str(column[0]) for column in cursor.description]
    places = [names.index(column) for column in case.columns]
    return [tuple(row[place] for place in places) for row in connection.execute(sql.ordered(text, names), used)]
