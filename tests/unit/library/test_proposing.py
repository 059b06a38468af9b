from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.library import proposed_files
from tests.unit.library.conftest import START, Desk


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


@pytest.mark.parametrize("name", ["", " a", "a/", "/a", "a//b", "a/../b", "x" * 201, "a\u202eb", "a\nb", "(erased 1)"])
def test_what_is_no_name(desk: Desk, name: str) -> None:
    with pytest.raises(UsageError, match="nothing was changed"):
        desk().library.propose("one.pdf", name, "1")


@pytest.mark.parametrize("label", ["", "a/b", "x" * 65, "1 ", "\u200b1"])
def test_what_is_no_version(desk: Desk, label: str) -> None:
    with pytest.raises(UsageError, match="nothing was changed"):
        desk().library.propose("one.pdf", "a", label or " ")


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_a_reason_that_says_nothing_opens_no_past(desk: Desk, blank: str) -> None:
    desk(hours=2).library.propose("one.pdf", "a", "1")
    for call in (
        lambda: desk(hours=1).library.propose("two.pdf", "a", "2", backdate=blank),
        lambda: desk(hours=1).library.add(["two.pdf"], name="a", label="2", backdate=blank),
        lambda: desk("sam", 3).library.approve("a", backdate=blank),
        lambda: desk(hours=1).library.retire("a", "wrong", backdate=blank),
        lambda: desk(hours=1).library.retire("a", blank),
    ):
        with pytest.raises(UsageError, match="the reason is empty; nothing was changed"):
            call()
    assert [row.state for row in desk(hours=3).library.list()] == ["proposed"]


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


def test_too_many_files_are_to_be_taken_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposed_files, "MOST_FILES", 1)
    Path("flat").mkdir()
    for name in ("a.txt", "b.txt"):
        Path("flat", name).write_text(name)
    with pytest.raises(UsageError, match="more than 1 files") as refused:
        desk().library.add("flat")
    assert refused.value.topic == ("library-parts", "flat", "flat")
    Path("flat/deep").mkdir()
    Path("flat/b.txt").rename("flat/deep/b.txt")
    with pytest.raises(UsageError, match="more than 1 files") as refused:
        desk().library.add("flat")
    assert "the folders in it one by one" in str(refused.value.hint)
