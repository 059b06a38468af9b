"""What the library says of files that somebody holds in the hand, and of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound
from occ_media_cli.library.compare_words import Difference, Pair
from occ_media_cli.library.file_answer import CODES, VERDICTS, FileAnswer, differs
from tests.unit.library.documents import docx, saved_again, text_of

LINES = text_of(100)
EDITED = [LINES[0].replace(LINES[0].split()[3], "4.99"), *LINES[1:]]
NEWER = [LINES[0].replace(LINES[0].split()[3], "5.49"), *LINES[1:]]


class Desk:
    """A store, and a folder from which agents send. Each step happens a minute after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.minute = folder, 0
        (folder / "shelf").mkdir()
        self.as_("dana").inboxes.add("vip")
        self.as_("dana").inboxes.add("retail")

    def as_(self, actor: str) -> OccMedia:
        self.minute += 1
        return OccMedia(self.folder / "s.db", actor=actor, now=f"2026-03-01T10:{self.minute:02}:00Z")

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def approve(self, path: Path, name: str, version: str, **more: Any) -> None:
        self.as_("dana").library.propose(path, name, version, **more)
        self.as_("sam").library.approve(name)

    def find(self, *paths: Path, inboxes: Sequence[str] = ()) -> list[FileAnswer]:
        return list(self.as_("dana").library.find(paths, inboxes=inboxes))

    def verify(self) -> dict[str, str]:
        found = self.as_("dana").library.verify(self.folder / "shelf")
        return {Path(each.shown).name: each.verdict for each in found}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def codes(found: FileAnswer) -> list[str]:
    return [each.code for each in found.problems]


def test_each_answer_is_told_in_words(desk: Desk) -> None:
    old, new = desk.put("shelf/march.docx", docx(EDITED)), desk.put("shelf/april.docx", docx(NEWER))
    desk.approve(old, "prices", "march")
    (found,) = desk.find(old)
    assert (found.verdict, found.may_be_sent, codes(found)) == ("approved", True, ["approved-version"])
    desk.approve(new, "prices", "april")
    other = desk.put("letter.docx", docx(text_of(100, 9)))
    again = desk.put("again.docx", saved_again("docx", docx(NEWER)))
    edited = desk.put("edited.docx", docx([NEWER[0], f"other {NEWER[1]}", *NEWER[2:]]))
    found_old, found_new, found_other, found_again, found_edited = desk.find(old, new, other, again, edited)
    assert [each.verdict for each in (found_old, found_new, found_other, found_again, found_edited)] == [
        "replaced", "approved", "unknown", "changed", "changed",
    ]  # fmt: skip
    assert [each.may_be_sent for each in (found_old, found_new, found_other, found_again, found_edited)] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert found_old.problems[0].message == f"prices march was replaced; april is current and lies at {new}"
    assert found_old.problems[0].help == f"send {new}"
    assert (
        found_again.problems[0].message
        == f"the same words as prices april (approved) in another save; that lies at {new}"
    )
    assert found_edited.problems[0].message.startswith("1 word differs (new: other) from prices april (approved)")
    assert found_edited.problems[0].code == "near-text"


def test_what_waits_ended_or_is_for_others_is_told(desk: Desk) -> None:
    waits = desk.put("waits.docx", docx(text_of(100, 2)))
    proposed = desk.as_("dana").library.propose(waits, "waits", "1")
    ends = desk.put("ends.docx", docx(text_of(100, 3)))
    desk.approve(ends, "ends", "1", expires="2026-03-01T10:30:00Z")
    retired = desk.put("retired.docx", docx(text_of(100, 4)))
    desk.approve(retired, "retired", "1")
    desk.as_("dana").library.retire("retired", "a wrong price")
    vip = desk.put("vip.docx", docx(text_of(100, 5)))
    desk.approve(vip, "for-vip", "1", inboxes=["vip"])
    desk.minute = 30
    found = desk.find(waits, ends, retired, vip, inboxes=["retail"])
    assert [each.verdict for each in found] == ["proposed", "expired", "retired", "other-inbox"]
    assert not any(each.may_be_sent for each in found)
    help_ = found[0].problems[0].help
    assert help_ == f"another person: occ-media --actor NAME library approve {proposed.proposal}"
    assert "was retired (a wrong price); no version of it may be sent now" in found[2].problems[0].message
    assert desk.find(vip, inboxes=["vip"])[0].may_be_sent
    assert desk.find(vip)[0].may_be_sent
    with pytest.raises(NotFound):
        desk.find(vip, inboxes=["vpi"])


