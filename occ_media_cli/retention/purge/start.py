"""The purge that fits a plan: of files that entries name, or of orphans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.retention import orphans

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.places.storage import Storage
    from occ_media_cli.retention.plan.saved import Plan
    from occ_media_cli.retention.purge.entry_purge import Purge
    from occ_media_cli.retention.purge.orphan_purge import OrphanPurge
    from occ_media_cli.store import chain


def start_purge(
    connection: sqlite3.Connection, storage: Storage, plan: Plan, stamp: chain.Stamp, *, grace: int
) -> Purge | OrphanPurge:
    """One run over a plan; `run` starts it. grace: milliseconds for which files can be restored."""
    if orphans.are_planned(plan):
        from occ_media_cli.retention.purge.orphan_purge import OrphanPurge

        return OrphanPurge(connection, storage, plan, stamp, grace=grace)
    from occ_media_cli.retention.purge.entry_purge import Purge

    return Purge(connection, storage, plan, stamp, grace=grace)
