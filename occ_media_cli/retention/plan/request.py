"""A customer who asks for everything to be deleted: what stands in the way, and in which order it goes.

First the files go, by a plan for this customer, its approval and its purge; then the values in the ledger, by an
erasure. With the values erased first, the ledger could not say any more which files were this customer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli.errors import Refused
from occ_media_cli.ledger.customers import forms_of, of_person
from occ_media_cli.report.words import plural
from occ_media_cli.retention import evaluate, holds, stored_entries

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Standing:
    """The files and entries that are left of a customer. stored: files that a purge could still remove; waiting: files
    in quarantine."""

    entries: int
    held: int
    holds: tuple[str, ...]
    stored: int
    waiting: int


def standing(connection: sqlite3.Connection, customer: str) -> Standing:
    """Look at every entry of a customer."""
    unreleased = holds.unreleased(connection)
    waiting = {seq for (seq,) in connection.execute("SELECT seq FROM removal WHERE state = 'quarantined'")}
    names: set[str] = set()
    entries = held = stored = inside = 0
    condition, values = of_person(connection, customer)
    for entry in stored_entries.entries(connection, f"r.kind = 0 AND {condition}", values):
        entries += 1
        covering = [hold.name for hold in unreleased if evaluate.covers(hold, entry)]
        names.update(covering)
        held += bool(covering)
        if entry.seq in waiting:
            inside += 1
        elif entry.outcome == "delivered" and entry.deleted is None and entry.path is not None:
            stored += 1
    forms = forms_of(connection, customer)
    by_customer = {hold.name for hold in unreleased if hold.customer_forms & forms}
    return Standing(entries, held, tuple(sorted(names | by_customer)), stored, inside)


def refuse_held_erasure(connection: sqlite3.Connection, customer: str) -> Standing:
    """Count what is left of a customer whose values are about to be erased.

    Refused while a hold covers any of them, or names the customer: after an erasure the hold could not be matched with
    the entries that it covers.
    """
    found = standing(connection, customer)
    if found.holds:
        whose = f"{plural(found.held, 'entry')} of this customer {'is' if found.held == 1 else 'are'}"
        raise Refused(
            f"{whose if found.held else 'this customer is'} held by {', '.join(found.holds)}; nothing was erased",
            hint="release the holds first, where their reasons are gone",
            topic=("held",),
        )
    return found
