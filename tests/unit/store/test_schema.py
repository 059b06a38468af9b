"""A store whose views, tables, triggers or indexes are not this program's is refused before any of them runs."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store import connect, locate, migrate, root_pages, schema
from occ_media_cli.store import open as opening
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.migrations import STEPS
from occ_media_cli.store.schema_digests import CHANGES

STAMP = Stamp(1, 1, "dana", "os", "host", "test")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def place(tmp_path: Path) -> locate.Location:
    found = locate.at(tmp_path / "s.db", explicit=True)
    with opening.changing(found, STAMP):
        pass
    return found


def alter(place: locate.Location, *statements: str) -> None:
    with closing(sqlite3.connect(place.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_the_digests_are_those_of_the_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from tools import schema as tool

    assert tool.TARGET.read_text(encoding="utf-8") == tool.text(), "run: python tools/schema.py"
    assert list(CHANGES) == list(range(1, len(STEPS) + 1))
    monkeypatch.setattr(sys, "argv", ["schema.py", "--check"])
    assert tool.main() == 0


def test_a_store_of_any_version_is_what_its_version_says(tmp_path: Path) -> None:
    for version in range(1, migrate.LATEST + 1):
        path = tmp_path / f"{version}.db"
        with closing(connect.connect(path, writable=True)) as connection:
            migrate.upgrade(connection, path, STAMP, upto=version)
            assert schema.differences(root_pages.read_directory(connection), version) == ()
            assert migrate.opened(connection, path) == version
        with opening.changing(locate.at(path, explicit=True), STAMP) as store:
            assert schema.differences(root_pages.read_directory(store.ledger), migrate.LATEST) == ()


CHANGED = {
    "view": ("view entry was changed", "DROP VIEW entry", "CREATE VIEW entry AS SELECT 1 AS seq"),
    "missing view": ("view hold is missing", "DROP VIEW hold"),
    "missing trigger": ("trigger event_no_delete is missing", "DROP TRIGGER event_no_delete"),
    "missing index": ("index hold_state_name is missing", "DROP INDEX hold_state_name"),
    "table": ("table intent was changed", "ALTER TABLE intent ADD COLUMN more TEXT"),
    "table made a view": ("view head was changed", "DROP TABLE head", "CREATE VIEW head AS SELECT 1 AS id, 1 AS seq"),
    "trigger": ("trigger spy was added",
                "CREATE TRIGGER spy BEFORE INSERT ON hold_state BEGIN SELECT RAISE(IGNORE); END"),
    "trigger on a view": ("trigger spy was added",
                          "CREATE TRIGGER spy INSTEAD OF INSERT ON entry BEGIN SELECT 1; END"),
    "index": ("index mine was added", "CREATE UNIQUE INDEX mine ON event (kind, host)"),
    "function": ("view json_each was added", "CREATE VIEW json_each AS SELECT 1 AS value"),
    "version": ("(is missing|was changed), so that nothing in this store can be believed", f"PRAGMA user_version={migrate.LATEST - 1}", "DROP VIEW entry"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_what_was_changed_is_named_and_nothing_is_read(place: locate.Location, name: str) -> None:
    words, *statements = CHANGED[name]
    alter(place, *statements)
    for attempt in (lambda: opening.reading(place), lambda: opening.changing(place, STAMP)):
        with pytest.raises(StoreInvalid, match=words) as caught, attempt():
            raise AssertionError("opened")
        assert caught.value.hint
        assert caught.value.file == str(place.path)


def test_a_second_object_of_a_name_is_found(place: locate.Location) -> None:
    alter(
        place,
        "PRAGMA writable_schema=ON",
        "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES"
        " ('view', 'ENTRY', 'ENTRY', 0, 'CREATE VIEW ENTRY AS SELECT 1 AS seq')",
    )
    with pytest.raises(StoreInvalid), opening.reading(place):
        raise AssertionError("opened")


def test_a_view_that_is_not_ours_never_runs(place: locate.Location) -> None:
    """The view of an older version runs an endless query as soon as anybody asks it; opening must not ask."""
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) AS seq FROM n"
    alter(place, "DROP VIEW entry", f"CREATE VIEW entry AS {endless}")
    with pytest.raises(StoreInvalid, match="view entry was changed"), opening.changing(place, STAMP):
        raise AssertionError("opened")


def test_what_an_analyst_adds_beside_stays(place: locate.Location) -> None:
    from sqlite_utils import Database

    with closing(sqlite3.connect(place.path, isolation_level=None)) as connection:
        database = Database(connection)
        database["notes"].insert({"id": 1, "text": "look at vip"}, pk="id")  # type: ignore[union-attr]  # a table
        database["notes"].create_index(["text"])  # type: ignore[union-attr]  # a table
        database["notes"].enable_fts(["text"], create_triggers=True)  # type: ignore[union-attr]  # a table
        database.create_view("vip_entry", "SELECT * FROM entry WHERE inbox = 'vip'")
        connection.execute("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE)")
        connection.execute("INSERT INTO word (code, text) VALUES (7, 'x')")
        connection.execute("ANALYZE")
    with opening.reading(place) as store:
        assert store.ledger.execute("SELECT count(*) FROM vip_entry").fetchone() == (0,)
    with opening.changing(place, STAMP) as store:
        assert store.ledger.execute("SELECT text FROM notes").fetchone() == ("look at vip",)


def test_the_quotes_of_a_view_name_do_not_count() -> None:
    forms = [f"CREATE VIEW {name} AS SELECT 1" for name in ("entry", '"entry"', "[entry]")]
    assert len({schema.digest_of_object("view", "entry", "entry", form) for form in forms}) == 1


def test_a_store_that_another_process_migrates_is_seen_before_or_after(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with (
        closing(connect.connect(path, writable=True)) as writer,
        closing(connect.connect(path, writable=True)) as other,
    ):
        migrate.upgrade(writer, path, STAMP, upto=5)
        seen: list[int] = []
        look: Callable[[], None] = lambda: seen.append(migrate.opened(other, path))  # noqa: E731  # a moment to look
        look()
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DROP VIEW entry")
        look()
        writer.execute("ROLLBACK")
        migrate.upgrade(writer, path, STAMP)
        look()
        assert seen == [5, 5, migrate.LATEST]


def test_comparing_costs_less_than_a_millisecond_more(place: locate.Location) -> None:
    import time

    best = 1.0
    with opening.reading(place) as store:
        for _ in range(20):
            begun = time.perf_counter()
            schema.require(store.ledger, migrate.LATEST, place.path)
            best = min(best, time.perf_counter() - begun)
    assert best < 0.005, f"{best * 1000:.2f} ms"  # about 0.4 ms on a quiet machine
