"""Whatever is changed behind the program's back is found, with the first bad entry."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.ledger import totals
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify import checkpoint, totals_aside
from occ_media_cli.ledger.verify.projections import COVERED
from occ_media_cli.ledger.verify.recompute import VerifyResult, record, verify_ledger
from occ_media_cli.library import library_rows
from occ_media_cli.retention import retention_rows as retention
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import canonical, chain
from occ_media_cli.store.locate import at
from tests.unit.ledger import tampering
from tests.unit.ledger.conftest import STAMP, Ledger, row
from tests.unit.ledger.moving import keys_move_after


@pytest.fixture
def full(ledger: Ledger) -> Iterator[Ledger]:
    """A ledger in which every table has rows: corrections, decisions, erasures, settings, personal events."""
    with keys_move_after(20):
        yield filled(ledger)


def filled(ledger: Ledger) -> Ledger:
    """Fill it."""
    ledger.ingest(*[row(n, customer=f"c{n % 3}", message="m" if n % 4 == 0 else None) for n in range(12)])
    ledger.ingest({"id": "s1", "corrects": "wamid.4", "time": 1, "outcome": "failed", "reason": "131053"})
    ledger.ingest({"id": "s2", "corrects": "wamid.4", "time": 2, "size": 5, "sha256": "e" * 64, "md5": "e" * 32})
    ledger.ingest({"id": "s3", "corrects": "wamid.7", "time": 2, "deleted": 5, "detected": "image/png"})
    ledger.ingest({**row(50), "decision": "deny", "problems": "media-off", "message": "Sorry"})
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("vip", {"receive": False}, reason="as c1 asked")
        editor.set_section("retention", [{"remove_after": "30d"}], None)
    chain_personal(ledger, {"customer": "c9"})
    chain_personal(ledger, {"customer": "c1"})
    erase(ledger.connection, "c1", STAMP, "case 7", ledger.path)
    ledger.ingest(*[row(n) for n in range(100, 110)])
    return ledger


def chain_personal(ledger: Ledger, personal: dict[str, str]) -> None:
    from occ_media_cli.store.connect import transaction

    with transaction(ledger.connection):
        chain.append(ledger.connection, [chain.Event("note", {"n": 1}, 5, personal=personal)], STAMP)


def after(ledger: Ledger, change: Callable[[], object]) -> VerifyResult:
    """Verify a copy of the ledger after a change, which is made on the copy."""
    original = ledger.connection
    data = tampering.image(original)

    def on(connection: Any) -> None:
        ledger.connection = connection
        change()

    try:
        return tampering.tampered(data, on)[0]
    finally:
        ledger.connection = original


def test_an_intact_ledger_is_intact(full: Ledger) -> None:
    assert full.one("SELECT count(*) FROM record_key")
    assert full.one("SELECT count(*) FROM recent_key")
    result = verify_ledger(full.connection)
    assert result.problems == ()
    assert result.entries == 22
    assert (result.seq, result.head) == (chain.head(full.connection)[0], chain.head(full.connection)[1].hex())


def test_every_table_of_a_store_is_covered(ledger: Ledger) -> None:
    tables = {name for (name,) in ledger.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in tables if not name.startswith("sqlite_")} == COVERED | {
        *retention.TABLES,
        *library_rows.TABLES,
        "library_words",
    }


@pytest.mark.parametrize("kind", list(tampering.CHANGES))
def test_a_change_of_every_kind_is_found_at_the_first_bad_entry(full: Ledger, kind: str) -> None:
    data = tampering.image(full.connection)
    rng = random.Random(7)
    for _ in range(60):
        result, first = tampering.tampered(data, lambda connection: tampering.CHANGES[kind](connection, rng))
        assert tampering.named_right(result, first), (kind, first, result.problems)


def test_a_cell_of_every_column_of_every_table_is_guarded(full: Ledger) -> None:
    data = tampering.image(full.connection)
    rng = random.Random(3)
    missed = []
    for table in sorted(COVERED | set(retention.TABLES)):
        columns = full.all(f"PRAGMA table_info({table})")
        keys = [name for _, name, _, _, _, key in columns if key]
        where = " AND ".join(f"{key} IS ?" for key in keys)
        for _, column, kind, *_ in columns:
            rows = full.all(f"SELECT {', '.join(keys)}, {column} FROM {table}")
            if not rows:
                continue
            *place, old = rng.choice(rows)
            sql = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}"
            values = (tampering.another(old, kind, rng), *place)
            result, changed = tampering.tampered(data, lambda c, q=sql, v=values: _changed(c, q, v))
            if changed and result.intact:
                missed.append((table, column))
    assert missed == []


def _changed(connection: Any, sql: str, values: tuple[Any, ...]) -> bool:
    try:
        return bool(connection.execute(sql, values).rowcount)
    except sqlite3.IntegrityError:
        return False  # the table itself does not allow it


def seqs(ledger: Ledger) -> list[int]:
    return tampering.records(ledger.connection)


def test_a_forged_erasure_is_found(full: Ledger) -> None:
    seq = next(s for (s,) in full.all("SELECT seq FROM record WHERE salt IS NOT NULL ORDER BY seq"))
    values = full.all("SELECT salt, id, customer, conversation, name, path, message FROM record WHERE seq = ?", seq)[0]
    commitment = canonical.commit_to(values[0], list(values[1:]))
    event = full.one("SELECT max(event) FROM erased")

    def forge() -> None:
        full.connection.execute("INSERT INTO erased VALUES (?, ?, ?)", (seq, commitment, event))
        full.connection.execute(
            "UPDATE record SET id = NULL, customer = NULL, conversation = NULL, name = NULL, path = NULL,"
            " message = NULL, salt = NULL WHERE seq = ?", (seq,)
        )  # fmt: skip

    assert [problem.table for problem in after(full, forge).problems] == ["erased", "sender_total"]
    plain = after(full, lambda: full.connection.execute("UPDATE record SET name = NULL WHERE seq = ?", (seq,)))
    assert plain.problems[0].seq == seq


def test_a_cut_tail_shows_only_against_a_checkpoint(full: Ledger) -> None:
    before = checkpoint.take_checkpoint(full.connection, 5)
    assert verify_ledger(full.connection, checkpoint=before).checkpoint is True
    full.ingest(row(200))
    assert verify_ledger(full.connection, checkpoint=before).intact
    last = seqs(full)[-2:]
    state = chain_state_at(full, last[0] - 1)

    def cut() -> None:
        full.connection.execute("DELETE FROM record WHERE seq >= ?", (last[0],))

    assert after(full, cut).problems[0].table == "head"
    for name in [name for (name,) in full.all("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        full.connection.execute(f"DROP TRIGGER {name}")
    cut()
    full.connection.execute("UPDATE head SET seq = ?, state = ?", (last[0] - 1, state))
    result = verify_ledger(full.connection, checkpoint=before)
    assert result.checkpoint is False
    assert any("before entry" in problem.what for problem in result.problems)
    assert not any(problem.table == "head" for problem in result.problems)


def chain_state_at(ledger: Ledger, seq: int) -> bytes:
    from occ_media_cli.ledger.verify import chain_check

    state = chain_check.run(ledger.connection, marks=[seq]).states[seq]
    assert state is not None
    return state


def test_a_checkpoint_of_another_store_or_state_does_not_match(full: Ledger) -> None:
    from dataclasses import replace

    mark = checkpoint.take_checkpoint(full.connection, 5)
    other = verify_ledger(full.connection, checkpoint=replace(mark, store="0" * 64))
    assert [problem.what for problem in other.problems] == ["is of another store"]
    assert other.checkpoint is False
    wrong = verify_ledger(full.connection, checkpoint=replace(mark, state="0" * 64))
    assert wrong.checkpoint is False
    assert wrong.problems[0].what.startswith("the chain up to entry")
    at_record = replace(mark, seq=seqs(full)[4], state=chain_state_at(full, seqs(full)[4]).hex(), entries=5)
    assert verify_ledger(full.connection, checkpoint=at_record).checkpoint is True
    for right, entries in ((mark, 99), (mark, -1), (mark, mark.entries - 1), (at_record, 4), (at_record, mark.entries)):
        result = verify_ledger(full.connection, checkpoint=replace(right, entries=entries))
        assert result.checkpoint is False
        assert [problem.what for problem in result.problems] == [
            f"says {entries} entries, and the chain has {right.entries} there"
        ]


def test_changed_views_and_triggers_are_found_and_strangers_are_left_alone(full: Ledger) -> None:
    run = full.connection.execute
    run("CREATE VIEW mine AS SELECT * FROM entry")
    run("CREATE TABLE notes (text TEXT)")
    run("CREATE INDEX notes_text ON notes (text)")
    assert verify_ledger(full.connection).intact
    run("CREATE INDEX record_ms ON record (ms)")
    assert [problem.what for problem in verify_ledger(full.connection).problems] == ["index record_ms was added"]
    run("DROP INDEX record_ms")
    run("CREATE TRIGGER spy AFTER INSERT ON record BEGIN SELECT 1; END")
    assert [problem.what for problem in verify_ledger(full.connection).problems] == ["trigger spy was added"]
    run("DROP TRIGGER spy")
    run("DROP VIEW entry")
    assert [problem.what for problem in verify_ledger(full.connection).problems] == ["view entry is missing"]
    run("CREATE VIEW entry AS SELECT 1")
    assert [problem.what for problem in verify_ledger(full.connection).problems] == ["view entry was changed"]


def test_a_verification_is_on_record(full: Ledger) -> None:
    result = verify_ledger(full.connection)
    seq = record(full.connection, result, STAMP)
    assert full.all("SELECT seq, subject, ok, verified_seq, verified_head, entries FROM verification") == [
        (seq, "ledger", 1, seq - 1, result.head, 22)
    ]
    assert verify_ledger(full.connection).intact


def test_totals_are_compared_beside_the_chain_with_the_same_result(
    full: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals_aside.TotalsAside.__init__, "__kwdefaults__", {"smallest": 1})
    assert verify_ledger(full.connection).intact
    for table, values in totals.VALUES.items():
        rowid = full.all(f"SELECT {', '.join(totals.DIMENSIONS[table])} FROM {table} LIMIT 1")[0]
        where = " AND ".join(f"{name} = ?" for name in totals.DIMENSIONS[table])
        full.connection.execute(f"UPDATE {table} SET {values[0]} = {values[0]} + 1 WHERE {where}", rowid)
        assert [problem.table for problem in verify_ledger(full.connection).problems] == [table]
        full.connection.execute(f"UPDATE {table} SET {values[0]} = {values[0]} - 1 WHERE {where}", rowid)
    assert verify_ledger(full.connection).intact


def test_a_table_that_leads_to_the_pages_of_another_is_damage(full: Ledger) -> None:
    data = tampering.image(full.connection)
    schema = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name NOT IN ('event', 'sqlite_sequence')"
    damaged = 0
    for (page,) in full.connection.execute(schema).fetchall():
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(data)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = 'event'", (page,))
        moved = tampering.image(connection)
        connection.close()
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(moved)
        try:
            assert verify_ledger(connection).problems
        except StoreInvalid:
            damaged += 1
        finally:
            connection.close()
    assert damaged


def test_an_index_that_lacks_a_row_is_found(full: Ledger) -> None:
    data, looked = tampering.image(full.connection), 0
    indexes = full.all("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    for index, table, sql in indexes:
        where = sql.partition(" WHERE ")[2] or "1"
        keys = full.all(f"SELECT name FROM pragma_table_info('{table}') WHERE pk ORDER BY pk")
        [key] = keys[-1]
        rows = full.all(f"SELECT {key} FROM {table} WHERE {where}")
        if not rows:
            continue
        looked += 1
        old = rows[len(rows) // 2][0]
        old = f"x'{old.hex()}'" if isinstance(old, bytes) else repr(old)
        for condition in (f"{key} <> {old}", "0"):
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
                connection.deserialize(tampering.image_without(data, index, condition))
                found = [(problem.table, problem.what) for problem in verify_ledger(connection).problems]
            assert any(which == table and index in what for which, what in found), (index, condition, found)
    assert looked >= 6
