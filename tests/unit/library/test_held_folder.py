"""A folder that agents send from, held to the library."""

from __future__ import annotations

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
