"""Planning by names: the files of an inbox or a customer, or those that no entry names."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.customers import also_written, spellings_of
from occ_media_cli.places.opened import describe_place, open_place
from occ_media_cli.retention.plan import make
from occ_media_cli.retention.plan.draft import PlanScope
from occ_media_cli.settings.read import inbox_number
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from occ_media_cli.retention.plan.make import Planned
    from occ_media_cli.retention.plan.orphan_plan import Drafted
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store

OLDER_THAN = "30d"
"""Age of orphans unless another is given: what was just written may be about to be taken into the ledger."""


@value
class PlanRequest:
    """Which files a plan is about. inboxes: only of these. customers: everything of these people, due or not.

    orphans: files that no entry names instead, written longer ago than `older_than`.
    """

    root: str
    inboxes: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    orphans: bool = False
    older_than: str | None = None

    def refuse_contradictions(self) -> None:
        """UsageError for what contradicts itself, before anything is opened."""
        if self.older_than is not None and not self.orphans:
            raise UsageError(
                "an age is for orphans; nothing was planned", hint="entries go by their rules", topic=("plan-age",)
            )
        if self.orphans and (self.inboxes or self.customers):
            raise UsageError(
                "nobody knows the inbox or customer of an orphan; nothing was planned",
                hint="leave inbox and customer out",
                topic=("plan-orphans",),
            )
        if not all(customer.strip() for customer in self.customers):
            raise UsageError(
                "the customer is empty; nothing was planned", hint="name the customer as it stands in the entries"
            )


def plan_entries(store: Store, asked: PlanRequest, stamp: Stamp) -> Planned:
    """A plan of entries' files, saved; no file is read. NotFound for an unknown inbox."""
    folder = describe_place(asked.root)
    file = str(store.location.path)
    numbers = dict.fromkeys(inbox_number(store.ledger, inbox, file) for inbox in asked.inboxes)
    scope = PlanScope(tuple(numbers), tuple(dict.fromkeys(asked.customers)))
    return make.make_plan(store.ledger, folder, stamp, scope)


def other_spellings(store: Store, customer: str) -> str | None:
    """In words, how else a customer is written in the ledger; None where there is one spelling only."""
    return also_written(spellings_of(store.ledger, customer), customer)


@contextmanager
def plan_orphans(
    store: Store, asked: PlanRequest, stamp: Stamp, progress: Callable[[int, int], None] | None = None
) -> Iterator[Drafted]:
    """A plan of files that no entry names, saved; each is read. Its candidates are there until the block ends."""
    from occ_media_cli.retention.orphans import Age
    from occ_media_cli.retention.plan import orphan_plan

    words = asked.older_than or OLDER_THAN
    age = Age(times.duration(words, "the age"), words)
    with open_place(asked.root, locked=False) as storage:
        made = orphan_plan.make_orphan_plan(store.ledger, storage, stamp, age, progress)
        try:
            yield made
        finally:
            made.close()


def describe_danger(store: Store, root: str) -> str | None:
    """Why a purge would refuse a root, or None."""
    from occ_media_cli.places import roots
    from occ_media_cli.places.opened import BUCKET

    return None if root.startswith(BUCKET) else roots.danger(roots.look_at_root(root), store.location.ledger)
