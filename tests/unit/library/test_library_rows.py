"""Rows made from library events, by hand-made bodies: what the views say of them, and that they can be made again."""

from __future__ import annotations

import sqlite3
import struct
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.library import library_rows
from occ_media_cli.library.bands import bands_of
from occ_media_cli.library.fingerprint import NUMBERS
from occ_media_cli.library.library_rows import APPROVE, PROPOSE, RETIRE
from occ_media_cli.retention.ledger_check import verify_whole
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.membership import add_item
from occ_media_cli.store import chain, connect, locate, migrate
from occ_media_cli.store import open as opening
from tests.unit.library.events import approved, proposed, retired

FOREVER = 2**63 - 1
A, B = (sha256(text).hexdigest() for text in (b"a", b"b"))
EVERY = """SELECT inbox_id, from_ms, to_ms FROM library_allowed WHERE sha256 = ? ORDER BY seq, inbox_id, from_ms"""


def stamp(now: int, wall: int | None = None, actor: str = "dana") -> chain.Stamp:
    return chain.Stamp(now, now if wall is None else wall, actor, "os", "host", "test")


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    with opening.changing(locate.at(tmp_path / "s.db", explicit=True), stamp(0)) as store:
        yield store.ledger


Add = Callable[..., int]


@pytest.fixture
def add(connection: sqlite3.Connection) -> Add:
    def run(kind: str, body: dict[str, Any], now: int, wall: int | None = None, reason: str | None = None) -> int:
        with connect.transaction(connection):
            return library_rows.record(connection, chain.Event(kind, body, now, reason), stamp(now, wall))

    return run


def test_a_file_may_be_sent_from_its_approval_until_it_is_replaced(connection: sqlite3.Connection, add: Add) -> None:
    one, two = proposed("list", "1", [A], document=1), proposed("list", "2", [B], document=1)
    first = add(PROPOSE, one, 10)
    assert connection.execute(EVERY, (A,)).fetchall() == []
    add(APPROVE, approved(first, one), 20)
    assert connection.execute(EVERY, (A,)).fetchall() == [(None, 20, FOREVER)]
    second = add(PROPOSE, two, 30)
    add(APPROVE, approved(second, two), 40)
    assert connection.execute(EVERY, (A,)).fetchall() == [(None, 20, 40)]
    assert connection.execute(EVERY, (B,)).fetchall() == [(None, 40, FOREVER)]
    assert verify_whole(connection).intact


def test_a_retirement_holds_from_the_earlier_of_its_clocks(connection: sqlite3.Connection, add: Add) -> None:
    for number, (now, wall, end) in enumerate(((90, 50, 50), (40, 50, 40))):
        content = sha256(b"%d" % number).hexdigest()
        body = proposed(f"list {number}", "1", [content], document=number + 1)
        seq = add(PROPOSE, body, 10)
        add(APPROVE, approved(seq, body), 20)
        add(RETIRE, retired("list", [(seq, number + 1)]), now, wall, "wrong")
        assert connection.execute(EVERY, (content,)).fetchall() == [(None, 20, end)]


def test_it_ends_when_it_expires_and_a_later_version_may_be_for_later(connection: sqlite3.Connection, add: Add) -> None:
    one = proposed("list", "1", [A], document=1, expires=60)
    first = add(PROPOSE, one, 10)
    add(APPROVE, approved(first, one), 20)
    assert connection.execute(EVERY, (A,)).fetchall() == [(None, 20, 60)]
    again = proposed("list", "1", [A], document=1, expires=90)
    second = add(PROPOSE, again, 30)
    add(APPROVE, approved(second, again), 50, 30)
    assert connection.execute(EVERY, (A,)).fetchall() == [(None, 20, 50), (None, 50, 90)]


def test_an_approval_of_another_digest_approves_nothing(connection: sqlite3.Connection, add: Add) -> None:
    body = proposed("list", "1", [A], document=1)
    seq = add(PROPOSE, body, 10)
    add(APPROVE, {**approved(seq, body), "digest": "0" * 64}, 20)
    assert connection.execute(EVERY, (A,)).fetchall() == []


