"""A folder that agents send from, held to the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from occ_media_cli.library.held_folder import verify_folder
from tests.unit.library.test_file_answer import Desk, desk  # noqa: F401  # a fixture

TERMS, PRICES = b"terms\n", b"prices\n"


def two(desk: Desk) -> Desk:  # noqa: F811
    for name, content in (("terms", TERMS), ("prices", PRICES)):
        desk.approve(desk.put(f"shelf/{name}.txt", content), name, "1")
    return desk


def test_the_bytes_of_another_approved_file_are_changed(desk: Desk) -> None:  # noqa: F811
    """Who sends the terms would send the prices."""
    two(desk)
    assert desk.verify() == {"terms.txt": "approved", "prices.txt": "approved"}
    desk.put("shelf/terms.txt", PRICES)
    assert desk.verify() == {"terms.txt": "changed", "prices.txt": "approved"}
    desk.put("shelf/prices.txt", TERMS)
    assert desk.verify() == {"terms.txt": "changed", "prices.txt": "changed"}
    found = list(desk.as_("dana").library.verify(desk.folder / "shelf"))
    assert not any(each.may_be_sent for each in found)
    assert found[0].problems[0].message == "the bytes of terms 1, not those of prices 1, which lay here"
    assert desk.as_("dana").library.allowed(desk.folder / "shelf/terms.txt"), "these bytes may be sent all the same"


def test_of_two_documents_of_one_place_each_is_looked_for(desk: Desk) -> None:  # noqa: F811
    path = desk.put("shelf/upload.txt", TERMS)
    desk.approve(path, "terms", "1")
    desk.approve(desk.put("shelf/upload.txt", PRICES), "prices", "1")
    found = list(desk.as_("dana").library.verify(desk.folder / "shelf"))
    assert [(each.verdict, each.answer.file and each.answer.file.name) for each in found] == [
        ("approved", "prices"), ("gone", "terms"),
    ]  # fmt: skip
    assert found[1].problems[0].message == "terms 1 is approved and lay here; other bytes are there now"


def test_a_file_whose_place_was_erased_is_gone_where_nothing_has_its_bytes(desk: Desk) -> None:  # noqa: F811
    path = desk.put("shelf/16505551234.txt", TERMS)
    desk.put("shelf/other.txt", PRICES)
    desk.approve(path, "terms", "1")
    desk.approve(desk.folder / "shelf/other.txt", "prices", "1")
    desk.as_("dana").ledger.erase("16505551234", "request 7")
    assert desk.verify() == {"16505551234.txt": "approved", "other.txt": "approved"}
    path.unlink()
    assert desk.verify() == {"other.txt": "approved", "(erased)": "gone"}


def test_without_a_library_nothing_is_gone() -> None:
    class Nothing:
        def jobs(self, paths: list[bytes]) -> list[bytes]:
            return []

    assert not list(verify_folder(Nothing(), b".", None))  # type: ignore[arg-type]


def helps(desk: Desk, **walked: Sequence[str]) -> dict[str, str]:  # noqa: F811
    found = desk.as_("dana").library.verify(desk.folder / "shelf", **walked)
    return {Path(each.shown).name: each.problems[0].help for each in found if each.verdict == "gone"}


def test_a_form_that_is_gone_ends_none_that_lies_there(desk: Desk) -> None:  # noqa: F811
    text, sheet, more = (desk.put(f"shelf/{name}.txt", name.encode()) for name in ("text", "sheet", "more"))
    desk.as_("dana").library.propose([text, sheet, more], "doc", "1", inboxes=["vip"], expires="2026-12-01")
    desk.as_("sam").library.approve("doc")
    text.unlink()
    assert helps(desk) == {
        "text.txt": "bring it back, or propose a new version of what is left: occ-media library propose"
        f" {sheet} {more} --name doc --version V --inbox vip --expires 2026-12-01T00:00:00.000Z"
    }
    sheet.write_bytes(b"other bytes")  # it lies there no more
    assert helps(desk)["text.txt"].endswith(
        f"propose {more} --name doc --version V --inbox vip --expires 2026-12-01T00:00:00.000Z"
    )
    more.unlink()
    assert helps(desk)["text.txt"] == "bring it back, or: occ-media library retire doc --reason TEXT"


def test_what_is_filtered_out_is_not_gone(desk: Desk) -> None:  # noqa: F811
    two(desk)
    (desk.folder / "shelf/old").mkdir()
    desk.approve(desk.put("shelf/old/last.txt", b"last"), "last", "1")
    for name in ("terms.txt", "old/last.txt"):
        (desk.folder / "shelf" / name).unlink()
    assert set(helps(desk)) == {"terms.txt", "last.txt"}
    assert set(helps(desk, exclude=["t*.txt"])) == {"last.txt"}
    assert set(helps(desk, exclude=["old"])) == {"terms.txt"}, "a folder that is excluded is not entered"
    assert set(helps(desk, exclude=[f"{desk.folder}/shelf/old/*"])) == {"terms.txt"}
    assert set(helps(desk, include=["l*"])) == {"last.txt"}
    assert not helps(desk, include=["prices.txt"])


def test_a_file_that_cannot_be_proposed_is_not_to_be_proposed(desk: Desk) -> None:  # noqa: F811
    two(desk)
    deceives = desk.put("shelf/new\nline.txt", b"new")
    found, store = desk.find(deceives, desk.folder / "s.db")
    assert found.problems[0].help == (
        "it cannot be proposed: name-deceptive: its name deceives: it has a control character (U+000A);"
        " rename it to what it is"
    )
    assert store.problems[0].help.startswith("it cannot be proposed: unsupported-type: ")
    (changed,) = desk.find(desk.put("shelf/terms.txt", b"\0\1\2"))
    assert (changed.verdict, changed.problems[0].help) == ("changed", "bring the approved one back")
