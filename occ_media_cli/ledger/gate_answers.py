"""The decisions of gates on record, by the filters of entries, in the form of contracts.md §6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.query import Filters
from occ_media_cli.vocabulary import DECISION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from occ_media_cli.report.json_types import Json

DECISION_FIELDS = (
    "id", "time", "inbox", "direction", "customer", "name", "decision", "problems", "message",
)  # fmt: skip
"""The members of a decision, in their order; `seq` and `source` come before them.

id: that of the entry that was asked about, which need not have come. problems: the rules by which it was denied.
message: what the customer was answered.
"""

_COLUMNS = "seq, source, id, time_ms, inbox, direction, customer, name, decision, problems, message"

_OF_FILES = (
    "outcome", "category", "type", "channel", "agent", "conversation", "sha256", "md5", "removed", "text",
)  # fmt: skip
"""Filters by what only an entry has."""


def refuse_filters_of_files(filters: Filters) -> None:
    """UsageError for a filter by what no decision has: it would match nothing."""
    for name in _OF_FILES:
        if getattr(filters, name) not in (None, (), []):
            raise UsageError(f"a decision has no {name}", hint=f"leave --{name} out, or list entries")


def decisions(
    connection: sqlite3.Connection, filters: Filters, *, limit: int | None = None, newest: bool = False
) -> Iterator[dict[str, Json]]:
    """What gates decided, in the order of the ledger; constant memory."""
    refuse_filters_of_files(filters)
    where, values = filters.conditions(connection)
    order = "DESC" if newest else "ASC"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM decision WHERE {where} ORDER BY seq {order} LIMIT {-1 if limit is None else limit}",
        values,
    )
    for seq, source, identity, ms, *rest in rows:
        members = (identity, times.text(ms), *rest)
        yield {"seq": seq, "source": source, **dict(zip(DECISION_FIELDS, members, strict=True))}


def count_decisions(connection: sqlite3.Connection) -> int:
    """How many decisions the ledger has."""
    return int(connection.execute("SELECT count(*) FROM record WHERE kind = ?", (DECISION,)).fetchone()[0])
