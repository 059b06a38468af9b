"""Reading holds from a store."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.ledger.entries_sql import HELD_BY
from occ_media_cli.retention.evaluate import covers
from occ_media_cli.retention.model import Hold

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Entry

_SELECT = """
SELECT h.number, h.name, h.inbox, json_extract(e.personal, '$.customer'),
  json_extract(e.personal, '$.conversation'), h.entry, h.since, h.until
FROM hold_state h JOIN event e ON e.seq = h.event WHERE h.released IS NULL"""

_FORMS = (
    "SELECT number, canonical_customer FROM hold_scope WHERE released_ms IS NULL AND canonical_customer IS NOT NULL"
)
"""Every form of the customer that a hold names."""


def unreleased(connection: sqlite3.Connection) -> tuple[Hold, ...]:
    """Every hold that is not released, in the order in which they were placed, whatever any clock says."""
    rows = connection.execute(f"{_SELECT} ORDER BY h.number").fetchall()
    forms: dict[int, list[str]] = {}
    if any(row[3] is not None for row in rows):
        for number, form in connection.execute(_FORMS):
            forms.setdefault(number, []).append(form)
    return tuple(replace(Hold(*row), forms=frozenset(forms.get(row[0], ()))) for row in rows)


class Index:
    """Holds by their narrowest condition, so that an entry is compared with few of them."""

    def __init__(self, some: tuple[Hold, ...]) -> None:
        self.all = some
        self._by: dict[tuple[str, object], list[Hold]] = {}
        for hold in some:
            for key in _keys(hold):
                self._by.setdefault(key, []).append(hold)

    def covering(self, entry: Entry) -> list[Hold]:
        """The holds that cover an entry, in the order in which they were placed."""
        if not self.all:
            return []
        if entry.erased:
            near: tuple[Hold, ...] | list[Hold] = self.all
        else:
            get = self._by.get
            near = [
                *get(("", None), ()), *get(("inbox", entry.inbox), ()), *get(("customer", entry.form), ()),
                *get(("conversation", entry.conversation), ()), *get(("entry", entry.seq), ()),
            ]  # fmt: skip
        return sorted((hold for hold in near if covers(hold, entry)), key=lambda hold: hold.number)


def _keys(hold: Hold) -> list[tuple[str, object]]:
    """What an entry must have to be looked at: a hold's narrowest condition, for a customer each form of the id."""
    if hold.entry is not None:
        return [("entry", hold.entry)]
    if hold.customer is not None:
        return [("customer", form) for form in hold.customer_forms]
    for name in ("conversation", "inbox"):
        if getattr(hold, name) is not None:
            return [(name, getattr(hold, name))]
    return [("", None)]


def condition(holds: tuple[Hold, ...]) -> tuple[str, list[object]]:
    """SQL over `r` (a record) that is true for every entry that one of some holds covers, and its values."""
    return HELD_BY, [json.dumps([hold.number for hold in holds])]
