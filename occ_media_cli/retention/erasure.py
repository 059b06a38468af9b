"""Erasing a customer, with what retention has to say about it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger.customers import also_written
from occ_media_cli.ledger.erase import erase
from occ_media_cli.retention.plan.request import Standing, refuse_held_erasure
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.ledger.erase import Erasure
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store


@value
class ErasedCustomer:
    """What an erasure came to.

    erasure: the counts, and its place in the chain. written: in words, how else the customer was written. left: what
    was left of the customer before: files that are stored still or wait in quarantine, which no entry names any more.
    """

    erasure: Erasure
    written: str | None
    left: Standing


def erase_customer(store: Store, customer: str, reason: str, stamp: Stamp) -> ErasedCustomer:
    """Remove the personal values of a customer from the ledger for good; raises what `ledger.erase.erase` does."""
    left = refuse_held_erasure(store.ledger, customer)
    done = erase(store.ledger, customer, stamp, reason, store.location.ledger)
    return ErasedCustomer(done, also_written(done.spellings, customer), left)
