"""What a file tells is seen, counted and named; a place is a finding."""

from __future__ import annotations

import pytest

from occ_media_cli.media.source import source_of
from occ_media_cli.safety.metadata.codes import CODES
from occ_media_cli.safety.metadata.look import find_metadata
from tests.unit.media import build
from tests.unit.safety import telling_files


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("jpg", {"author", "location", "thumbnail", "xmp", "iptc", "comment", "further_pictures"}),
        ("png", {"author", "location", "dates"}),
        ("gif", {"comment", "xmp", "trailing_data"}),
        ("mp4", {"location", "author", "dates"}),
        ("mp3", {"tags", "author"}),
        ("ogg", {"tags", "author"}),
        ("docx", {"author", "company", "manager", "tracked_changes", "comments", "hidden_text", "absolute_paths"}),
        ("xlsx", {"author", "hidden_sheets", "absolute_paths"}),
        ("pptx", {"author", "hidden_slides", "people", "absolute_paths"}),
        ("xls", {"author", "comments"}),
        ("ppt", {"author", "last_modified_by"}),
        ("pdf", {"author", "xmp", "comments", "earlier_versions", "private_data"}),
    ],
)
def test_facts_of_each_kind(kind: str, facts: set[str]) -> None:
    looked = find_metadata(source_of(telling_files.FILES[kind](), kind), kind)
    assert facts <= {name for name, _ in looked.facts}
    assert looked.unread == ()


@pytest.mark.parametrize(
    ("kind", "where"),
    [("jpg", "EXIF"), ("png", "eXIf"), ("mp4", "udta box"), ("docx", "word/media/image1.jpeg"), ("pdf", "XMP")],
)
def test_a_place_is_a_finding_that_says_where(kind: str, where: str) -> None:
    found = find_metadata(source_of(telling_files.FILES[kind](), kind), kind).found
    assert {each.code for each in found} == set(CODES)
    assert where in {each.where for each in found}


@pytest.mark.parametrize("kind", sorted(telling_files.PLAIN))
def test_a_file_that_tells_nothing(kind: str) -> None:
    assert find_metadata(source_of(telling_files.PLAIN[kind](), kind), kind) == ((), (), ())


def test_no_value_leaves_the_look() -> None:
    for kind, make in telling_files.FILES.items():
        assert "Zita" not in repr(find_metadata(source_of(make(), kind), kind))


def test_a_type_that_is_not_known_is_unread() -> None:
    assert find_metadata(source_of(build.wav()), "wav").unread
    assert find_metadata(source_of(build.wav()), None).unread


def test_numbers_are_counted() -> None:
    facts = dict(find_metadata(source_of(telling_files.docx()), "docx").facts)
    assert (facts["tracked_changes"], facts["comments"], facts["hidden_text"]) == (2, 1, 1)
