"""Asking for a hold by names, as people know inboxes and entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.customers import also_written, spellings_of
from occ_media_cli.ledger.find import find_entry
from occ_media_cli.retention import holds
from occ_media_cli.retention.model import each, one_or_more
from occ_media_cli.settings.read import inbox_number
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.retention.holds import Covered
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store


@value
class HoldRequest:
    """What is to be held; conditions that are given together must all be met, each by any of its values.

    inbox, customer, conversation, entry: by name or id, one or several. since, until: milliseconds, half-open, by the
    entries' times.
    """

    inbox: str | tuple[str, ...] | None = None
    customer: str | tuple[str, ...] | None = None
    conversation: str | tuple[str, ...] | None = None
    entry: str | tuple[str, ...] | None = None
    since: int | None = None
    until: int | None = None


@value
class PlacedHold:
    """A hold that was placed. covered: what it holds now. written: in words, how else each customer is written."""

    name: str
    covered: Covered
    written: tuple[str, ...]


def check_hold(name: str, asked: HoldRequest) -> None:
    """UsageError for a name or a scope that no hold can have, before a store is opened."""
    holds.check_hold_name(name)
    if asked.inbox is None and asked.entry is None:
        holds.HoldScope(None, asked.customer, asked.conversation, None, asked.since, asked.until)


def request_hold(
    store: Store, name: str, asked: HoldRequest, reason: str, stamp: Stamp, *, backdate: str | None = None
) -> PlacedHold:
    """Place a hold; NotFound for an unknown inbox or entry, and what `holds.place_hold` raises."""
    connection = store.ledger
    where = str(store.location.path)
    scope = holds.HoldScope(
        inbox=one_or_more([inbox_number(connection, inbox, where) for inbox in each(asked.inbox)]),
        customer=asked.customer,
        conversation=asked.conversation,
        entry=one_or_more([find_entry(connection, entry) for entry in each(asked.entry)]),
        since=asked.since,
        until=asked.until,
    )
    covered = holds.place_hold(connection, name, scope, reason, stamp, backdate=backdate)
    written = (also_written(spellings_of(connection, customer), customer) for customer in each(asked.customer))
    return PlacedHold(name, covered, tuple(words for words in written if words is not None))
