"""Which inboxes a row may name."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, Slip
from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.report.unknown_name import slip_of_name
from occ_media_cli.report.words import nearest, question

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

CACHED = 1_000
"""How many unknown names are remembered: a file may hold millions, and each costs a comparison with every inbox."""

_LINKED = """
SELECT inbox FROM setting JOIN setting_channel c USING (inbox_id, version)
WHERE c.channel = ? ORDER BY valid_to_ms DESC, version DESC LIMIT 1"""

_NAMES = """
SELECT json_extract(body, '$.name'), json_extract(body, '$.inbox') FROM event
WHERE kind IN ('inbox-add', 'inbox-rename')"""


class KnownInboxes:
    """Names and stable numbers. A removed inbox still takes entries by its last name: they happened before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self._accounts: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._linked: dict[str, str | None] = {}
        self._nearest: dict[str, str | None] = {}
        self._named: dict[str, set[int]] | None = None

    def use(self, accounts: Mapping[str, str]) -> None:
        """Let accounts, or the names of another system, stand for inboxes. NotFound for an inbox that is not there."""
        self.refresh()
        for account, name in accounts.items():
            self.must_have(name, f" (for '{account}')")
        self._accounts = dict(accounts)
        self._addresses = {account.casefold(): name for account, name in accounts.items() if "@" in account}
        self.refresh()

    def must_have(self, name: str, purpose: str = "") -> None:
        """NotFound for an inbox that is not there."""
        if not self.ids:
            self.refresh()
        try:
            self.number(name, purpose)
        except Unfit as problem:
            now = self._called_now(unicodedata.normalize("NFC", name))
            slip = Slip(name, (now,)) if now else slip_of_name(name, self.ids)
            raise NotFound(problem.detail, topic=("inboxes-or-new",), slip=slip) from None

    def account(self, profile: str, account: str) -> str | None:
        """The inbox that an account of a channel feeds: by the map, else by the link `profile:account`."""
        if account in self._accounts:
            return self._accounts[account]
        if "@" in account and account.casefold() in self._addresses:
            return self._addresses[account.casefold()]
        if account not in self._linked:
            row = self._connection.execute(_LINKED, (f"{profile}:{account}",)).fetchone()
            if len(self._linked) > CACHED:
                self._linked.clear()
            self._linked[account] = row[0] if row else None
        return self._linked[account]

    def refresh(self) -> None:
        """Read the names again, inside a transaction. `ids` stays the same object."""
        self.ids.clear()
        self.ids.update(
            self._connection.execute("SELECT name, id FROM inbox_state ORDER BY removed IS NULL, removed").fetchall()
        )
        self.names = dict(self._connection.execute("SELECT id, name FROM inbox_state"))
        self.ids.update({account: self.ids[name] for account, name in self._accounts.items() if name in self.ids})
        self._linked.clear()
        self._nearest.clear()
        self._named = None

    def had_name(self, name: str, number: int | None = None) -> bool:
        """Whether an inbox has a name or had it once; without `number`: any inbox."""
        current = self.ids.get(name)
        if current is not None and number in (None, current):
            return True
        if self._named is None:
            self._named = {}
            for once, inbox in self._connection.execute(_NAMES):
                self._named.setdefault(once, set()).add(inbox)
        found = self._named.get(name, set())
        return bool(found) if number is None else number in found

    def _called_now(self, name: str) -> str | None:
        """The name of an inbox that once had another, if any of them is there under a name of its own."""
        if not self.had_name(name) or self._named is None:
            return None
        there = [
            each for each in sorted(self._named[name], reverse=True) if self.ids.get(self.names.get(each, "")) == each
        ]
        return self.names[there[0]] if there else None

    def number(self, name: str, purpose: str = "") -> int:
        """The number of an inbox, or Unfit with the nearest name."""
        found = self.ids.get(name) or self.ids.get(unicodedata.normalize("NFC", name))
        if found is None:
            if name not in self._nearest:
                if len(self._nearest) > CACHED:
                    self._nearest.clear()
                self._nearest[name] = nearest(name, self.ids)
            near = self._nearest[name]
            now = self._called_now(unicodedata.normalize("NFC", name))
            meant = f", it is called '{now}' now" if now else question(near)
            raise Unfit("unknown inbox", f"no inbox '{name}'{purpose}{meant}")
        return found
