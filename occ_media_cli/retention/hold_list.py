"""Holds as people read them: with names instead of numbers, who placed and released them, and what they cover."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.retention.holds import Covered, count_covered, unreleased

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_LIST = """
SELECT h.hold, h.inbox, h.customer, h.conversation, h.entry_seq, h.since_ms, h.until_ms, h.reason, h.actor, h.placed_ms,
  h.released_ms, h.released_by, h.released_reason, h.by_customer, h.by_conversation,
  (SELECT r.id FROM record r WHERE r.seq = h.entry_seq),
  CASE WHEN h.inbox_id IS NOT NULL THEN json_array(h.inbox) ELSE (SELECT json_group_array(s.name)
    FROM hold_part p JOIN inbox_state s ON s.id = p.value WHERE p.number = h.number AND p.what = 'inbox') END,
  (SELECT json_group_array(c.customer) FROM hold_customer c WHERE c.number = h.number),
  (SELECT json_group_array(c.conversation) FROM hold_conversation c WHERE c.number = h.number),
  CASE WHEN h.entry_seq IS NOT NULL THEN json_array(h.entry_seq) ELSE (SELECT json_group_array(p.value)
    FROM hold_part p WHERE p.number = h.number AND p.what = 'entry') END
FROM hold h"""


class ListedHold(NamedTuple):
    """A hold for people: names instead of numbers, and who placed and released it. Times are milliseconds UTC.

    by_customer, by_conversation: whether it is about one, whose id an erasure may have removed since. inbox, customer
    and conversation: of several, all in one text with commas; entry and entry_seq are None then. The tuples have each.
    """

    name: str
    inbox: str | None
    customer: str | None
    conversation: str | None
    entry_seq: int | None
    since: int | None
    until: int | None
    reason: str | None
    actor: str
    placed: int
    released: int | None
    released_by: str | None
    released_reason: str | None
    by_customer: bool
    by_conversation: bool
    entry: str | None
    inboxes: tuple[str, ...]
    customers: tuple[str, ...]
    conversations: tuple[str, ...]
    entries: tuple[int, ...]


def list_holds(connection: sqlite3.Connection, *, everything: bool) -> Iterator[tuple[ListedHold, Covered | None]]:
    """Holds in the order in which they were placed, with what the unreleased ones cover now.

    everything: released ones too, which cover nothing any more.
    """
    holding = unreleased(connection)
    counts = dict(zip((hold.name for hold in holding), count_covered(connection, holding), strict=True))
    where = "" if everything else " WHERE h.released_ms IS NULL"
    for row in connection.execute(f"{_LIST}{where} ORDER BY h.event"):
        listed = ListedHold(*row[:-4], *(tuple(json.loads(several)) for several in row[-4:]))
        yield listed, counts.get(listed.name) if listed.released is None else None