def test_a_tag_counts_while_the_inbox_has_it_and_an_inbox_keeps_its_number(tmp_path: Path) -> None:
    place = locate.at(tmp_path / "s.db", explicit=True)
    with editing(place, stamp(5, 6), first_inbox=False) as editor:
        editor.add_inbox("vip")
        editor.add_inbox("lab")
        add_item(editor, "vip", "tags", "retail")
    with editing(place, stamp(50, 51)) as editor:
        add_item(editor, "lab", "tags", "retail")
    with opening.changing(place, stamp(60)) as store:
        body = proposed("list", "1", [A], document=1, tags=["retail"], inboxes=[2])
        with connect.transaction(store.ledger):
            seq = library_rows.record(store.ledger, chain.Event(PROPOSE, body, 10), stamp(10))
            library_rows.record(store.ledger, chain.Event(APPROVE, approved(seq, body), 20), stamp(20))
        assert store.ledger.execute(EVERY, (A,)).fetchall() == [(1, 20, FOREVER), (2, 20, FOREVER), (2, 50, FOREVER)]


def test_the_words_of_a_file_stand_in_their_bands(connection: sqlite3.Connection, add: Add) -> None:
    minhash = struct.pack(f"<{NUMBERS}I", *range(NUMBERS))
    body = proposed("list", "1", [A, B], document=1)
    body["files"][0]["text"] = {"digest": A, "words": 90, "minhash": b64encode(minhash).decode()}
    body["files"][1]["text"] = {"digest": B, "words": 3, "minhash": None}
    seq = add(PROPOSE, body, 10)
    rows = connection.execute("SELECT place, hex(digest), words, minhash FROM library_text ORDER BY place").fetchall()
    assert rows == [(0, A.upper(), 90, minhash), (1, B.upper(), 3, None)]
    bands = connection.execute("SELECT band, event, place FROM library_band ORDER BY band").fetchall()
    assert bands == [(band, seq, 0) for band in sorted(bands_of(minhash))]
    assert verify_whole(connection).intact


CHANGES = (
    ("library_document", "name", "'other'"), ("library_proposal", "expires", "9"), ("library_file", "sha256", f"'{B}'"),
    ("library_approval", "digest", "'0'"), ("library_retirement", "document", "2"), ("library_text", "words", "1"),
    ("library_scope", "tag", "'other'"), ("library_displaced", "event", "proposal"),
)  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value"), CHANGES)
def test_no_row_can_be_changed_and_a_changed_one_is_found(
    connection: sqlite3.Connection, add: Add, table: str, column: str, value: str
) -> None:
    body = proposed("list", "1", [A], document=1, tags=["retail"])
    body["files"][0]["text"] = {"digest": A, "words": 3, "minhash": None}
    seq = add(PROPOSE, body, 10)
    add(APPROVE, approved(seq, body), 20)
    add(PROPOSE, proposed("list", "2", [B], document=1, instead_of=[seq]), 25)
    add(RETIRE, retired("list", [(seq, 1)]), 30, None, "old")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(f"UPDATE {table} SET {column} = {value}")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(f"DELETE FROM {table}")
    sql = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    connection.execute(f"DROP TRIGGER {table}_no_update")
    connection.execute(f"UPDATE {table} SET {column} = {value}")
    connection.execute(sql[f"{table}_no_update"])
    assert {problem.table for problem in verify_whole(connection).problems} == {table}


def test_an_old_store_with_library_events_of_another_program_is_migrated_and_approves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(connect.connect(path, writable=True)) as old:
        migrate.upgrade(old, path, stamp(0), upto=11)
        named = {"name": "n", "version": "1"}
        events = [
            chain.Event("library-propose", {**named, "files": [{"sha256": A, "size": 1}]}, 10),
            chain.Event("library-approve", named, 20), chain.Event("library-retire", named, 30),
        ]  # fmt: skip
        with connect.transaction(old):
            chain.append(old, events[:2], stamp(10))
            assert old.execute("SELECT approved_ms FROM library").fetchall() == [(20,)]
            chain.append(old, events[2:], stamp(30))
    with opening.changing(locate.at(path, explicit=True), stamp(40)) as store:
        assert store.ledger.execute("SELECT count(*) FROM library").fetchone() == (0,)
        assert verify_whole(store.ledger).intact
