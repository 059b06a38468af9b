"""Rows of the library that no event made let nothing through, whatever they say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.library.recorded import RecordedLibrary
from tests.unit.library.conftest import Desk, desk_with


def digest(name: str) -> str:
    return sha256(Path(name).read_bytes()).hexdigest()


def alter(*statements: str) -> None:
    """Change rows as somebody does who can write the file: triggers are taken off and put back."""
    with closing(sqlite3.connect("s.db", isolation_level=None)) as store:
        triggers = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            store.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            store.execute(statement)
        for _, made in triggers:
            store.execute(made)


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """one.pdf was retired, two.pdf is approved for lab, three.pdf of another document waits."""
    return desk_with("prices", propose, tmp_path, monkeypatch)


def propose(desk: Desk) -> None:
    dana, sam = desk(), desk("sam", 1)
    dana.library.propose("one.pdf", "old", "1")
    sam.library.approve("old")
    desk(hours=2).library.retire("old", "wrong")
    desk(hours=2).library.propose("two.pdf", "prices", "1", inboxes=["lab"])
    desk("sam", 3).library.approve("prices")
    desk(hours=4).library.propose("three.pdf", "waits", "1")


ADDED = {
    "a file": ("two", "INSERT INTO library_file SELECT event, 9, document, '{two}', 1, type, path FROM library_file LIMIT 1"),
    "another content": ("three", "UPDATE library_file SET sha256 = '{three}' WHERE sha256 = '{two}'"),
    "an approval": ("three", "INSERT INTO library_approval SELECT p.event, (SELECT max(seq) FROM event), p.digest"
                    " FROM library_proposal p WHERE p.key = 'waits'"),
    "no retirement": ("one", "DELETE FROM library_retirement"),
    "no later proposal": ("one", "DELETE FROM library_file WHERE sha256 = '{two}';"
                          "UPDATE library_file SET document = 2 WHERE sha256 = '{one}'"),
    "an inbox": ("two", "INSERT INTO library_scope SELECT event, 7, 1, NULL FROM library_scope"),
    "a lost place": ("three", "INSERT INTO library_displaced SELECT max(event), max(event) FROM library_proposal"),
    "no inbox": ("two", "DELETE FROM library_scope"),
    "everywhere": ("two", "UPDATE library_proposal SET everywhere = 1"),
    "another end": ("two", "UPDATE library_proposal SET expires = 9999999999999 WHERE key = 'prices'"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(ADDED))
def test_a_row_that_no_event_made_is_not_believed(prices: Desk, what: str) -> None:
    file, statement = ADDED[what]
    names = {name: digest(f"{name}.pdf") for name in ("one", "two", "three")}
    person = prices(hours=5)
    assert [each.state for each in person.library.list()] == ["retired", "approved", "proposed"]
    alter(*statement.format(**names).split(";"))
    for ask in (
        lambda: list(person.library.find(f"{file}.pdf")),
        lambda: list(person.library.verify(".", include=[f"{file}.pdf"])),
        lambda: person.library.allowed(f"{file}.pdf"),
        person.library.list,
        lambda: person.report("library"),
    ):
        with pytest.raises(StoreInvalid, match="the library was altered in the store: library_"):
            ask()


def test_documents_that_nobody_touched_are_believed(prices: Desk) -> None:
    alter("DELETE FROM library_retirement")
    person = prices(hours=5)
    (found,) = person.library.find("two.pdf", inboxes=["lab"])
    assert found.may_be_sent


def test_what_was_recorded_since_is_read_and_is_no_alteration(prices: Desk) -> None:
    with closing(sqlite3.connect("s.db", isolation_level=None)) as store:
        recorded = RecordedLibrary(store)
        recorded.refuse_any_altered()
        prices("sam", 5).library.approve("waits")
        prices(hours=6).library.retire("prices", "over")
        recorded.refuse_any_altered()
        recorded.refuse_altered(digest("two.pdf"))


def test_an_event_that_says_something_else_than_it_was_approved_for(prices: Desk) -> None:
    two, three = digest("two.pdf"), digest("three.pdf")
    alter(
        f"UPDATE library_file SET sha256 = '{three}' WHERE sha256 = '{two}'",
        f"UPDATE event SET body = replace(body, '{two}', '{three}') WHERE kind = 'library-propose'",
    )
    with pytest.raises(StoreInvalid, match="is none that this program records"):
        list(prices(hours=5).library.find("three.pdf"))


SWAPPED = {
    "names": "UPDATE inbox_state SET name = 'x' WHERE name = 'vip'; UPDATE inbox_state SET name = 'vip' WHERE name = 'lab';"
             "UPDATE inbox_state SET name = 'lab' WHERE name = 'x'",
    "a name": "UPDATE inbox_state SET name = 'shop' WHERE name = 'lab'",
    "removed": "UPDATE inbox_state SET removed = 1 WHERE name = 'lab'",
}  # fmt: skip


@pytest.mark.parametrize("what", list(SWAPPED))
def test_an_inbox_that_no_event_calls_so_lets_nothing_through(prices: Desk, what: str) -> None:
    """two.pdf is for lab: where vip is called lab, vip may send it."""
    prices(hours=4).set("vip", {"send_approved_only": True})
    prices(hours=4).set("lab", {"send_approved_only": True})
    alter(*SWAPPED[what].split(";"))
    person = prices(hours=5)
    asked = {"id": "1", "time": "2026-01-10T05:00:00Z", "inbox": "vip", "direction": "send", "name": "two.pdf",
             "path": "two.pdf"}  # fmt: skip
    for ask in (
        lambda: list(person.check("two.pdf", inbox="vip")),
        lambda: list(person.library.find("two.pdf", inboxes=["vip"])),
        lambda: person.library.allowed("two.pdf", inbox="vip"),
        person.library.list,
    ):
        with pytest.raises(StoreInvalid, match="the library was altered in the store: inbox_state"):
            ask()
    assert not person.gate(asked).allow


def test_inboxes_that_were_renamed_and_removed_on_record_are_believed(prices: Desk) -> None:
    person = prices(hours=5)
    person.inboxes.rename("lab", "shop")
    person.inboxes.remove("vip", force=True)
    person.inboxes.add("vip")
    (found,) = prices(hours=6).library.find("two.pdf", inboxes=["shop"])
    assert found.may_be_sent