def test_a_folder_is_held_to_the_library(desk: Desk) -> None:
    kept = [desk.put(f"shelf/{number}.docx", docx(text_of(100, number))) for number in range(4)]
    for number, path in enumerate(kept):
        desk.approve(path, f"document-{number}", "1")
    assert desk.verify() == {f"{number}.docx": "approved" for number in range(4)}
    kept[0].unlink()
    kept[1].write_bytes(saved_again("docx", docx(text_of(100, 1))))
    kept[2].write_bytes(docx(text_of(100, 77)))
    desk.put("shelf/new.docx", docx(text_of(100, 78)))
    assert desk.verify() == {
        "0.docx": "gone", "1.docx": "changed", "2.docx": "changed", "3.docx": "approved", "new.docx": "unknown",
    }  # fmt: skip
    found = {Path(each.shown).name: each for each in desk.as_("dana").library.verify(desk.folder / "shelf")}
    assert codes(found["2.docx"]) == ["other-content"]
    assert found["1.docx"].problems[0].help.startswith("bring the approved one back here, or propose this one: ")


def test_a_file_that_is_passed_over_is_not_gone(desk: Desk) -> None:
    path = desk.put("shelf/a.docx", docx(LINES))
    desk.approve(path, "a", "1")
    shelf = desk.folder / "shelf"
    assert list(desk.as_("dana").library.verify(shelf, include=["*.pdf"])) == []
    path.rename(desk.folder / "elsewhere.docx")
    path.symlink_to(desk.folder / "elsewhere.docx")
    (found,) = desk.as_("dana").library.verify(shelf)
    assert found.verdict == "gone"
    assert found.problems[0].message == "a 1 is approved and lay here; what is there now is no regular file"


def test_a_retired_file_that_is_gone_is_no_loss(desk: Desk) -> None:
    path = desk.put("shelf/a.docx", docx(LINES))
    desk.approve(path, "a", "1")
    desk.as_("dana").library.retire("a", "over")
    assert desk.verify() == {"a.docx": "retired"}
    path.unlink()
    assert desk.verify() == {}


def test_why_words_were_not_compared_is_said(desk: Desk) -> None:
    desk.approve(desk.put("shelf/a.docx", docx(LINES)), "a", "1")
    (found,) = desk.find(desk.put("blank.png", b"\x89PNG\r\n\x1a\n"))
    assert codes(found) == ["not-in-library", "text-not-compared"]


def test_a_file_that_cannot_be_read_is_told(desk: Desk) -> None:
    desk.approve(desk.put("shelf/a.docx", docx(LINES)), "a", "1")
    (found,) = desk.find(desk.folder / "absent.docx")
    assert (found.verdict, codes(found), found.may_be_sent) == ("not-checked", ["unreadable"], False)


def test_what_is_not_there_is_told_with_what_was_meant(desk: Desk) -> None:
    desk.approve(desk.put("shelf/a.docx", docx(LINES)), "a", "1")
    (found,) = desk.as_("dana").library.verify(desk.folder / "shlef")
    assert (found.verdict, codes(found)) == ("not-checked", ["unreadable"])
    assert "did you mean" in found.problems[0].help
    assert found.problems == desk.find(desk.folder / "shlef")[0].problems


def test_a_proposal_keeps_the_words_of_its_files(desk: Desk) -> None:
    """Whatever `propose` reads is what `find` compares with."""
    path = desk.put("shelf/a.docx", docx(EDITED))
    desk.approve(path, "a", "1")
    (found,) = desk.find(desk.put("b.docx", docx(NEWER)))
    assert found.answer.difference is not None
    assert found.answer.difference.pairs == (Pair("4.99", "5.49"),)


def help_of(found: FileAnswer) -> str:
    return found.problems[0].help


def test_the_help_takes_nothing_from_those_who_have_it(desk: Desk) -> None:
    """An approval ends the one before it: the command names everybody who has the document, and who asks."""
    path, other = desk.put("a.txt", b"one"), desk.put("also.txt", b"more")
    desk.as_("dana").library.propose([path, other], "a", "1", inboxes=["vip"], expires="2026-05-01")
    desk.as_("sam").library.approve("a")
    (found,) = desk.find(path, inboxes=["vip", "retail"])
    assert found.problems[0].message.startswith("a 1 is approved for vip, not for retail; ")
    assert help_of(found) == (
        f"have it approved for retail: occ-media library propose {path} {other} --name a --version 1 --inbox vip"
        " --inbox retail --expires 2026-05-01T00:00:00.000Z"
    )
    (unknown,) = desk.find(desk.put("b.txt", b"two"), inboxes=["retail"])
    assert help_of(unknown).endswith("--name NAME --version V --inbox retail")
    desk.as_("dana").library.retire("a", "over")
    assert help_of(desk.find(path)[0]).endswith(f"propose {path} {other} --name a --version V --inbox vip")
    assert help_of(desk.find(path, inboxes=["retail"])[0]).endswith(" --inbox vip --inbox retail")


def test_the_help_keeps_tags(desk: Desk) -> None:
    desk.as_("dana").inboxes.tag("vip", "gold")
    path = desk.put("a.txt", b"one")
    desk.approve(path, "a", "1", tags=["gold"], expires="2026-03-01T10:30:00Z")
    desk.minute = 30
    assert help_of(desk.find(path, inboxes=["vip"])[0]).endswith("--version V --tag gold")
    assert help_of(desk.find(path, inboxes=["retail"])[0]).endswith("--version V --inbox retail --tag gold")


