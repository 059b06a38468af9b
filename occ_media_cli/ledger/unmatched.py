"""Values of filters that nothing in the ledger has, and what may be meant: an empty list is never a mistyped name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.query import Filters, entries, listed
from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.report.unknown_name import slip_of_name
from occ_media_cli.report.words import suggestion
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.errors import Slip


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


@value
class Unmatched:
    """A value that nothing has: a sentence about it, and what was meant, where that is known."""

    sentence: str
    slip: Slip | None = None


def unknown_values(connection: sqlite3.Connection, filters: Filters) -> list[Unmatched]:
    """Each value of a filter that is neither in the ledger nor set up, with the nearest one."""
    found: list[Unmatched] = []
    for field in _KNOWN:
        for text in listed(getattr(filters, field)):
            if field != "type" and connection.execute(_WORD.format(field), (text,)).fetchone()[0]:
                continue  # found at once in most ledgers; the list of all values takes a look at every entry
            query, others = _KNOWN[field]
            known = {*others, *(str(each) for (each,) in connection.execute(query) if each is not None)}
            if field == "channel":  # an account is meant by its whole name only
                known = known if ":" in text else {name.partition(":")[0] for name in known}
            if (text.casefold() if field == "type" else text) not in known:
                there = sorted(known)
                slip = slip_of_name(text, there, ours=field != "agent" and ":" not in text)
                found.append(Unmatched(f"no entry has the {field} '{text}'{suggestion(text, there)}", slip))
    personal = [("customer", Filters(customer=text), text) for text in listed(filters.customer)]
    personal += [("conversation", Filters(conversation=text), text) for text in listed(filters.conversation)]
    for field, one, text in personal:  # none is named that was not asked for: they are people's
        if next(entries(connection, one, limit=1), None) is None:
            found.append(Unmatched(f"no entry has the {field} '{text}'"))
    return found
