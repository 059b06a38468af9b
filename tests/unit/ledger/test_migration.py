"""A ledger of an older schema, brought up to date, is the ledger that this program would have made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.ledger import totals
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.store import migrate
from tests.unit.ledger.conftest import STAMP, Ledger, row

TABLES = ("event", "inbox_state", "setting_version", "config_version", "word", "record", "amendment", "erased", "head")
"""What all versions from 2 on have alike. The totals and the keys are what the steps make of it."""


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6, 7, 8])
def test_a_ledger_of_an_older_version_becomes_this_one(ledger: Ledger, tmp_path: Path, version: int) -> None:
    ledger.ingest(
        *[row(n, sha256=f"{n % 3:064x}", customer=f"c{n % 4}", outcome=("delivered", "blocked")[n % 5 == 0])
          for n in range(1, 40)],
        {"id": "c1", "time": "2026-03-02", "corrects": "wamid.7", "deleted": "2026-03-02"},
        {"id": "c2", "time": "2026-03-02", "corrects": "wamid.8", "outcome": "failed", "size": 5},
    )  # fmt: skip
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        migrate.upgrade(connection, old, STAMP, upto=version)
        connection.execute("ATTACH ? AS made", (str(ledger.path),))
        for trigger, table in connection.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'"):
            connection.execute(f"DROP TRIGGER main.{trigger}")
            assert table
        present = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        kept = present.intersection((*totals.DIMENSIONS, "total_mark")) if version > 5 else ()
        for table in (*TABLES, "store", *kept):
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM made.{table}")
        if version > 5:
            connection.execute("INSERT INTO main.record_key SELECT key, seq FROM made.record")
        if version > 6:
            connection.execute("UPDATE main.key_mark SET seq = (SELECT max(seq) FROM made.record)")
        connection.execute("DETACH made")
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            migrate.upgrade(fresh, old, STAMP, upto=version)
            for (sql,) in fresh.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'"):
                connection.execute(sql)
        migrate.upgrade(connection, old, STAMP)
        keys = "SELECT key, seq FROM {} UNION ALL SELECT key, seq FROM recent_key ORDER BY key"
        assert connection.execute(keys.format("record_key")).fetchall() == ledger.all(keys.format("record_key"))
        for table in (*totals.DIMENSIONS, "total_mark", "record"):
            if table != "day_total" or version > 5:
                order = f"SELECT * FROM {table} ORDER BY 1, 2"
                assert connection.execute(order).fetchall() == ledger.all(order), table
        connection.execute("DELETE FROM day_total")  # older steps keep it as it was; it was not carried over above
        connection.execute(f"INSERT INTO day_total {totals.RECOMPUTED['day_total']}")
        assert verify_ledger(connection).problems == ()
