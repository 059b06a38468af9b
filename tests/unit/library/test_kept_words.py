"""Words beside the chain: another one than was read when a file was proposed is found."""

from __future__ import annotations

from occ_media_cli.library.kept_words import altered_words
from occ_media_cli.library.read_text import pack_words
from occ_media_cli.retention.ledger_check import verify_whole
from tests.unit.library.shelf import Shelf, text


def test_altered_words_are_found_and_missing_ones_are_none(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("other", "1", text(2), 20)
    assert verify_whole(shelf.connection).intact
    digest = bytes.fromhex(text(1).fingerprint.digest)
    shelf.connection.execute("DELETE FROM library_words WHERE digest = ?", (digest,))
    assert list(altered_words(shelf.connection)) == []
    shelf.connection.execute("INSERT INTO library_words VALUES (?, ?)", (digest, text(3).packed))
    (found,) = verify_whole(shelf.connection).problems
    assert found.in_words() == f"library_words, row digest {digest.hex()}: is not the words of its digest"


def test_words_of_nothing_that_was_proposed_are_found(shelf: Shelf) -> None:
    shelf.connection.execute("INSERT INTO library_words VALUES (?, ?)", (b"d" * 32, pack_words(["any"])))
    (found,) = altered_words(shelf.connection)
    assert found == ((b"d" * 32).hex(), "belongs to no text that was proposed")
