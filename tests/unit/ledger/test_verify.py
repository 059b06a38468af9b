"""Whatever is changed behind the program's back is found, with the first bad entry."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from occ_media_cli.ledger import checkpoint
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify import Result, record, verify
from occ_media_cli.ledger.verify_tables import COVERED, Projection
from occ_media_cli.retention import projection as retention
from occ_media_cli.settings.session import editing
from occ_media_cli.store import chain
from occ_media_cli.store.locate import at
from tests.unit.ledger.conftest import STAMP, Ledger, row


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """A ledger in which every table has rows: corrections, decisions, erasures, settings, personal events."""
    ledger.ingest(*[row(n, customer=f"c{n % 3}", message="m" if n % 4 == 0 else None) for n in range(12)])
    ledger.ingest({"id": "s1", "corrects": "wamid.4", "time": 1, "outcome": "failed", "reason": "131053"})
    ledger.ingest({"id": "s2", "corrects": "wamid.4", "time": 2, "size": 5, "sha256": "e" * 64, "md5": "e" * 32})
    ledger.ingest({"id": "s3", "corrects": "wamid.7", "time": 2, "deleted": 5, "detected": "image/png"})
    ledger.ingest({**row(50), "decision": "deny", "problems": "media-off", "message": "Sorry"})
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("vip", {"receive": False})
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


def tampered(ledger: Ledger, change: Callable[[], object]) -> Result:
    """Verify after a change that goes past the triggers, which are put back; then undo everything."""
    connection = ledger.connection
    triggers = ledger.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("SAVEPOINT tamper")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    change()
    for _, sql in triggers:
        connection.execute(sql)
    result = verify_inside(connection)
    connection.execute("ROLLBACK TO tamper")
    connection.execute("RELEASE tamper")
    return result


def verify_inside(connection: Any) -> Result:
    """Verify inside a transaction that is open: on a copy, since a verification takes its own snapshot."""
    import sqlite3

    copy = sqlite3.connect(":memory:", isolation_level=None)
    _clone(connection, copy)
    try:
        return verify(copy, projections=[Projection(retention.KINDS, retention.TABLES, retention.apply)])
    finally:
        copy.close()


def _clone(connection: Any, copy: Any) -> None:
    copy.executescript(
        "".join(
            f"{sql};\n"
            for kind, sql in connection.execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL")
            if kind in ("table", "index")
        )
    )
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        if rows:
            copy.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    for kind, sql in connection.execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if kind in ("view", "trigger"):
            copy.execute(sql)
    copy.execute(f"PRAGMA user_version={connection.execute('PRAGMA user_version').fetchone()[0]}")
    copy.execute(f"PRAGMA application_id={connection.execute('PRAGMA application_id').fetchone()[0]}")


def test_an_intact_ledger_is_intact(full: Ledger) -> None:
    result = verify(full.connection)
    assert result.problems == ()
    assert result.entries == 22
    assert (result.seq, result.head) == (chain.head(full.connection)[0], chain.head(full.connection)[1].hex())


def test_every_table_of_a_store_is_covered(ledger: Ledger) -> None:
    tables = {name for (name,) in ledger.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in tables if not name.startswith("sqlite_")} == COVERED | set(retention.TABLES)


def cells(ledger: Ledger) -> list[tuple[str, str, int]]:
    """Every cell of every table, by table, column and place in an order."""
    found = []
    for table in sorted(COVERED):
        columns = [name for _, name, *_ in ledger.all(f"PRAGMA table_info({table})")]
        for place in range(ledger.one(f"SELECT count(*) FROM {table}")):
            found += [(table, column, place) for column in columns]
    return found


def another(value: Any, kind: str) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
    return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x"}[kind]


def change_cell(ledger: Ledger, table: str, column: str, place: int) -> bool:
    """Change one cell; False where the table itself does not allow it."""
    import sqlite3

    keys = [name for _, name, _, _, _, key in ledger.all(f"PRAGMA table_info({table})") if key]
    kind = next(kind for _, name, kind, *_ in ledger.all(f"PRAGMA table_info({table})") if name == column)
    where = " AND ".join(f"{key} IS ?" for key in keys)
    values = ledger.all(f"SELECT {', '.join(keys)}, {column} FROM {table} ORDER BY {', '.join(keys)}")[place]
    try:
        ledger.connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {where}", (another(values[-1], kind), *values[:-1])
        )
    except sqlite3.IntegrityError:
        return False
    return True


def test_a_cell_of_every_column_of_every_table_is_guarded(full: Ledger) -> None:
    rng = random.Random(3)
    everything = [cell for cell in cells(full) if cell[0] != "intent"]
    rng.shuffle(everything)
    chosen = list({(table, column): (table, column, place) for table, column, place in everything}.values())
    missed = []
    for table, column, place in chosen:
        changed: list[bool] = []
        result = tampered(
            full, lambda t=table, c=column, p=place, into=changed: into.append(change_cell(full, t, c, p))
        )
        if changed[0] and result.intact:
            missed.append((table, column, place))
    assert missed == []
    assert len(chosen) > 80


def seqs(ledger: Ledger) -> list[int]:
    return [seq for (seq,) in ledger.all("SELECT seq FROM record ORDER BY seq")]


def test_the_first_bad_entry_is_named(full: Ledger) -> None:
    numbers = seqs(full)
    run = full.connection.execute
    for place in (0, 3, 12, 20):
        seq = numbers[place]
        other = numbers[place + 2]
        edits: dict[str, tuple[Callable[[], object], int]] = {
            "edit": (lambda s=seq: run("UPDATE record SET size = coalesce(size, 0) + 1 WHERE seq = ?", (s,)), seq),
            "delete": (lambda s=seq: run("DELETE FROM record WHERE seq = ?", (s,)), seq),
            "re-date": (lambda s=seq: run("UPDATE record SET ms = ms - 86400000 WHERE seq = ?", (s,)), seq),
            "swap": (lambda a=seq, b=other: swap(full, a, b), seq),
            "insert": (lambda s=seq: insert(full, s), seq + 1),
        }
        for name, (edit, first) in edits.items():
            result = tampered(full, edit)
            assert not result.intact, (name, place)
            assert result.problems[0].seq == first, (name, place, result.problems)


def swap(ledger: Ledger, a: int, b: int) -> None:
    for old, new in ((a, -1), (b, a), (-1, b)):
        ledger.connection.execute("UPDATE record SET seq = ? WHERE seq = ?", (new, old))


def insert(ledger: Ledger, after: int) -> None:
    run = ledger.connection.execute
    for (seq,) in ledger.all("SELECT seq FROM record WHERE seq > ? ORDER BY seq DESC", after):
        run("UPDATE record SET seq = seq + 1 WHERE seq = ?", (seq,))
    for (seq,) in ledger.all("SELECT seq FROM event WHERE seq > ? ORDER BY seq DESC", after):
        run("UPDATE event SET seq = seq + 1 WHERE seq = ?", (seq,))
    names = [name for _, name, *_ in ledger.all("PRAGMA table_info(record)") if name not in ("seq", "key")]
    run(f"INSERT INTO record (seq, key, {', '.join(names)}) SELECT seq + 1, key + 1, {', '.join(names)} FROM record"
        " WHERE seq = ?", (after,))  # fmt: skip


def test_a_forged_erasure_is_found(full: Ledger) -> None:
    seq = next(s for (s,) in full.all("SELECT seq FROM record WHERE salt IS NOT NULL ORDER BY seq"))
    values = full.all("SELECT salt, id, customer, conversation, name, path, message FROM record WHERE seq = ?", seq)[0]
    commitment = chain.commit_to(values[0], list(values[1:]))
    event = full.one("SELECT max(event) FROM erased")

    def forge() -> None:
        full.connection.execute("INSERT INTO erased VALUES (?, ?, ?)", (seq, commitment, event))
        full.connection.execute(
            "UPDATE record SET id = NULL, customer = NULL, conversation = NULL, name = NULL, path = NULL,"
            " message = NULL, salt = NULL WHERE seq = ?", (seq,)
        )  # fmt: skip

    assert [problem.table for problem in tampered(full, forge).problems] == ["erased"]
    plain = tampered(full, lambda: full.connection.execute("UPDATE record SET name = NULL WHERE seq = ?", (seq,)))
    assert plain.problems[0].seq == seq


def test_a_cut_tail_shows_only_against_a_checkpoint(full: Ledger) -> None:
    before = checkpoint.take(full.connection, 5)
    assert verify(full.connection, checkpoint=before).checkpoint is True
    full.ingest(row(200))
    assert verify(full.connection, checkpoint=before).intact
    last = seqs(full)[-2:]
    state = chain_state_at(full, last[0] - 1)

    def cut() -> None:
        full.connection.execute("DELETE FROM record WHERE seq >= ?", (last[0],))

    assert tampered(full, cut).problems[0].table == "head"
    for name in [name for (name,) in full.all("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        full.connection.execute(f"DROP TRIGGER {name}")
    cut()
    full.connection.execute("UPDATE head SET seq = ?, state = ?", (last[0] - 1, state))
    result = verify(full.connection, checkpoint=before)
    assert result.checkpoint is False
    assert any("before entry" in problem.what for problem in result.problems)
    assert not any(problem.table == "head" for problem in result.problems)


def chain_state_at(ledger: Ledger, seq: int) -> bytes:
    from occ_media_cli.ledger import verify_chain

    state = verify_chain.run(ledger.connection, mark=seq).mark_state
    assert state is not None
    return state


def test_a_checkpoint_of_another_store_or_state_does_not_match(full: Ledger) -> None:
    from dataclasses import replace

    mark = checkpoint.take(full.connection, 5)
    other = verify(full.connection, checkpoint=replace(mark, store="0" * 64))
    assert [problem.what for problem in other.problems] == ["is of another store"]
    wrong = verify(full.connection, checkpoint=replace(mark, state="0" * 64))
    assert wrong.checkpoint is False
    assert wrong.problems[0].what.startswith("the chain up to entry")
    at_record = replace(mark, seq=seqs(full)[4], state=chain_state_at(full, seqs(full)[4]).hex())
    assert verify(full.connection, checkpoint=at_record).checkpoint is True


def test_changed_views_and_triggers_are_found_and_strangers_are_left_alone(full: Ledger) -> None:
    run = full.connection.execute
    run("CREATE VIEW mine AS SELECT * FROM entry")
    run("CREATE TABLE notes (text TEXT)")
    run("CREATE INDEX record_ms ON record (ms)")
    assert verify(full.connection).intact
    run("CREATE TRIGGER spy AFTER INSERT ON record BEGIN SELECT 1; END")
    assert [problem.what for problem in verify(full.connection).problems] == ["trigger spy was added"]
    run("DROP TRIGGER spy")
    run("DROP VIEW entry")
    assert [problem.what for problem in verify(full.connection).problems] == ["view entry is missing"]
    run("CREATE VIEW entry AS SELECT 1")
    assert [problem.what for problem in verify(full.connection).problems] == ["view entry was changed"]


def test_a_verification_is_on_record(full: Ledger) -> None:
    result = verify(full.connection)
    seq = record(full.connection, result, STAMP)
    assert full.all("SELECT seq, subject, ok, verified_seq, verified_head, entries FROM verification") == [
        (seq, "ledger", 1, seq - 1, result.head, 22)
    ]
    assert verify(full.connection).intact
