"""The steps from one schema version to the next, in order. A step that has been released is never edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from occ_media_cli.store.migrations import (
    m0001_store,
    m0002_ledger,
    m0003_retention,
    m0004_audit,
    m0005_gate,
    m0006_totals,
    m0007_recent_keys,
    m0008_blocks,
    m0009_people,
    m0010_free_texts,
    m0011_persons,
    m0012_library,
    m0013_many_aliases,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[["Database"], None]

STEPS: tuple[Step, ...] = (
    m0001_store.migrate,
    m0002_ledger.migrate,
    m0003_retention.migrate,
    m0004_audit.migrate,
    m0005_gate.migrate,
    m0006_totals.migrate,
    m0007_recent_keys.migrate,
    m0008_blocks.migrate,
    m0009_people.migrate,
    m0010_free_texts.migrate,
    m0011_persons.migrate,
    m0012_library.migrate,
    m0013_many_aliases.migrate,
)
"""Step N brings a store to schema version N, counted from 1; `store.migrate.LATEST` says how many there are."""
