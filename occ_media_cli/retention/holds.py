"""Reading holds from a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.retention.evaluate import covers
from occ_media_cli.retention.model import Hold

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.retention.model import Entry

_SELECT = """
SELECT h.number, h.name, h.inbox, json_extract(e.personal, '$.customer'),
  json_extract(e.personal, '$.conversation'), h.entry, h.since, h.until
FROM hold_state h JOIN event e ON e.seq = h.event WHERE h.released IS NULL"""


def unreleased(connection: sqlite3.Connection) -> tuple[Hold, ...]:
    """Every hold that is not released, in the order in which they were placed, whatever any clock says."""
    return tuple(Hold(*row) for row in connection.execute(f"{_SELECT} ORDER BY h.number"))


class Index:
    """Holds by their narrowest condition, so that an entry is compared with few of them."""

    def __init__(self, some: tuple[Hold, ...]) -> None:
        self.all = some
        self._by: dict[tuple[str, object], list[Hold]] = {}
        for hold in some:
            for name in ("entry", "customer", "conversation", "inbox"):
                value = getattr(hold, name)
                if value is not None:
                    self._by.setdefault((name, value), []).append(hold)
                    break
            else:
                self._by.setdefault(("", None), []).append(hold)

    def covering(self, entry: Entry) -> list[Hold]:
        """The holds that cover an entry, in the order in which they were placed."""
        if not self.all:
            return []
        if entry.erased:
            near: tuple[Hold, ...] | list[Hold] = self.all
        else:
            get = self._by.get
            near = [
                *get(("", None), ()), *get(("inbox", entry.inbox), ()), *get(("customer", entry.customer), ()),
                *get(("conversation", entry.conversation), ()), *get(("entry", entry.seq), ()),
            ]  # fmt: skip
        return sorted((hold for hold in near if covers(hold, entry)), key=lambda hold: hold.number)


def condition(holds: tuple[Hold, ...]) -> tuple[str, list[object]]:
    """SQL over `r` (a record) that is true for at least every entry that a hold covers, and its values."""
    clauses, values = [], list[object]()
    for hold in holds:
        tests = ["1"]
        for test, value in (
            ("r.inbox = ?", hold.inbox), ("r.seq = ?", hold.entry), ("r.ms >= ?", hold.since), ("r.ms < ?", hold.until),
            ("(r.customer = ? OR r.salt IS NULL)", hold.customer),
            ("(r.conversation = ? OR r.salt IS NULL)", hold.conversation),
        ):  # fmt: skip
            if value is not None:
                tests.append(test)
                values.append(value)
        clauses.append(f"({' AND '.join(tests)})")
    return " OR ".join(clauses) or "0", values