def test_an_old_version_does_not_end_the_new_one_of_others(desk: Desk) -> None:
    old, new = desk.put("old.txt", b"one"), desk.put("new.txt", b"two")
    desk.approve(old, "a", "1")
    desk.approve(new, "a", "2", inboxes=["vip"])
    (found,) = desk.find(old, inboxes=["retail"])
    assert found.problems[0].message == "a 1 was replaced; 2 is approved for vip, not for retail"
    assert help_of(found) == (
        f"have 2 approved for retail: occ-media library propose {new} --name a --version 2 --inbox vip --inbox retail"
    )


def test_two_approvals_may_cover_those_who_ask(desk: Desk) -> None:
    path = desk.put("a.txt", b"one")
    desk.approve(path, "a", "1", inboxes=["vip"])
    desk.approve(path, "b", "1", inboxes=["retail"])
    assert desk.find(path, inboxes=["vip", "retail"])[0].may_be_sent


def test_no_file_is_named_that_holds_other_bytes(desk: Desk) -> None:
    place = desk.put("shelf/p.txt", b"Coffee 3.50")
    desk.approve(place, "p", "1")
    mine, copy = desk.put("mine.txt", b"Coffee  3.50"), desk.put("copy.txt", b"Coffee 3.50")
    lies, same = desk.find(mine, copy)
    assert (lies.problems[0].message.endswith(f"; that lies at {place}"), help_of(lies)) == (True, f"send {place}")
    assert same.problems[0].message == f"p 1 may be sent; it lies at {place}"
    desk.put("shelf/p.txt", b"Coffee 9.99")
    lay, same = desk.find(mine, copy)
    assert lay.problems[0].message.endswith(f"; that lay at {place}")
    assert help_of(lay).startswith(f"bring 1 back to {place}, or propose this one: ")
    assert same.problems[0].message == f"p 1 may be sent; it lay at {place}"
    place.unlink()
    assert desk.find(mine)[0].problems[0].message.endswith(f"; that lay at {place}")


def test_what_is_proposed_where_an_approved_file_lay_waits(desk: Desk) -> None:
    place = desk.put("shelf/p.txt", b"Coffee 3.50")
    desk.approve(place, "p", "1")
    desk.put("shelf/p.txt", b"Coffee 9.99")
    proposed = desk.as_("dana").library.propose(place, "p", "2")
    (found,) = desk.find(place)
    assert help_of(found) == f"another person: occ-media --actor NAME library approve {proposed.proposal}"
    assert found.problems[0].message.endswith(f"1 is current and lay at {place}")


def test_find_and_verify_say_the_same_of_other_bytes_in_its_place(desk: Desk) -> None:
    place = desk.put("shelf/x.txt", b"short text")
    desk.approve(place, "x", "1")
    desk.put("shelf/x.txt", b"other")
    (found,) = desk.find(place)
    (verified,) = desk.as_("dana").library.verify(desk.folder / "shelf")
    assert found.problems == verified.problems
    assert (found.verdict, codes(found)) == ("changed", ["other-content"])


def test_a_difference_in_words() -> None:
    assert differs(Difference(1, (Pair("4.99", "5.49"),))) == "1 word differs (4.99 → 5.49)"
    assert (
        differs(Difference(9, (Pair("a b", "", True), Pair("", "c")), 3))
        == "9 words differ (left out: a b …; new: c; and 3 more places)"
    )
    assert differs(Difference(40, about=True)) == "about 40 words differ"
    assert (
        differs(Difference(2, (Pair("", "x"), Pair("x", "")), moved=True))
        == "the same words in another order: 2 words differ"
    )
    assert differs(Difference(0, moved=True, least=True)) == "the same words in another order"
    assert differs(Difference(3, least=True)) == "at least 3 words differ"


def test_every_verdict_and_code_is_declared() -> None:
    assert VERDICTS[0] == "approved"
    assert VERDICTS[-1] == "not-checked"
    assert len(set(VERDICTS)) == len(VERDICTS)
    assert all(about.title for about in CODES.values())


def test_an_earlier_moment_says_what_has_ended_since(desk: Desk) -> None:
    path = desk.put("shelf/a.txt", b"one")
    desk.approve(path, "a", "1")
    desk.as_("dana").library.retire("a", "wrong price")
    early = OccMedia(desk.folder / "s.db", actor="dana", now="2026-03-01T10:04:30Z")
    for found in (*early.library.find(path), *early.library.verify(desk.folder / "shelf")):
        assert (found.verdict, codes(found)) == ("approved", ["approved-version", "approval-ended"])
        assert "at the moment asked about only: a 1 was retired (wrong price)" in found.problems[1].message
