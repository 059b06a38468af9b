"""Whose an id is: the table follows from records, holds and aliases, in whatever order they came."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from random import Random

import pytest

from occ_media_cli.errors import OccMediaError
from occ_media_cli.ledger.aliases import add_alias, persons, remove_alias
from occ_media_cli.ledger.customers import PERSON
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.library import library_rows
from occ_media_cli.retention import holds
from occ_media_cli.store.customer_ids import forms_of_id
from occ_media_cli.store.persons import make_again
from tests.unit.retention.store import START, Store, stamp

IDS = (
    "16505551234", "+1 650 555-1234", "+1/650/555/1234", "+1 (0)650 555 1234", "+106505551234", "1 650 555 1234@c.us",
    "16505551234@c.us", "%2B16505551234", "rosa@example.com", "mailto:Rosa@example.com", "rosa%40example.com", "psid-7",
    "Zoe\u0308", "Zo\u00eb", "u-8", "E\u0301va@example.com", "e\u0301va@example.com", "\u00e9va@example.com", "49/170/7654321",
    "tel:+16505551234;ext=5", "https://wa.me/16505551234", "Rosa <rosa@example.com>", "rosa@example.com.", "'+16505551234'", "16505551234@lid",
)  # fmt: skip


def rows(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT spelling, person FROM person_spelling ORDER BY spelling").fetchall()


def again(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    target = sqlite3.connect(":memory:")
    target.execute(
        "CREATE TABLE person_spelling (spelling TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    make_again(connection, target)
    found = rows(target)
    target.close()
    return found


@pytest.mark.parametrize("seed", range(16))
def test_the_table_is_the_same_in_whatever_order_things_came(store: Store, seed: int) -> None:
    random, connection = Random(seed), store.connection
    for number in range(14):
        with suppress(OccMediaError):  # what may not be is refused, and changes nothing
            change(store, random, number)
        assert rows(connection) == again(connection)
    keys = dict(
        connection.execute(f"SELECT r.customer, {PERSON} FROM record r WHERE r.customer IS NOT NULL").fetchall()
    )
    for one in keys:
        for other in keys:
            if forms_of_id(one) & forms_of_id(other):
                assert keys[one] == keys[other], (one, other)
    for person in persons(connection):
        assert len({keys[one] for one in person.ids if one in keys}) <= 1


def change(store: Store, random: Random, number: int) -> None:
    connection = store.connection
    match random.choice(["rows", "rows", "alias", "alias", "part", "hold", "erase"]):
        case "rows":
            for each in random.sample(IDS, 3):
                store.file(f"e{number}-{IDS.index(each)}", customer=each)
            store.take_in()
        case "alias":
            add_alias(connection, random.sample(IDS, 2), "case", stamp())
        case "part":
            known = [one for person in persons(connection) for one in person.ids]
            remove_alias(connection, random.choice(known or IDS), "another", stamp())
        case "hold":
            whose = tuple(random.sample(IDS, 2))
            holds.place_hold(connection, f"h{number}", holds.HoldScope(customer=whose), "case", stamp())
            if random.random() < 0.7:
                holds.release_hold(connection, f"h{number}", "settled", stamp(START + number))
        case "erase":
            erase(connection, random.choice(IDS), stamp(), "request", store.path)


@pytest.mark.parametrize("statement", [
    "DELETE FROM person_spelling WHERE spelling = 'psid-7'", "UPDATE person_spelling SET person = 'psid-9'",
    "INSERT INTO person_spelling VALUES ('u-9', 'u-8')",
])  # fmt: skip
def test_a_verification_finds_a_changed_row(store: Store, statement: str) -> None:
    store.file("one", customer="+1/650/555/1234")
    store.take_in()
    add_alias(store.connection, ["psid-7", "16505551234"], "case", stamp())
    assert "person_spelling" not in {problem.table for problem in verify_ledger(store.connection).problems}
    store.connection.execute(statement)
    assert "person_spelling" in {problem.table for problem in verify_ledger(store.connection).problems}


def test_an_older_store_is_filled_when_it_is_brought_up_to_date(store: Store) -> None:
    """A store of schema version 10, with a hold that did not know the spellings."""
    for number, each in enumerate(IDS):
        store.file(f"e{number}", customer=each)
    store.take_in()
    add_alias(store.connection, ["psid-7", "16505551234"], "case", stamp())
    holds.place_hold(store.connection, "h", holds.HoldScope(customer="%2B49 170 7654321"), "case", stamp())
    wanted = rows(store.connection)
    held = store.connection.execute("SELECT entry_seq FROM entry_hold").fetchall()
    assert len(held) == 1
    to_version_10(store.connection)
    store.connection.close()
    with store.editing():
        pass
    store.connection = sqlite3.connect(store.path)
    assert rows(store.connection) == wanted
    assert store.connection.execute("SELECT entry_seq FROM entry_hold").fetchall() == held


def to_version_10(connection: sqlite3.Connection) -> None:
    """Take the last steps back: what they made goes, and the views of the steps before come again."""
    from sqlite_utils import Database

    from occ_media_cli.store.migrations import m0004_audit, m0009_people, m0010_free_texts, m0012_library

    connection.execute("PRAGMA foreign_keys=OFF")
    for name in m0012_library.VIEWS:
        connection.execute(f"DROP VIEW {name}")
    for table in ("library_words", *library_rows.TABLES):
        connection.execute(f"DROP TABLE {table}")
    for name in ("entry_hold", "hold_spelling", "hold_scope", "entry", "customer_alias", "inbox_name"):
        connection.execute(f"DROP VIEW {name}")
    connection.execute("DROP TABLE person_spelling")
    database = Database(connection)
    for views, names in (
        (m0004_audit.VIEWS, ("inbox_name", "library")), (m0009_people.VIEWS, ("entry", "customer_alias")),
        (m0010_free_texts.VIEWS, ("hold_scope", "entry_hold")),
    ):  # fmt: skip
        for name in names:
            database.create_view(name, views[name].strip())
    connection.execute("PRAGMA user_version=10")
