"""Values of filters that nothing in the ledger has, and what may be meant: an empty list is never a mistyped name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.query import Filters, entries, listed
from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.report.words import suggestion

if TYPE_CHECKING:
    import sqlite3


_USED = "SELECT DISTINCT w.text FROM record r JOIN word w ON w.code = r.{} WHERE r.kind = 0"

_KNOWN = {
    "channel": (f"{_USED.format('channel')} UNION SELECT channel FROM setting_channel", CHANNELS),
    "agent": (f"{_USED.format('agent')} UNION SELECT agent FROM agent", ()),
    "type": (
        "SELECT type FROM file_type UNION SELECT coalesce(type, detected, extension) FROM shared_by_day",
        (),
    ),
}
"""By filter: the query for the values that there are, and others that need no entry to be right."""

_WORD = "SELECT EXISTS (SELECT 1 FROM record r WHERE r.kind = 0 AND r.{} = (SELECT code FROM word WHERE text = ?))"


def unknown_values(connection: sqlite3.Connection, filters: Filters) -> list[str]:
    """A sentence for each value of a filter that is neither in the ledger nor set up, with the nearest one."""
    found: list[str] = []
    for field in _KNOWN:
        for value in listed(getattr(filters, field)):
            if field != "type" and connection.execute(_WORD.format(field), (value,)).fetchone()[0]:
                continue  # found at once in most ledgers; the list of all values takes a look at every entry
            query, others = _KNOWN[field]
            known = {*others, *(str(text) for (text,) in connection.execute(query) if text is not None)}
            if field == "channel":  # an account is meant by its whole name only
                known = known if ":" in value else {name.partition(":")[0] for name in known}
            if (value.casefold() if field == "type" else value) not in known:
                found.append(f"no entry has the {field} '{value}'{suggestion(value, sorted(known))}")
    personal = [("customer", Filters(customer=value), value) for value in listed(filters.customer)]
    personal += [("conversation", Filters(conversation=value), value) for value in listed(filters.conversation)]
    for field, one, value in personal:  # none is named that was not asked for: they are people's
        if next(entries(connection, one, limit=1), None) is None:
            found.append(f"no entry has the {field} '{value}'")
    return found
