"""Customers from Python: one person under several ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.ledger.aliases import AliasedPerson


class Customers(Calls):
    """`desk.customers`: which ids are one person's; holds, erasures, plans and lists cover all of them."""

    def add_alias(self, ids: Sequence[str], reason: str, *, backdate: str | None = None) -> tuple[str, ...]:
        """Record that some ids are one person's, and return every id that this person has now.

        backdate: why it is recorded at a moment before the newest change of one of them.

        Raises UsageError for fewer than two ids and for an empty reason, NotFound for a missing store, Refused for a
        change of the past without its reason.

            >>> desk.customers.add_alias(["16505551234", "rosa@example.com"], "case 4711")
            ('16505551234', 'rosa@example.com')
        """
        from occ_media_cli.ledger.aliases import add_alias

        with self._door.recording() as store:
            return add_alias(store.ledger, ids, reason, self._door.stamp(), backdate=backdate)

    def remove_alias(self, customer: str, reason: str, *, backdate: str | None = None) -> tuple[str, ...]:
        """Record that an id is nobody else's any more, and return the ids that are still one person's.

        backdate: why it is recorded at a moment before the newest change of the person.

        Raises NotFound for an id without an alias, UsageError for an empty reason, Refused for a change of the past
        without its reason.

            >>> ids = desk.customers.add_alias(["16505551234", "rosa@example.com"], "case 4711")
            >>> desk.customers.remove_alias("rosa@example.com", "another person")
            ()
        """
        from occ_media_cli.ledger.aliases import remove_alias

        with self._door.recording() as store:
            return remove_alias(store.ledger, customer, reason, self._door.stamp(), backdate=backdate)

    def list_aliases(self, customer: str | None = None) -> tuple[AliasedPerson, ...]:
        """Persons with several ids, or the one who has an id; each with `ids`, `reason`, and who said so and when.

        Raises NotFound for a missing store.

            >>> desk.customers.list_aliases()
            ()
        """
        from occ_media_cli.ledger.aliases import persons

        with self._door.reading() as store:
            return () if store.connection is None else tuple(persons(store.connection, customer))
