"""The product's table, as the contract prints it."""

from __future__ import annotations

import pytest

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.types import (
    BY_TYPE,
    DECLARED_AS,
    DECLARES_NOTHING,
    TABLE,
    extension_of,
    extension_rows,
    plain_media_type,
    type_of_declared,
    type_of_extension,
)


def test_the_table_is_the_one_of_the_contract() -> None:
    by_category: dict[str, list[str]] = {}
    for row in TABLE:
        by_category.setdefault(f"{row.category} {row.limit_mb}", []).append(row.type)
    assert {key: sorted(types) for key, types in by_category.items()} == {
        "audio 16": ["aac", "amr", "m4a", "mp3", "ogg"],
        "document 100": ["doc", "docx", "pdf", "ppt", "pptx", "txt", "xls", "xlsx"],
        "image 5": ["gif", "jpg", "png", "webp"],
        "video 16": ["3gp", "mp4"],
    }
    assert [row.type for row in TABLE if not row.receive] == ["gif", "webp"]
    assert all(row.send for row in TABLE)


def test_a_limit_has_two_readings() -> None:
    assert (BY_TYPE["png"].passes_exactly, BY_TYPE["png"].passes_at_most) == (5_000_000, 5_242_880)


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.PDF", "pdf"),
        ("folder.d/a", ""),
        (".pdf", ""),
        ("..pdf", ""),
        ("a.tar.gz", "gz"),
        ("a.", ""),
        ("x.JPEG", "jpeg"),
        ("stra\u00dfe.TXT", "txt"),
        ("x.\u017fvg", "svg"),
    ],
)
def test_an_extension_is_read_without_regard_to_case(name: str, extension: str) -> None:
    assert extension_of(name) == extension


def test_jpeg_is_jpg() -> None:
    assert type_of_extension("jpeg") == "jpg"
    assert type_of_extension("exe") is None
    assert ("jpeg", "jpg", "image", 5, True, True) in extension_rows()
    assert ("webp", "webp", "image", 5, True, False) in extension_rows()


def test_every_type_has_words() -> None:
    assert [row.type for row in TABLE if DESCRIBED[row.type][:2] != (row.category, row.media_type)] == []


def test_the_views_of_the_store_know_the_same_table() -> None:
    from occ_media_cli.store.migrations.m0001_store import FILE_TYPES

    stored = {row[0]: (row[1], row[2], bool(row[3]), bool(row[4])) for row in FILE_TYPES}
    assert stored == {row.type: (row.category, row.limit_mb, row.send, row.receive) for row in TABLE}
    keys = {key: row[0] for row in FILE_TYPES for key in row[5]}
    assert {extension: kind for extension, kind, *_ in extension_rows()}.items() <= keys.items()
    assert {row.media_type: row.type for row in TABLE}.items() <= keys.items()


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("application/x-pdf", "pdf"), ("image/x-png", "png"), ("image/pjpeg", "jpg"), ("application/msexcel", "xls"),
        ("audio/amr-nb", "amr"), ("audio/x-m4a", "m4a"), ("audio/mp3", "mp3"), ("video/x-m4v", "mp4"),
        ("Audio/OGG ; codecs=opus", "ogg"), (" AUDIO/OPUS", "ogg"), ("text/plain; charset=utf-8", "txt"),
        ("application/x-zip-compressed", None), ("application/octet-stream", None), ("", None), ("x", None),
    ],
)  # fmt: skip
def test_a_declared_type_is_read_under_its_usual_names(declared: str, kind: str | None) -> None:
    assert type_of_declared(declared) == kind


def test_no_other_name_of_a_type_is_the_registered_one_of_the_product_too() -> None:
    own = {row.media_type: row.type for row in TABLE}
    for kind, others in DECLARED_AS.items():
        assert len(set(others)) == len(others)
        for said in others:
            assert said == plain_media_type(said)
            assert len(kind) <= 4, "rules cut a type out of their list by four letters"
            assert own.get(said, kind) in (kind, "m4a")
            assert said not in DECLARES_NOTHING
