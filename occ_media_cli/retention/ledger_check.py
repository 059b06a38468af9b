"""Verifying the whole ledger, the tables of retention included, which rooms below cannot know."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from occ_media_cli.errors import OccMediaError
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


def verify_whole(
    connection: sqlite3.Connection, checkpoint: Checkpoint | None = None, progress: Callable[[int], None] | None = None
) -> VerifyResult:
    """Compute every stored value again, in one snapshot, and compare it with a checkpoint that was kept elsewhere.

    The snapshot is the transaction that the caller has open, if there is one.
    """
    own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
    return recompute.verify_ledger(connection, checkpoint=checkpoint, projections=[own], progress=progress)


def record_verification(location: Location, result: VerifyResult, stamp: Stamp) -> bool:
    """Put a result on record; False where the store cannot be written, which is verified all the same."""
    import sqlite3

    from occ_media_cli.store.open import changing

    with suppress(OccMediaError, sqlite3.Error), changing(location, stamp) as store:
        recompute.record(store.ledger, result, stamp)
        return True
    return False
