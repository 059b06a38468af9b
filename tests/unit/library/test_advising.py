"""What a help proposes in the place of a version: each form of the document by its own type, and none of them lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.library.documents import docx, pptx, saved_again, text_of
from tests.unit.library.test_file_answer import Desk, desk  # noqa: F401  # a fixture

LINES = text_of(100)
WORD, SAVE = docx(LINES), saved_again("docx", docx(LINES))
PLAIN, PLAIN_SAVE = "\n".join(LINES).encode(), "\n\n".join(LINES).encode()


def shelf(desk: Desk, *types: str) -> list[Path]:  # noqa: F811
    contents = {"docx": WORD, "txt": PLAIN}
    return [desk.put(f"shelf/p.{each}", contents[each]) for each in types]


def approve(desk: Desk, files: list[Path], version: str) -> None:  # noqa: F811
    desk.as_("dana").library.propose(files, "p", version)
    desk.as_("sam").library.approve("p")


@pytest.mark.parametrize("types", [("docx", "txt"), ("txt", "docx")])
def test_a_save_takes_the_place_of_the_form_of_its_own_type(desk: Desk, types: tuple[str, str]) -> None:  # noqa: F811
    approve(desk, shelf(desk, *types), "1")
    word, plain = desk.put("p2.docx", SAVE), desk.put("p2.txt", PLAIN_SAVE)
    for found, own, other in zip(desk.find(word, plain), ("docx", "txt"), ("txt", "docx"), strict=True):
        assert found.problems[0].help == f"send {desk.folder}/shelf/p.{own}"
        assert found.answer.renewal.beside == (f"{desk.folder}/shelf/p.{other}",)


def test_one_of_a_type_that_the_document_has_not_takes_no_place(desk: Desk) -> None:  # noqa: F811
    approve(desk, shelf(desk, "txt"), "1")
    (found,) = desk.find(desk.put("p2.pptx", pptx(LINES)))
    assert found.answer.how == "same-text"
    assert found.answer.renewal.beside == (f"{desk.folder}/shelf/p.txt",)


@pytest.mark.parametrize("how", ["retired", "expired"])
def test_after_an_end_the_help_names_every_file(desk: Desk, how: str) -> None:  # noqa: F811
    files = shelf(desk, "docx", "txt")
    desk.as_("dana").library.propose(files, "p", "1", expires="2026-03-01T10:20:00Z" if how == "expired" else None)
    desk.as_("sam").library.approve("p")
    desk.minute = 30
    if how == "retired":
        desk.as_("dana").library.retire("p", "over")
    plain, save = desk.find(files[1], desk.put("p2.docx", SAVE))
    assert (plain.verdict, save.verdict) == (how, "changed")
    for found, given, other in ((plain, files[1], files[0]), (save, "p2.docx", files[1])):
        assert str(given) in found.problems[0].help
        assert str(other) in found.problems[0].help
        assert "--expires" not in found.problems[0].help


def test_a_form_whose_place_was_erased_is_no_word_to_paste(desk: Desk) -> None:  # noqa: F811
    word, plain = shelf(desk, "docx", "txt")
    named = word.rename(word.with_name("16505551234.docx"))
    approve(desk, [named, plain], "1")
    desk.as_("dana").ledger.erase("16505551234", "request 7")
    (found,) = desk.find(desk.put("p2.txt", PLAIN_SAVE))
    desk.as_("dana").library.retire("p", "over")
    (found,) = desk.find(desk.put("p2.txt", PLAIN_SAVE))
    assert found.problems[0].help.endswith("p2.txt FILE --name p --version V")


def test_a_tag_that_no_inbox_has_any_more_is_not_in_the_help(desk: Desk) -> None:  # noqa: F811
    """A proposal that names it is refused."""
    desk.as_("dana").inboxes.tag("retail", "shop")
    path = desk.put("a.txt", b"one")
    desk.approve(path, "a", "1", tags=["shop"])
    desk.as_("dana").library.retire("a", "over")
    assert desk.find(path)[0].problems[0].help.endswith("--version V --tag shop")
    desk.as_("dana").inboxes.untag("retail", "shop")
    assert desk.find(path, inboxes=["vip"])[0].problems[0].help.endswith("--version V --inbox vip")
    assert desk.find(path)[0].problems[0].help.endswith("--version V --inbox NAME")


def test_a_path_that_begins_as_an_option_is_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.chdir(desk.folder)
    desk.put("-rf.txt", b"one")
    (found,) = desk.find(Path("-rf.txt"))
    assert "library propose ./-rf.txt --name" in found.problems[0].help
