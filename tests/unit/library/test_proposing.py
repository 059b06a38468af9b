from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import NotFound, Refused, UsageError
from tests.unit.library.conftest import HOUR, START, Desk


def test_a_proposal_lets_nobody_send(desk: Desk) -> None:
    found = desk().library.propose(["one.pdf", "sheet.xlsx"], "price-list", "2026-11", inboxes=["vip"])
    assert found.proposal is not None
    assert [(file.document, file.type, Path(file.path).name) for file in found.files] == [
        ("price-list", "pdf", "one.pdf"), ("price-list", "xlsx", "sheet.xlsx"),
    ]  # fmt: skip
    assert desk(hours=1).library.allowed("one.pdf") == ()
    listed = desk(hours=1).library.list()
    assert {(row.state, row.inboxes, row.approved_by) for row in listed} == {("proposed", (("vip", None),), None)}


@pytest.mark.parametrize("name", ["bad.pdf", "empty.pdf", "gone.pdf"])
def test_a_file_that_may_not_be_sent_stops_a_proposal_and_is_named(desk: Desk, name: str) -> None:
    found = desk().library.propose(["one.pdf", name], "price-list", "1")
    assert (found.proposal, found.files) == (None, ())
    assert [refused.path for refused in found.refused] == [name]
    assert found.refused[0].unreadable == (name == "gone.pdf")
    assert desk().library.list() == ()


def test_a_link_is_no_file(desk: Desk) -> None:
    desk()
    Path("link.pdf").symlink_to("one.pdf")
    assert desk().library.propose("link.pdf", "price-list", "1").proposal is None


def test_a_folder_is_added_file_by_file(desk: Desk) -> None:
    Path("guides/bad.exe").write_bytes(b"MZ")
    Path("guides/again.pdf").symlink_to("One.pdf")
    found = desk().library.add("guides", tags=["retail"])
    assert [file.document for file in found.files] == ["guides/One.pdf", "guides/deep/two.pdf"]
    assert [refused.path for refused in found.refused] == ["guides/bad.exe"]
    assert (found.name, found.version, found.skipped_links) == ("guides", "2026-01-10", 1)
    desk("sam", 1).library.approve("guides")
    assert desk("sam", 1).library.allowed("guides/One.pdf", inbox="vip")
    assert not desk("sam", 1).library.allowed("guides/One.pdf", inbox="lab")


def test_what_is_approved_as_it_is_is_not_proposed_again_and_what_is_gone_is_told(desk: Desk) -> None:
    desk().library.add("guides")
    desk("sam", 1).library.approve("guides")
    Path("guides/One.pdf").unlink()
    Path("guides/deep/new.pdf").write_bytes(Path("two.pdf").read_bytes())
    found = desk(hours=2).library.add("guides")
    assert [file.document for file in found.files] == ["guides/deep/new.pdf"]
    assert (found.unchanged, found.gone) == (1, ("guides/One.pdf",))
    again = desk(hours=3).library.add("guides", expires=START + 90 * HOUR)
    assert [file.document for file in again.files] == ["guides/deep/new.pdf", "guides/deep/two.pdf"], "another end"


def test_a_second_change_of_a_day_has_a_version_of_its_own(desk: Desk) -> None:
    desk().library.add("guides")
    desk("sam", 1).library.approve("guides")
    Path("guides/One.pdf").write_bytes(Path("two.pdf").read_bytes())
    assert desk(hours=2).library.add("guides").version == "2026-01-10.2"
    with pytest.raises(Refused, match=r"version 2026-01-10 of 'guides/One.pdf' is approved with other bytes"):
        desk(hours=2).library.add("guides", label="2026-01-10")


def test_a_version_with_other_bytes_is_refused_and_with_the_same_it_is_a_renewal(desk: Desk) -> None:
    desk().library.propose("one.pdf", "Price-List", "1")
    assert not desk().library.propose("two.pdf", "price-list", "1").refused, "nobody approved it yet"
    newest = desk().library.propose("one.pdf", "price-list", "1").proposal
    desk("sam", 1).library.approve(str(newest))
    with pytest.raises(Refused, match="approved with other bytes"):
        desk(hours=2).library.propose("two.pdf", "price-list", "1")
    renewed = desk(hours=2).library.propose("one.pdf", "PRICE-LIST", "1", inboxes=["vip"])
    assert [(file.document, file.renews) for file in renewed.files] == [("Price-List", True)], "as it was written first"
    assert desk(hours=2).library.allowed("one.pdf", inbox="lab"), "until somebody approves"
    desk("sam", 3).library.approve("price-list")
    assert not desk(hours=3).library.allowed("one.pdf", inbox="lab")
    assert desk(hours=3).library.allowed("one.pdf", inbox="vip")


@pytest.mark.parametrize("name", ["", " a", "a/", "/a", "a//b", "a/../b", "x" * 201, "a\u202eb", "a\nb", "(erased 1)"])
def test_what_is_no_name(desk: Desk, name: str) -> None:
    with pytest.raises(UsageError, match="nothing was changed"):
        desk().library.propose("one.pdf", name, "1")


@pytest.mark.parametrize("label", ["", "a/b", "x" * 65, "1 ", "\u200b1"])
def test_what_is_no_version(desk: Desk, label: str) -> None:
    with pytest.raises(UsageError, match="nothing was changed"):
        desk().library.propose("one.pdf", "a", label or " ")


def test_an_unknown_inbox_or_tag_a_folder_and_a_past_end(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"no inbox 'vpi', did you mean 'vip'\?"):
        desk().library.propose("one.pdf", "a", "1", inboxes=["vpi"])
    with pytest.raises(NotFound, match=r"no inbox has the tag 'retial', did you mean 'retail'\?"):
        desk().library.propose("one.pdf", "a", "1", tags=["retial"])
    with pytest.raises(UsageError, match="guides is a folder"):
        desk().library.propose("guides", "a", "1")
    with pytest.raises(UsageError, match="is not after"):
        desk().library.propose("one.pdf", "a", "1", expires=START)
    assert desk().library.list() == ()


def test_one_name_is_one_thing(desk: Desk) -> None:
    desk().library.add("guides")
    with pytest.raises(UsageError, match="'Guides' is the name of several documents together"):
        desk().library.propose("one.pdf", "Guides", "1")
    desk().library.propose("one.pdf", "terms", "1")
    with pytest.raises(UsageError, match="'terms' is the name of one document"):
        desk().library.add("guides", name="terms")


def test_a_change_before_the_newest_of_its_document_needs_a_reason(desk: Desk) -> None:
    desk(hours=5).library.propose("one.pdf", "a", "1")
    with pytest.raises(Refused, match="'a' was last changed"):
        desk(hours=4).library.propose("two.pdf", "a", "2")
    assert desk(hours=4).library.propose("two.pdf", "b", "2").proposal
    assert desk(hours=4).library.propose("two.pdf", "a", "2", backdate="it was so").proposal


@pytest.mark.parametrize("files", [["one.pdf"], ["one.pdf", "sheet.xlsx", "two.pdf"], ["one.pdf", "two.pdf"]])
def test_a_version_is_all_of_its_files(desk: Desk, files: list[str]) -> None:
    desk().library.propose(["one.pdf", "sheet.xlsx"], "a", "1")
    desk("sam", 1).library.approve("a")
    with pytest.raises(Refused, match="approved with other bytes"):
        desk(hours=2).library.propose(files, "a", "1")
    assert desk(hours=2).library.propose(["sheet.xlsx", "one.pdf"], "a", "1").files
