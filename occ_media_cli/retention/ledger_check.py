"""Verifying the whole ledger, the tables of retention included, which rooms below cannot know."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError, Unproved
from occ_media_cli.ledger.verify import recompute
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.retention import retention_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.who import Made


def verify_whole(
    connection: sqlite3.Connection, checkpoint: Checkpoint | None = None, progress: Callable[[int], None] | None = None
) -> VerifyResult:
    """Compute every stored value again, in one snapshot, and compare it with a checkpoint that was kept elsewhere.

    The snapshot is the transaction that the caller has open, if there is one.
    """
    own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
    return recompute.verify_ledger(connection, checkpoint=checkpoint, projections=[own], progress=progress)


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
        recompute.record(store.ledger, result, stamp)
        return True
    return False
