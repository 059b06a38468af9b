"""Holds from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.retention.hold_list import ListedHold
    from occ_media_cli.retention.hold_request import PlacedHold
    from occ_media_cli.retention.holds import Covered
    from occ_media_cli.times import Moment


@value
class HoldState:
    """A hold and what it covers now; a released one covers nothing (None)."""

    hold: ListedHold
    covered: Covered | None


class Holds(Calls):
    """`desk.holds`: files that stay whatever the retention rules say, until their hold is released."""

    def add(
        self,
        name: str,
        reason: str,
        *,
        inbox: str | Sequence[str] | None = None,
        customer: str | Sequence[str] | None = None,
        conversation: str | Sequence[str] | None = None,
        entry: str | Sequence[str] | None = None,
        inboxes: Sequence[str] = (),
        customers: str | Sequence[str] = (),
        conversations: Sequence[str] = (),
        entries: Sequence[str] = (),
        since: Moment | None = None,
        until: Moment | None = None,
        backdate: str | None = None,
    ) -> PlacedHold:
        """Keep every file in a scope, those that arrive later too. Conditions that are given must all be met.

        inbox, customer, conversation, entry: one, or several of which any will do; inboxes, customers, conversations
        and entries say more of them.

        since, until: by the entries' times, half-open. backdate: why it is placed in the past.

        Raises UsageError for a name that is none or taken, a hold without a scope and an empty reason, NotFound for a
        missing store, an unknown inbox or entry, Refused for a change of the past without its reason.

            >>> desk.holds.add("claim-4711", "claim 4711", customer="16505551234").covered.files
            1
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.retention import hold_request
        from occ_media_cli.retention.model import one_or_more

        start, end = self._door.window(since, until, self._door.now())
        pairs = ((inbox, inboxes), (customer, customers), (conversation, conversations), (entry, entries))
        where, whose, talks, which = (one_or_more((*listed(some), *listed(more))) for some, more in pairs)
        asked = hold_request.HoldRequest(where, whose, talks, which, start, end)
        hold_request.check_hold(name, asked)
        with self._door.recording() as store:
            return hold_request.request_hold(store, name, asked, reason, self._door.stamp(), backdate=backdate)

    def release(self, name: str, reason: str) -> Covered:
        """End a hold and return what it covered. Nothing is removed by that: files go by a plan of their own.

        Raises NotFound, with the nearest name, for an unknown hold, UsageError for an empty reason.

            >>> placed = desk.holds.add("audit-q1", "audit", inbox="vip")
            >>> desk.holds.release("audit-q1", "audit is over").files == placed.covered.files
            True
        """
        from occ_media_cli.retention.holds import release_hold

        with self._door.recording() as store:
            return release_hold(store.ledger, name, reason, self._door.stamp())

    def list(self, *, everything: bool = False) -> tuple[HoldState, ...]:
        """The holds that hold, in the order in which they were placed; everything: released ones too.

        Raises NotFound for a missing store.

            >>> placed = desk.holds.add("audit-q1", "audit", inbox="vip")
            >>> [(each.hold.name, each.hold.actor) for each in desk.holds.list()]
            [('audit-q1', 'dana')]
        """
        from occ_media_cli.retention.hold_list import list_holds
        from occ_media_cli.settings.state import removed_by_hand

        with self._door.reading() as store:
            if store.connection is None:
                return ()
            by_hand = removed_by_hand(store, self._door.now())
            found = list_holds(store.connection, everything=everything, removed_by_hand=by_hand)
            return tuple(HoldState(*each) for each in found)
