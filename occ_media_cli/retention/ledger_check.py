"""Verifying the whole ledger, the tables of retention and of the library included, which rooms below cannot know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError, StoreInvalid, Unproved
from occ_media_cli.ledger.verify import recompute
from occ_media_cli.ledger.verify.problem import LedgerProblem
from occ_media_cli.ledger.verify.projections import SETTINGS, Projection
from occ_media_cli.library import library_rows
from occ_media_cli.library.kept_words import altered_words
from occ_media_cli.report.words import plural
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import who

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.who import Made


_OWN = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
_LIBRARY = Projection(library_rows.KINDS, library_rows.TABLES, library_rows.apply)

Showing = Callable[["sqlite3.Connection"], AbstractContextManager[Callable[[int], None]]]
"""Shows how far a verification of a ledger is, while it is open; it is told how many entries are done."""


def _altered_words(connection: sqlite3.Connection) -> Iterator[LedgerProblem]:
    for digest, what in altered_words(connection):
        yield LedgerProblem("library_words", what, where=f"digest {digest}")


def verify_whole(
    connection: sqlite3.Connection, checkpoint: Checkpoint | None = None, progress: Callable[[int], None] | None = None
) -> VerifyResult:
    """Compute every stored value again, in one snapshot, and compare it with a checkpoint that was kept elsewhere.

    The snapshot is the transaction that the caller has open, if there is one.
    """
    return recompute.verify_ledger(
        connection, checkpoint=checkpoint, projections=[_OWN, _LIBRARY], also=[_altered_words], progress=progress
    )


def verify_before(connection: sqlite3.Connection, undone: str, showing: Showing | None = None) -> VerifyResult:
    """Verify the whole ledger before something that cannot be taken back: what decides it must be what was recorded.

    undone: what was not done where it was altered, in words; StoreInvalid then, with the first place.
    """
    with showing(connection) if showing is not None else nullcontext() as tell:
        result = verify_whole(connection, progress=tell)
    if not result.intact:
        raise _altered(result.problems[0], len(result.problems), undone)
    return result


def compare_rows(connection: sqlite3.Connection, undone: str) -> None:
    """Compare holds, rules, plans and approvals with the events that they are made of, which is quick; StoreInvalid
    where one differs. Whether the events are those that were recorded, `verify_before` says."""
    problems = list(recompute.compare_projections(connection, (SETTINGS, _OWN)))
    if problems:
        raise _altered(problems[0], len(problems), undone)


def _altered(first: LedgerProblem, count: int, undone: str) -> StoreInvalid:
    more = f" (and {plural(count - 1, 'more difference')})" if count > 1 else ""
    return StoreInvalid(
        f"the ledger was altered: {first.in_words()}{more}; {undone}",
        hint="change nothing; copy the store file, then compare it with a backup, or restore one",
        topic=("altered",),
    )


def continue_checkpoint(
    connection: sqlite3.Connection,
    previous: Checkpoint,
    file: str | None,
    now: int,
    made_by: Made,
    progress: Callable[[int], None] | None = None,
) -> Checkpoint:
    """Where the chain stands now, as the continuation of an earlier checkpoint: every stored value is computed again,
    in the snapshot of the new one, and the chain must have passed through the state that the earlier one tells.

    file: where that one was read from, if from one. Unproved where it proves nothing, or the ledger does not go on
    from it.
    """
    from occ_media_cli.ledger.verify.checkpoint import read_checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import prove
    from occ_media_cli.store.connect import roll_back

    wrong = prove(previous).problems
    if wrong:
        raise Unproved(
            f"the earlier checkpoint proves nothing: {wrong[0].what}; nothing was written", file=file,
            hint="give it as it was kept",
        )  # fmt: skip
    connection.execute("BEGIN")
    try:
        result = verify_whole(connection, previous, progress)
        found = read_checkpoint(connection, now, made_by)
    finally:
        roll_back(connection)
    if not result.intact:
        first = result.problems[0]
        raise Unproved(
            f"the ledger does not continue the earlier checkpoint: {first.table}: {first.what}; nothing was written",
            file=file, topic=("verify-against", file) if file is not None else ("verify",),
        )  # fmt: skip
    return replace(found, previous=previous.as_previous())


def record_verification(location: Location, result: VerifyResult, stamp: Stamp) -> bool:
    """Put a result on record; False where the store cannot be written, which is verified all the same."""
    import sqlite3

    from occ_media_cli.store.open import changing

    with suppress(OccMediaError, sqlite3.Error), changing(location, stamp) as store:
        recompute.record(store.ledger, result, who.renewed(stamp))
        return True
    return False
