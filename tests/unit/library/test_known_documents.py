from __future__ import annotations

import pytest

from occ_media_cli.errors import Refused, UsageError
from tests.unit.library.conftest import Desk


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


def test_one_name_is_one_thing(desk: Desk) -> None:
    desk().library.add("guides")
    with pytest.raises(UsageError, match="'Guides' is the name of several documents together"):
        desk().library.propose("one.pdf", "Guides", "1")
    desk().library.propose("one.pdf", "terms", "1")
    with pytest.raises(UsageError, match="'terms' is the name of one document"):
        desk().library.add("guides", name="terms")


@pytest.mark.parametrize("files", [["one.pdf"], ["one.pdf", "sheet.xlsx", "two.pdf"], ["one.pdf", "two.pdf"]])
def test_a_version_is_all_of_its_files(desk: Desk, files: list[str]) -> None:
    desk().library.propose(["one.pdf", "sheet.xlsx"], "a", "1")
    desk("sam", 1).library.approve("a")
    with pytest.raises(Refused, match="approved with other bytes"):
        desk(hours=2).library.propose(files, "a", "1")
    assert desk(hours=2).library.propose(["sheet.xlsx", "one.pdf"], "a", "1").files
