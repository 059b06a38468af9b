"""Holds as people read them: with names instead of numbers, who placed and released them, and what they cover."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.retention.holds import Covered, count_covered, unreleased
from occ_media_cli.retention.model import each

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from occ_media_cli.store.chain import Event

_LIST = """
SELECT h.hold, h.inbox, h.customer, h.conversation, h.entry_seq, h.since_ms, h.until_ms, h.reason, h.actor, h.placed_ms,
  h.released_ms, h.released_by, h.released_reason, h.by_customer, h.by_conversation,
  (SELECT r.id FROM record r WHERE r.seq = h.entry_seq),
  (SELECT json_group_array(json_array(s.name, s.removed)) FROM inbox_state s WHERE s.id = h.inbox_id OR s.id IN (
    SELECT p.value FROM hold_part p WHERE p.number = h.number AND p.what = 'inbox')),
  (SELECT json_group_array(c.customer) FROM hold_customer c WHERE c.number = h.number),
  (SELECT json_group_array(c.conversation) FROM hold_conversation c WHERE c.number = h.number),
  CASE WHEN h.entry_seq IS NOT NULL THEN json_array(h.entry_seq) ELSE (SELECT json_group_array(p.value)
    FROM hold_part p WHERE p.number = h.number AND p.what = 'entry') END
FROM hold h"""


class ListedHold(NamedTuple):
    """A hold for people: names instead of numbers, and who placed and released it. Times are milliseconds UTC.

    by_customer, by_conversation: whether it is about one, whose id an erasure may have removed since. inbox, customer
    and conversation: of several, all in one text with commas; entry and entry_seq are None then. The tuples have each.
    inboxes_removed: for each of the inboxes when it was removed, None for one that is there; another one may have its
    name since, and the hold is not about that.
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
    inboxes_removed: tuple[int | None, ...]


def list_holds(
    connection: sqlite3.Connection, *, everything: bool, removed_by_hand: Mapping[str, int] | None = None
) -> Iterator[tuple[ListedHold, Covered | None]]:
    """Holds in the order in which they were placed, with what the unreleased ones cover now.

    everything: released ones too, which cover nothing any more. removed_by_hand: inboxes that somebody took out of the
    document, each with when, where that is not on record yet.
    """
    holding = unreleased(connection)
    counts = dict(zip((hold.name for hold in holding), count_covered(connection, holding), strict=True))
    unseen = removed_by_hand or {}
    where = "" if everything else " WHERE h.released_ms IS NULL"
    for row in connection.execute(f"{_LIST}{where} ORDER BY h.event"):
        about, *several = (json.loads(text) for text in row[-4:])
        names = tuple(name for name, _ in about)
        removed = tuple(unseen.get(name) if when is None else when for name, when in about)
        listed = ListedHold(*row[:-4], *[names, *map(tuple, several), removed])
        yield listed, counts.get(listed.name) if listed.released is None else None


def tell_held_inboxes(connection: sqlite3.Connection, events: Iterable[Event]) -> list[str]:
    """What people must know of holds when inboxes come and go, by the events of a change: a hold stays with the inbox
    that it was placed on, and is not about another one of its name."""
    found: list[str] = []
    for event in events:
        number = event.body.get("inbox")
        if event.kind == "inbox-remove":
            (name,) = connection.execute("SELECT name FROM inbox_state WHERE id = ?", (number,)).fetchone()
            holds = _on_inbox(connection, number)
            found += [f"hold {hold} still holds the files of inbox '{name}', which is removed" for hold in holds]
        elif event.kind in ("inbox-add", "inbox-rename"):
            name = event.body["name"]
            gone = connection.execute(
                "SELECT id FROM inbox_state WHERE name = ? AND removed IS NOT NULL AND id <> ? ORDER BY id",
                (name, number),
            ).fetchall()
            found += [
                f"hold {hold} is on the inbox '{name}' that was removed, not on this one; place one here too where that"
                " is meant"
                for (before,) in gone
                for hold in _on_inbox(connection, before)
            ]
    return found


def _on_inbox(connection: sqlite3.Connection, number: object) -> list[str]:
    """The names of the unreleased holds that were placed on an inbox."""
    return [hold.name for hold in unreleased(connection) if number in each(hold.inbox)]
