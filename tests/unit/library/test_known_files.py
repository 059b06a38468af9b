"""The state of a file for who asks."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.library.known_files import KnownFiles
from occ_media_cli.library.library_rows import RETIRE
from occ_media_cli.library.lookup import Lookup
from tests.unit.library.conftest import Desk
from tests.unit.library.events import retired
from tests.unit.library.shelf import NOW, Shelf, content, text
from tests.unit.media.build import VALID


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
    shelf.add_inboxes("vip", "retail")
    shelf.approve("list", "1", text(1), 10, inboxes=[1])
    for inboxes, state in (((1,), "approved"), ((2,), "other-inbox"), ((1, 2), "other-inbox"), ((), "approved")):
        found = Lookup(shelf.connection, NOW, inboxes).find_version(content("list1"))
        assert found.file is not None
        assert (found.file.state, found.may_be_sent) == (state, state == "approved")


def test_what_lay_below_a_folder_and_may_be_sent(shelf: Shelf) -> None:
    shelf.approve("list", "1", text(1), 10)
    shelf.approve("list", "2", text(2), 20)
    shelf.approve("a", "22", text(3), 30)
    files = KnownFiles(shelf.connection, NOW)
    assert list(files.sendable_below("/shelf")) == ["/shelf/2/list.pdf", "/shelf/22/a.pdf"]
    assert list(files.sendable_below("/shelf/2")) == ["/shelf/2/list.pdf"]
    assert [each.version for each in files.sendable_below("/shelf")["/shelf/2/list.pdf"]] == ["2"]


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


def _inboxes(shelf: Shelf) -> None:
    shelf.add_inboxes("vip", "eu")


def _named(shelf: Shelf, inboxes: tuple[int, ...], now: int = NOW) -> tuple[str, str, str, str | None]:
    """Of the bytes and the words that all documents of a test share: what is named, and what may be sent instead."""
    look = Lookup(shelf.connection, now, inboxes)
    said = []
    for sha256 in (content("S"), content("S saved again")):
        found = look.find_version(sha256, text(1))
        assert found.file is not None
        said.append((found.file.name, found.file.version, found.file.state, found.current and found.current.name))
    assert said[0] == said[1], "the same words are named as the same bytes"
    return said[0]


def test_of_documents_with_the_same_bytes_that_of_the_inbox_is_named(shelf: Shelf) -> None:
    _inboxes(shelf)
    shelf.approve("public", "1", text(1), 10, sha256=content("S"))
    shelf.approve("vip-list", "1", text(1), 20, sha256=content("S"), inboxes=[1])
    assert _named(shelf, (2,), 25) == ("public", "1", "approved", "public"), "by its own approval"
    assert _named(shelf, (1,), 25) == ("vip-list", "1", "approved", "vip-list"), "both may: the newest"
    shelf.approve("public", "2", text(2), 30)
    shelf.approve("vip-list", "2", text(3), 40, inboxes=[1])
    assert _named(shelf, (2,)) == ("public", "1", "replaced", "public")
    assert _named(shelf, (1,)) == ("vip-list", "1", "replaced", "vip-list")
    assert _named(shelf, ()) == ("vip-list", "1", "replaced", "vip-list")
    assert _named(shelf, (1, 2)) == ("public", "1", "replaced", "public"), "the one that all who ask may send"


def test_one_of_which_another_may_be_sent_comes_before_one_for_the_inbox_alone(shelf: Shelf) -> None:
    _inboxes(shelf)
    shelf.approve("now", "1", text(1), 10, sha256=content("S"), inboxes=[1])
    shelf.approve("now", "2", text(2), 20, inboxes=[2])
    shelf.approve("once", "1", text(1), 30, sha256=content("S"), inboxes=[2], expires=500)
    assert _named(shelf, (2,)) == ("now", "1", "replaced", "now")


def test_one_that_was_for_the_inbox_comes_before_a_newer_one_of_another(shelf: Shelf) -> None:
    _inboxes(shelf)
    shelf.approve("eu-list", "1", text(1), 10, sha256=content("S"), inboxes=[2], expires=500)
    shelf.approve("vip-list", "1", text(1), 20, sha256=content("S"), inboxes=[1])
    assert _named(shelf, (2,)) == ("eu-list", "1", "expired", None)
    shelf.approve("any", "1", text(1), 30, sha256=content("S"), expires=600)
    shelf.approve("newest", "1", text(1), 40, sha256=content("S"), inboxes=[1], expires=600)
    assert _named(shelf, (2,)) == ("any", "1", "expired", None), "every inbox is the inbox too"


def test_within_a_document_the_newest_counts_whoever_it_is_for(shelf: Shelf) -> None:
    _inboxes(shelf)
    shelf.approve("list", "1", text(1), 10, sha256=content("S"), inboxes=[2])
    shelf.approve("list", "2", text(1), 20, sha256=content("S"), inboxes=[1])
    assert _named(shelf, (2,)) == ("list", "2", "other-inbox", None)


def test_of_documents_that_lay_at_one_path_that_of_the_inbox_is_meant(desk: Desk) -> None:
    for hours, (name, inboxes) in enumerate((("public", []), ("vip-list", ["vip"]))):
        desk(hours=hours).library.propose("one.pdf", name, "1", inboxes=inboxes)
        desk("sam", hours + 0.5).library.approve(name)
    Path("one.pdf").write_bytes(VALID["pdf"] + b"\n" * 9)
    for inbox, name in (("lab", "public"), ("vip", "vip-list")):
        (found,) = desk(hours=4).library.find("one.pdf", inboxes=[inbox])
        assert found.verdict == "changed"
        assert found.problems[0].message.count(name)


def test_its_own_approval_counts_more_than_that_an_older_version_was_for_the_inbox(shelf: Shelf) -> None:
    _inboxes(shelf)
    shelf.approve("any", "1", text(1), 10, sha256=content("S"))
    shelf.approve("list", "1", text(1), 20, sha256=content("S"), inboxes=[2])
    shelf.approve("list", "2", text(1), 30, sha256=content("S"), inboxes=[1])
    assert _named(shelf, (2,)) == ("any", "1", "approved", "any")
