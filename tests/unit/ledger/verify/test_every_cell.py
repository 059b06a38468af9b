"""No cell of a store can be changed without a verification saying so, whatever the table itself would allow."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import StoreInvalid
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.verify.projections import COVERED
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.retention import retention_rows as retention
from occ_media_cli.settings.editing import editing
from occ_media_cli.store.locate import at
from tests.unit.ledger import tampering
from tests.unit.ledger.moving import keys_move_after
from tests.unit.retention.store import START, Store, stamp

DUE = START + 30 * times.DAY

NEVER_FILLED = {
    "intent": "a document that is about to be renamed; it says nothing of the past, and the next change checks it",
}
"""Tables without a row here, and why none is needed."""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with rows of every kind in every table."""
    folder = tmp_path_factory.mktemp("cells")
    with keys_move_after(8):
        return tampering.image(filled(folder).connection)


def filled(folder: Path) -> Store:
    """Fill it."""
    store = Store(folder)
    store.rules({"remove_after": "30d"})
    place = at(store.path, explicit=True)
    with editing(place, stamp()) as editor:
        editor.change("vip", {"receive": False, "message": "no media for +49 151 2345"}, reason="as c-1 asked")
        editor.change("lab", {"receive": False, "message": "until c-9 is back"}, reason="c-9 is away")
    for number in range(4):
        store.file(f"old-{number}", channel="whatsapp-cloud", agent="amy", conversation=f"v-{number}", message="m")
    for number in range(3):
        store.file(f"copy-{number}", data=b"same", customer=None, path=None, direction="send")
    store.file("bad", outcome="blocked", reason="media-off", declared="image/png", detected="png", customer="c-9")
    store.take_in()
    rows: list[dict[str, Any]] = [
        {"id": "k1", "corrects": "old-3", "time": 1, "outcome": "failed", "reason": "131053"},
        {"id": "k2", "corrects": "old-3", "time": 2, "size": 5, "sha256": "e" * 64, "md5": "d" * 32},
        {"id": "k3", "corrects": "copy-2", "time": 2, "deleted": 5, "detected": "image/png"},
        {"id": "g", "decision": "deny", "problems": "media-off", "message": "Sorry", "time": 5, "inbox": "vip",
         "direction": "receive", "name": "x.pdf"},
    ]  # fmt: skip
    (folder / "more").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert ingest(store.connection, "ndjson", str(folder / "more")).counts.new == len(rows)
    removed = store.approved(DUE)
    store.purge(removed, DUE)
    store.restore("old-1", DUE)
    store.finish(DUE + 8 * times.DAY)
    store.file("later-1", START + times.DAY)
    store.file("later-2", START + times.DAY)
    again = store.approved(DUE + 10 * times.DAY)
    (store.media / "2026" / "later-2").write_bytes(b"LATER-2")
    store.purge(again, DUE + 10 * times.DAY)
    store.hold("one", DUE, customer="c-9", inbox=1, since=START, until=DUE)
    store.hold("several", DUE, inbox=(1, 2), entry=(store.seq("copy-0"), store.seq("copy-1")))
    store.hold("all of c-7", DUE, conversation="v-7", entry=store.seq("copy-0"))
    store.release("one", DUE)
    with editing(place, stamp(DUE)) as editor:
        editor.change("lab", {"receive": True}, reason="c-9 is back")
        editor.change("lab", {"send": False}, reason="superseded")
    erase(store.connection, "c-9", stamp(DUE), "case 7", store.path)
    store.file("after", START + times.DAY, customer="+1/650/555/1234")  # its person is another than SQL would say
    with keys_move_after(1000):
        store.take_in()
    return store


def kinds_of_rows(connection: sqlite3.Connection, table: str) -> Iterator[list[dict[str, Any]]]:
    """The first and the last row of each kind: what is NULL in it, and for a table of several kinds which it is."""
    connection.row_factory = sqlite3.Row
    kinds: dict[object, list[dict[str, Any]]] = {}
    for row in map(dict, connection.execute(f"SELECT * FROM {table}").fetchall()):
        kind = tuple(value is None for value in row.values()), row.get("kind"), row.get("state"), row.get("what")
        kinds.setdefault(kind, []).append(row)
    connection.row_factory = None
    for rows in kinds.values():
        yield [rows[0], rows[-1]] if rows[0] != rows[-1] else rows[:1]


