from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import Refused
from tests.unit.library.conftest import HOUR, START, Desk


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
