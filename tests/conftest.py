"""What all tests of one process share."""

from __future__ import annotations

import functools
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from occ_media_cli.store import chain, migrate
from occ_media_cli.store.connect import APPLICATION_ID

os.environ["TZ"] = "UTC"
os.environ.pop("OCC_MEDIA_TZ", None)
"""Times that a test types are read in one zone, whichever the machine has."""

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""No example is measured by the clock: the machine may have other work."""


@pytest.fixture(scope="session", autouse=True)
def tables_made_once() -> Iterator[None]:
    """A new store of this process copies the tables that the migrations made at the first one.

    Thousands of tests begin with a store, and its migrations are three quarters of the time that making one takes. The
    steps themselves run as they are where a store of an older version is brought up to date, and in each process that
    a test starts.
    """
    run_steps, upgrade = migrate._run_steps, migrate.upgrade

    @functools.cache
    def made() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        run_steps(connection, 0, migrate.LATEST)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        return connection

    def upgrade_a_copy(
        connection: sqlite3.Connection, path: Path, stamp: chain.Stamp, *, upto: int = migrate.LATEST
    ) -> bool:
        if upto == migrate.LATEST and connection.execute("PRAGMA page_count").fetchone() == (0,):
            made().backup(connection)
        return upgrade(connection, path, stamp, upto=upto)

    def run_missing_steps(connection: sqlite3.Connection, version: int, upto: int) -> None:
        if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            run_steps(connection, version, upto)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "upgrade", upgrade_a_copy)
        patch.setattr(migrate, "_run_steps", run_missing_steps)
        yield