def others(value: Any, kind: str) -> list[Any]:
    """Values of a column's type that are not the one that it has."""
    match value:
        case None:
            return {"INTEGER": [0, 1], "TEXT": ["", "x"], "BLOB": [b"", b"\0"]}[kind]
        case int():
            return [None, value + 1, value - 1]
        case str():
            return [None, value + " ", value.swapcase() if value.swapcase() != value else ""]
        case _:
            return [None, value + b"\0", bytes([value[0] ^ 1]) + value[1:] if value else b"\1"]


def noticed(
    data: bytes,
    triggers: list[tuple[str, str]],
    table: str,
    column: str,
    row: dict[str, Any],
    keys: list[str],
    value: Any,
) -> bool | None:
    """Whether a verification says that a cell was changed; None where SQLite itself cannot hold the value.

    data: a store without its triggers, which are made when the cell has been changed.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(data)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        where = " AND ".join(f"{key} IS ?" for key in keys)
        try:
            sql = f"UPDATE {table} SET {column} = ? WHERE {where}"
            assert connection.execute(sql, (value, *(row[key] for key in keys))).rowcount == 1
        except sqlite3.IntegrityError:  # NOT NULL, or a key that is there already
            return None
        if connection.execute(
            f"SELECT 1 FROM {table} WHERE {where} AND {column} IS ?", (*(row[key] for key in keys), row[column])
        ).fetchone():
            return None  # NULL in the key of a row is the next free number
        connection.executescript(";".join(["BEGIN", *(sql for _, sql in triggers), "COMMIT"]))
        connection.execute("PRAGMA ignore_check_constraints = OFF")
        try:
            return not verify_ledger(connection, projections=tampering.PROJECTIONS).intact
        except StoreInvalid:
            return True


def test_the_store_is_intact_and_full(image: bytes) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(image)
        assert verify_ledger(connection, projections=tampering.PROJECTIONS).problems == ()
        empty = {
            table
            for table in COVERED | set(retention.TABLES)
            if not connection.execute(f"SELECT 1 FROM {table}").fetchone()
        }
    assert empty == set(NEVER_FILLED)


TABLES = sorted((COVERED | set(retention.TABLES)) - set(NEVER_FILLED))


@pytest.mark.no_cover
@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_verified(image: bytes, table: str) -> None:
    """Of each kind of row every column, in turn in its first row and in its last, and each with one other value, the
    next one for the next cell; `proofs/every_cell.py` tries all values in both rows."""
    missed, tried, columns = missed_changes(image, table, all_values=False)
    assert missed == []
    assert tried == columns


def missed_changes(
    image: bytes, table: str, *, all_values: bool
) -> tuple[list[tuple[str, Any, Any]], set[str], set[str]]:
    """The changes of cells that no verification notices, each with column, value and other value; the columns of which
    one was changed; and all columns. all_values: try every other value of each cell, not one of them."""
    missed, tried, turn = [], set(), 0
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(image)
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        kinds = list(kinds_of_rows(connection, table))
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        image = connection.serialize()
    keys = [name for _, name, _, _, _, key in columns if key]
    for rows in kinds:
        for _, column, type_, *_ in columns:
            turn += 1
            for row in rows if all_values else [rows[turn % len(rows)]]:
                values = others(row[column], type_)
                if not all_values:
                    values = values[turn % len(values) :] + values[: turn % len(values)]
                for value in values:
                    answer = noticed(image, triggers, table, column, row, keys, value)
                    if answer is None:
                        continue
                    tried.add(column)
                    if not answer:
                        missed.append((column, row[column], value))
                    if not all_values:
                        break
    return missed, tried, {name for _, name, *_ in columns}
