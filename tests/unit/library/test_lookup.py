"""What a file is to the library: by its bytes, its words, or most of them, and which version may be sent instead."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.library import library_rows, read_text
from occ_media_cli.library.compare_words import Pair
from occ_media_cli.library.fingerprint import fingerprint
from occ_media_cli.library.library_rows import APPROVE, PROPOSE, RETIRE
from occ_media_cli.library.lookup import Lookup
from occ_media_cli.library.read_text import DocumentText, pack_words
from occ_media_cli.library.split_words import words_of
from occ_media_cli.store import chain, connect, locate
from occ_media_cli.store import open as opening
from tests.unit.library.conftest import Desk
from tests.unit.library.documents import text_of
from tests.unit.library.events import approved, proposed, retired

NOW = 1000


def stamp(now: int) -> chain.Stamp:
    return chain.Stamp(now, now, "dana", "os", "host", "test")


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    with opening.changing(locate.at(tmp_path / "s.db", explicit=True), stamp(0)) as store:
        yield store.ledger


def text(seed: int, *changed: tuple[int, str]) -> DocumentText:
    """A text of a hundred words, with some in the place of others."""
    words = [word for line in text_of(100, seed) for word in words_of(line)]
    for at, word in changed:
        words[at] = word
    return DocumentText(fingerprint(words), pack_words(words))


def content(name: str) -> str:
    return sha256(name.encode()).hexdigest()


class Shelf:
    """Puts documents on record; each version has one file, called after its content."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.numbers: dict[str, int] = {}

    def record(self, kind: str, body: dict[str, Any], now: int, reason: str | None = None) -> int:
        with connect.transaction(self.connection):
            return library_rows.record(self.connection, chain.Event(kind, body, now, reason), stamp(now))

    def propose(
        self, name: str, version: str, said: DocumentText | None, now: int, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        body = proposed(name, version, [content(name + version)], document=number, **more)
        body["files"][0]["path"] = f"/shelf/{version}/{name}.pdf"
        if said is not None:
            body["files"][0]["text"] = said.for_record()
        seq = self.record(PROPOSE, body, now)
        if said is not None and said.packed is not None:
            with connect.transaction(self.connection):
                self.connection.execute(
                    "INSERT OR IGNORE INTO library_words (digest, words) VALUES (?, ?)",
                    (bytes.fromhex(said.fingerprint.digest), said.packed),
                )
        return seq, body

    def approve(self, name: str, version: str, said: DocumentText | None, now: int, **more: Any) -> int:
        seq, body = self.propose(name, version, said, now, **more)
        self.record(APPROVE, approved(seq, body), now + 1)
        return seq


@pytest.fixture
def shelf(connection: sqlite3.Connection) -> Shelf:
    return Shelf(connection)


def test_the_bytes_decide_first(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("other", "1", text(1), 20)
    look = Lookup(shelf.connection, NOW)
    found = look.find_version(content("list1"), text(2))
    assert (found.how, found.may_be_sent) == ("exact", True)
    assert found.file is not None
    assert (found.file.name, found.file.version, found.file.state, found.file.path) == (
        "list",
        "1",
        "approved",
        "/shelf/1/list.pdf",
    )
    assert found.current == found.file
    assert look.find_version(content("what is this?")).how == "none"
    assert look.known_contents() == {content("list1"), content("other1")}


def test_an_older_version_names_the_current_one(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("list", "2", text(1, (5, "9.99")), 20)
    found = Lookup(shelf.connection, NOW).find_version(content("list1"))
    assert found.file is not None
    assert found.current is not None
    assert (found.how, found.file.state, found.may_be_sent) == ("exact", "replaced", False)
    assert (found.current.version, found.current.path) == ("2", "/shelf/2/list.pdf")
    before = Lookup(shelf.connection, 15).find_version(content("list1"))
    assert before.may_be_sent


def test_another_save_is_the_same_text_and_may_not_be_sent(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("list", "2", text(2), 20)
    look = Lookup(shelf.connection, NOW)
    old, new = look.find_version(content("?"), text(1)), look.find_version(content("?"), text(2))
    assert (old.how, old.may_be_sent, old.file and old.file.version) == ("same-text", False, "1")
    assert old.current is not None
    assert old.current.version == "2"
    assert (new.how, new.may_be_sent, new.file and new.file.state) == ("same-text", False, "approved")


def test_a_changed_price_is_near_and_told(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1, (5, "4.99")), 10)
    shelf.approve("unlike", "1", text(2), 10)
    found = Lookup(shelf.connection, NOW).find_version(content("?"), text(1, (5, "5.49")))
    assert (found.how, found.may_be_sent, found.file and found.file.name) == ("near", False, "list")
    assert found.difference is not None
    assert (found.difference.words, found.difference.pairs) == (1, (Pair("4.99", "5.49"),))


def test_the_nearest_version_is_told_and_of_two_the_one_that_may_be_sent(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1, (5, "4.99")), 10)
    shelf.approve("list", "2", text(1, (5, "5.49"), (50, "other"), (80, "others")), 20)
    look = Lookup(shelf.connection, NOW)
    assert (
        look.find_version(content("?"), text(1, (5, "4.99"), (9, "x"))).file == look.find_version(content("list1")).file
    )
    assert look.find_version(content("?"), text(1, (5, "4.99"))).how == "same-text"
    shelf.approve("copy", "1", text(1, (5, "4.99")), 30)
    found = look.find_version(content("?"), text(1, (5, "4.99"), (9, "x")))
    assert found.file is not None
    assert (found.file.name, found.file.state) == ("copy", "approved")


def test_a_text_that_says_the_same_ten_times_is_another_one(shelf: Shelf) -> None:
    words = [word for line in text_of(100) for word in words_of(line)]
    shelf.approve("list", "1", DocumentText(fingerprint(words * 10), pack_words(words * 10)), 10)
    look = Lookup(shelf.connection, NOW)
    assert look.find_version(content("?"), DocumentText(fingerprint(words * 2), pack_words(words * 2))).how == "none"
    assert look.find_version(content("?"), DocumentText(fingerprint(words * 9), pack_words(words * 9))).how == "near"


def test_words_that_are_not_kept_give_an_estimate(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_text, "MOST_KEPT", 10)
    shelf.approve("list", "1", text(1), 10)
    found = Lookup(shelf.connection, NOW).find_version(content("?"), text(1, (5, "x")))
    assert found.how == "near"
    assert found.difference is not None
    assert found.difference.about
    assert found.difference.pairs == ()


def test_words_that_somebody_altered_are_not_believed(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.connection.execute("DELETE FROM library_words")
    shelf.connection.execute(
        "INSERT INTO library_words (digest, words) VALUES (?, ?)",
        (bytes.fromhex(text(1).fingerprint.digest), text(2).packed),
    )
    found = Lookup(shelf.connection, NOW).find_version(content("?"), text(1, (5, "x")))
    assert found.difference is not None
    assert found.difference.about


def test_each_state_is_told(shelf: Shelf) -> None:
    shelf.propose("waits", "1", text(1), 10)
    shelf.approve("ended", "1", text(2), 10, expires=500)
    seq = shelf.approve("retired", "1", text(3), 10)
    shelf.record(RETIRE, retired("retired", [(seq, shelf.numbers["retired"])]), 300, "a wrong price")
    look = Lookup(shelf.connection, NOW)
    states = {name: look.find_version(content(f"{name}1")).file for name in ("waits", "ended", "retired")}
    assert {name: each and each.state for name, each in states.items()} == {
        "waits": "proposed", "ended": "expired", "retired": "retired",
    }  # fmt: skip
    assert states["retired"] is not None
    assert states["retired"].ended_why == "a wrong price"
    assert look.find_version(content("ended1")).current is None
    assert Lookup(shelf.connection, 499).find_version(content("ended1")).may_be_sent
    assert not Lookup(shelf.connection, 500).find_version(content("ended1")).may_be_sent


def test_a_file_for_one_inbox_is_for_no_other(shelf: Shelf) -> None:
    shelf.connection.execute("INSERT INTO inbox_state (id, name, created) VALUES (1, 'vip', 0), (2, 'retail', 0)")
    shelf.approve("list", "1", text(1), 10, inboxes=[1])
    for inboxes, state in (((1,), "approved"), ((2,), "other-inbox"), ((1, 2), "other-inbox"), ((), "approved")):
        found = Lookup(shelf.connection, NOW, inboxes).find_version(content("list1"))
        assert found.file is not None
        assert (found.file.state, found.may_be_sent) == (state, state == "approved")


def test_what_lay_below_a_folder_and_may_be_sent(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("list", "2", text(2), 20)
    shelf.approve("a", "22", text(3), 30)
    look = Lookup(shelf.connection, NOW)
    assert list(look.sendable_below("/shelf")) == ["/shelf/2/list.pdf", "/shelf/22/a.pdf"]
    assert list(look.sendable_below("/shelf/2")) == ["/shelf/2/list.pdf"]
    assert look.sendable_below("/shelf")["/shelf/2/list.pdf"].version == "2"


def test_a_text_that_is_too_short_is_found_by_its_digest_alone(shelf: Shelf) -> None:
    short = DocumentText(fingerprint(["all", "of", "it"]), pack_words(["all", "of", "it"]))
    shelf.approve("list", "1", short, 10)
    look = Lookup(shelf.connection, NOW)
    assert look.find_version(content("?"), short).how == "same-text"
    other = DocumentText(fingerprint(["all", "of", "this"]), pack_words(["all", "of", "this"]))
    assert look.find_version(content("?"), other).how == "none"


def test_what_is_on_record_of_a_text_is_read_back() -> None:
    said = text(1).for_record()
    assert said["digest"] == text(1).fingerprint.digest
    assert said["words"] == 100
    assert said["minhash"] == b64encode(text(1).fingerprint.minhash or b"").decode()


def test_what_is_approved_for_an_inbox_that_was_removed_may_nobody_send(desk: Desk) -> None:
    desk().library.propose("one.pdf", "a", "1", inboxes=["vip"])
    desk("sam", 1).library.approve("a")
    assert [found.may_be_sent for found in desk(hours=2).library.find("one.pdf")] == [True]
    desk(hours=3).inboxes.remove("vip")
    (found,) = desk(hours=4).library.find("one.pdf")
    assert (found.verdict, found.may_be_sent) == ("other-inbox", False)
    assert "a 1 is approved for no inbox that is there now" in found.problems[0].message
    (found,) = desk(hours=4).library.find("one.pdf", inboxes=["lab"])
    assert "no inbox that is there now" in found.problems[0].message
    assert not desk(hours=4).library.allowed("one.pdf")
    assert desk(hours=2).library.allowed("one.pdf"), "it was so then"
    (row,) = desk(hours=4).report("library").rows
    assert row["inboxes"] == "no inbox"
    desk(hours=5).inboxes.add("vip")
    assert not desk(hours=6).library.allowed("one.pdf", inbox="vip"), "that is another inbox of the same name"
