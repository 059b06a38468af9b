"""What a hold covers: the view `entry_hold`, in SQLite and as exports have it, says what `evaluate.covers` says."""

from __future__ import annotations

import sqlite3
from random import Random

import pytest

from occ_media_cli.ledger import entries_sql
from occ_media_cli.ledger.aliases import add_alias
from occ_media_cli.ledger.erase import erase
from occ_media_cli.retention import holds, stored_entries
from occ_media_cli.retention.evaluate import covers
from occ_media_cli.store.migrations.m0011_persons import ENTRY_HOLD
from tests.unit.retention.store import START, Store, stamp

PEOPLE = ["16505551234", "+1 650 555-1234", "tel:+16505551235", "16505551235", "Rosa@example.com", "rosa@EXAMPLE.com ",
          "c-7", "C-7", None]  # fmt: skip


def world(store: Store, random: Random) -> None:
    """Entries of people in several spellings, some of them erased, and holds of every scope, some of them released."""
    for number in range(24):
        store.file(f"e{number}", START + random.randrange(6), customer=random.choice(PEOPLE), path=f"p{number}",
                   conversation=random.choice(["t-1", "t-2", None]), inbox=random.choice(["vip", "lab"]))  # fmt: skip
    store.take_in()
    if random.random() < 0.7:
        add_alias(
            store.connection, ["c-7", "rosa@example.com", "16505551234"][: random.choice([2, 3])], "case", stamp()
        )
    seqs = [seq for (seq,) in store.connection.execute("SELECT seq FROM record WHERE kind = 0")]
    for number in range(8):
        scope = {
            "inbox": random.choice([1, 2, (1, 2), None, None]),
            "customer": random.choice([*PEOPLE, ("c-7", "tel:+16505551235"), tuple(PEOPLE[:3]), None, None]),
            "conversation": random.choice(["t-1", ("t-2", "t-1"), None, None]),
            "entry": random.choice([random.choice(seqs), tuple(random.sample(seqs, 3)), None, None, None, None]),
            "since": random.choice([START + random.randrange(3), None]), "until": random.choice([START + 3 + random.randrange(3), None]),
        }  # fmt: skip
        if any(value is not None for value in scope.values()):
            holds.place_hold(store.connection, f"h{number}", holds.HoldScope(**scope), "case", stamp(START + number))  # type: ignore[arg-type]
            if random.random() < 0.25:
                holds.release_hold(store.connection, f"h{number}", "settled", stamp(START + number + 1))
    for whose in random.sample([person for person in PEOPLE if person], 2):
        erase(store.connection, whose, stamp(START + 20), "request", store.path)


@pytest.mark.parametrize("seed", range(12))
def test_the_view_and_the_oracle_say_the_same_of_every_entry_and_hold(store: Store, seed: int) -> None:
    world(store, Random(seed))
    connection = store.connection
    unreleased = holds.unreleased(connection)
    entries = list(stored_entries.entries(connection, "r.kind = 0", []))
    expected = {(entry.seq, hold.number) for entry in entries for hold in unreleased if covers(hold, entry)}
    text = "SELECT entry_seq, number FROM {} WHERE released_ms IS NULL"
    for view in ("entry_hold", f"({ENTRY_HOLD})"):
        rows = connection.execute(text.format(view)).fetchall()
        assert set(rows) == expected
        assert len(rows) == len(expected)  # an erased entry is covered once, whatever the spellings of a person
    held = {seq for (seq,) in connection.execute(f"SELECT r.seq FROM record r WHERE r.kind = 0 AND {entries_sql.HELD}")}
    assert held == {seq for seq, _ in expected}
    condition, values = holds.condition(unreleased)
    near = stored_entries.entries(connection, f"r.kind = 0 AND {condition}", values)
    assert {entry.seq for entry in near if any(covers(hold, entry) for hold in unreleased)} == held


def test_a_released_hold_whose_customer_was_erased_covers_nothing(store: Store) -> None:
    store.file("one", customer="c-1")
    store.file("two", customer="c-2")
    store.take_in()
    holds.place_hold(store.connection, "h", holds.HoldScope(customer="c-1"), "case", stamp())
    holds.release_hold(store.connection, "h", "settled", stamp(START + 1))
    count = "SELECT count(*) FROM entry_hold"
    assert store.connection.execute(count).fetchone() == (1,)
    erase(store.connection, "c-1", stamp(START + 2), "request", store.path)
    assert store.connection.execute(count).fetchone() == (0,)


def test_the_view_can_be_read_by_any_program(store: Store) -> None:
    with sqlite3.connect(store.path) as other:
        assert [row[1] for row in other.execute("PRAGMA table_info(entry_hold)")] == [
            "entry_seq", "hold", "placed_ms", "released_ms", "number",
        ]  # fmt: skip
