"""What customers were told by the gate: nobody reads the same message again at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.customers import PERSON, key_of_person

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.decide.gate import GateAnswer
    from occ_media_cli.ledger.entry import EntryRow

_TOLD = f"""
SELECT i.name, {PERSON}, r.message, max(r.ms) FROM record r JOIN inbox_state i ON i.id = r.inbox
WHERE r.kind = 2 AND r.ms > ? AND r.message IS NOT NULL AND r.customer IS NOT NULL GROUP BY 1, 2, 3"""  # noqa: S608 - it is a constant


class ToldMessages:
    """What each person was told in each inbox, and when. quiet_for: milliseconds in which a customer reads the same
    message once. now: where they count from at first."""

    def __init__(self, ledger: sqlite3.Connection, *, quiet_for: int, now: int) -> None:
        self._ledger, self._quiet_for = ledger, quiet_for
        rows = ledger.execute(_TOLD, (now - quiet_for,))
        self._told = {(inbox, person, message): int(ms) for inbox, person, message, ms in rows}

    def say_once(self, row: EntryRow, found: GateAnswer, now: int) -> GateAnswer:
        """The answer without its message where the customer has read it lately."""
        if found.customer_message is None or row.customer is None:
            return found
        whose = key_of_person(self._ledger, row.customer)
        key = (row.inbox, whose, found.customer_message)
        last = self._told.get(key)
        if last is not None and last <= now < last + self._quiet_for:
            return found._replace(customer_message=None)
        self._told[key] = now
        return found
