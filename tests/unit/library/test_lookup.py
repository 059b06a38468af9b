"""What a file is to the library: by its bytes, its words, or most of them, and which version may be sent instead."""

from __future__ import annotations

from base64 import b64encode

import pytest

from occ_media_cli.library import read_text
from occ_media_cli.library.compare_words import Pair
from occ_media_cli.library.fingerprint import fingerprint
from occ_media_cli.library.lookup import Lookup
from occ_media_cli.library.read_text import DocumentText, pack_words
from occ_media_cli.library.split_words import words_of
from tests.unit.library.documents import text_of
from tests.unit.library.shelf import NOW, Shelf, content, text


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
