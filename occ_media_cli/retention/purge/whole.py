"""A purge from its plan to its outcome, the end of graces, and bringing one file back: each as one call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from occ_media_cli.places.opened import open_place
from occ_media_cli.retention.ledger_check import verify_before
from occ_media_cli.retention.plan import saved
from occ_media_cli.retention.purge import bring_back, guards, start
from occ_media_cli.retention.purge.finish import finish, has_work
from occ_media_cli.retention.purge.recover import recover
from occ_media_cli.store.lock import only_purge_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from occ_media_cli.limits import RemovalLimit
    from occ_media_cli.places.storage import Storage
    from occ_media_cli.retention.ledger_check import Showing
    from occ_media_cli.retention.purge.entry_purge import Purge
    from occ_media_cli.retention.purge.orphan_purge import OrphanPurge
    from occ_media_cli.retention.purge.quarantine import GraceOutcome, Item
    from occ_media_cli.retention.purge.refusals import PurgeRefusal
    from occ_media_cli.retention.purge.run import PurgeOutcome
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store

NOTHING_REMOVED = "nothing was removed"
"""What is said of a run that an altered ledger stopped."""


@contextmanager
def _place(store: Store, root: str) -> Iterator[Storage]:
    """The place of a root to change, for this command alone; only to look at where nothing is to be changed."""
    if store.location.rehearsal is None:
        with only_purge_of(store.location.ledger), open_place(root, locked=True) as storage:
            yield storage
        return
    from occ_media_cli.places.rehearsed_place import RehearsedPlace

    with open_place(root, locked=False) as storage:
        yield RehearsedPlace(storage)


def purge_plan(
    store: Store,
    plan: str,
    root: str,
    stamp: Stamp,
    allowed: RemovalLimit,
    grace: int,
    work: Callable[[Purge | OrphanPurge], PurgeOutcome] | None = None,
    showing: Showing | None = None,
) -> PurgeOutcome:
    """Move the files of an approved plan into quarantine, and say which of them stayed, and why.

    The whole ledger is verified first: holds, rules and ages are asked of it, and an altered one may say anything.

    grace: milliseconds for which they can be restored. work: runs the purge, showing: accompanies the verification, for
    who wants to show how far it is. StoreBusy while another purge runs, NotFound for an unknown plan, Refused for one
    that may not be purged as it is, StoreInvalid for a ledger that was altered.
    """
    connection, ledger = store.ledger, store.location.ledger
    with _place(store, root) as storage:
        found = saved.find_plan(connection, plan)
        run = start.start_purge(connection, storage, found, stamp, grace=grace)
        guards.check_purge(connection, storage, found, ledger, allowed)
        run.verified = verify_before(connection, NOTHING_REMOVED, showing)
        before = recover(connection, storage, stamp)
        result = work(run) if work is not None else run.run(ledger, allowed)
        result.refused[:0] = before.refused
        return result


def finish_graces(store: Store, root: str, stamp: Stamp, showing: Showing | None = None) -> GraceOutcome:
    """Remove for good what has waited in quarantine for its grace.

    The whole ledger is verified first, unless there is nothing to do. showing: as in `purge_plan`. StoreInvalid for a
    ledger that was altered.
    """
    connection, ledger = store.ledger, store.location.ledger
    with _place(store, root) as storage:
        needed = has_work(connection, storage, stamp, ledger)
        verified = verify_before(connection, NOTHING_REMOVED, showing) if needed else None
        return finish(connection, storage, stamp, ledger, verified)


def restore_entry(store: Store, entry: str, root: str, stamp: Stamp) -> tuple[Item, PurgeRefusal | None]:
    """Bring a file back from quarantine, or say why it stays there."""
    with _place(store, root) as storage:
        return bring_back.restore_file(store.ledger, storage, entry, stamp)
