"""Erasing customers, with what retention has to say about it first and what is left of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from occ_media_cli.ledger import reach
from occ_media_cli.ledger.customers import also_written, forms_of
from occ_media_cli.ledger.erase import erase
from occ_media_cli.retention.carried_erasures import REWORDS
from occ_media_cli.retention.ledger_check import verify_before
from occ_media_cli.retention.plan.request import Standing, refuse_held_erasure
from occ_media_cli.store.customer_ids import forms_of_id
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.ledger.erase import Erasure
    from occ_media_cli.ledger.reach import Unreached
    from occ_media_cli.retention.ledger_check import Showing
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store


@value
class ErasedCustomer:
    """What an erasure of one or several customers came to.

    erasure: the counts, and its place in the chain. written: in words, how else each customer was written. left: what
    was left of them before: files that are stored still or wait in quarantine, which no entry names any more.
    not_reached: every place of the store, its document and its copies included, where they still stand.
    """

    erasure: Erasure
    written: tuple[str, ...]
    left: Standing
    not_reached: tuple[Unreached, ...]


def erase_customers(
    opening: Callable[[], AbstractContextManager[Store]],
    customers: Sequence[str],
    reason: str,
    stamp: Stamp,
    showing: Showing | None = None,
) -> ErasedCustomer:
    """Remove the personal values of customers from the ledger for good, and every free text that names one of them;
    raises what `ledger.erase.erase` does, and erases nobody where a hold covers one of them.

    The whole ledger is verified first: an altered one may hide the hold, or write the customer otherwise, and what is
    erased cannot be compared with a backup any more. StoreInvalid then.

    opening: opens the store to change it. It is closed before the bytes of its files are looked at. showing:
    accompanies the verification, for who wants to show how far it is.
    """
    whose = list(dict.fromkeys(customers))
    with opening() as store:
        connection, location = store.ledger, store.location
        standings = [refuse_held_erasure(connection, customer) for customer in whose]
        forms = {customer: forms_of(connection, customer) for customer in whose}
        verify = partial(verify_before, connection, "nothing was erased", showing)
        done = erase(connection, whose, stamp, reason, location.ledger, REWORDS, verify)
    written = tuple(
        words
        for customer in whose
        if (words := also_written(_of(done.spellings, forms[customer]), customer)) is not None
    )
    files = sorted(location.files, key=lambda file: file[0] != location.ledger)
    if location.rehearsal is not None:  # its bytes are there still
        files = [file for file in files if file[0] == location.document]
    beyond = reach.in_files(done.people, files, told=bool(done.not_reached))
    return ErasedCustomer(done, written, _sum(standings), (*done.not_reached, *beyond))


def _of(spellings: frozenset[str], forms: frozenset[str]) -> frozenset[str]:
    return frozenset(spelling for spelling in spellings if forms_of_id(spelling) & forms)


def _sum(some: Sequence[Standing]) -> Standing:
    return Standing(
        entries=sum(each.entries for each in some),
        held=0,
        holds=(),
        stored=sum(each.stored for each in some),
        waiting=sum(each.waiting for each in some),
    )
