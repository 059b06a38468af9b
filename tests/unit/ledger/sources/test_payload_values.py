"""Moments, ids, sizes and names as payloads of platforms write them."""

from __future__ import annotations

from typing import Any

import pytest

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources.file_names import bare_name, linked_name, name_of, numbered
from occ_media_cli.ledger.sources.payload_values import from_precise_seconds, from_seconds, id_of, objects_of, size_of


@pytest.mark.parametrize(
    ("stamp", "ms"),
    [
        ("1531763348.000123", 1_531_763_348_000), ("1531763348.999999", 1_531_763_348_999), ("1531763348.1", 1_531_763_348_100),
        ("1531763348", 1_531_763_348_000), (1_531_763_348, 1_531_763_348_000), ("1531763348.000001", 1_531_763_348_000),
    ],
)  # fmt: skip
def test_digits_finer_than_milliseconds_are_cut(stamp: Any, ms: int) -> None:
    assert from_precise_seconds(stamp, "ts") == ms


@pytest.mark.parametrize(
    "stamp", ["", "1.", ".5", "-1", "1e9", "1531763348.0001234567", "１５", True, 1.5, None, [], -1, 10**12]
)
def test_what_is_no_moment_is_refused(stamp: Any) -> None:
    for read in (from_seconds, from_precise_seconds):
        with pytest.raises(Unfit, match="is not a number of seconds"):
            read(stamp, "ts")


@pytest.mark.parametrize("stamp", [0, "0", 46_024])
def test_a_moment_of_1970_is_none(stamp: Any) -> None:
    for read in (from_seconds, from_precise_seconds):
        with pytest.raises(Unfit, match="in the year 1970"):
            read(stamp, "ts")


def test_ids_are_texts_and_whole_numbers() -> None:
    values: tuple[Any, ...] = (5, "a", 2**60, "", True, 1.5, None, [])
    assert [id_of(value) for value in values] == ["5", "a", str(2**60), *[None] * 5]


def test_sizes_and_lists_are_what_they_are_or_refused() -> None:
    assert size_of({"size": "700"}, "size") == 700
    assert size_of({}, "size") is None
    assert objects_of({"a": [{}, 5]}, "a") == [{}]
    wrong: tuple[Any, ...] = (-1, "many", True, [], 2**60)
    for value in wrong:
        with pytest.raises(Unfit):
            size_of({"size": value}, "size")
    with pytest.raises(Unfit, match="a is not a list"):
        objects_of({"a": {}}, "a")


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("a.pdf", "a.pdf"), ("../../a.pdf", "a.pdf"), ("C:\\Users\\Ada\\a.pdf", "a.pdf"), ("a/b/", "b"), ("a\0b\n.pdf", "ab.pdf"),
        ("..", None), (".", None), ("/", None), ("", None), (None, None), (" \t ", None), ("\u202egpj.exe", "\u202egpj.exe"),
    ],
)  # fmt: skip
def test_a_name_is_the_last_part_without_what_no_screen_shows(stated: str | None, name: str | None) -> None:
    assert bare_name(stated) == name


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://x.example/a%20b.jpg?token=secret#c", "a b.jpg"), ("https://x.example/a%2F..%2Fb.jpg", "b.jpg"),
        ("https://x.example/download", None), ("https://x.example/.jpg", None), ("https://x.example/a.", None),
        ("https://[broken", None), ("", None), (None, None), ("https://x.example/%ff.jpg", "\ufffd.jpg"),
    ],
)  # fmt: skip
def test_a_link_gives_a_name_where_its_path_has_an_ending(link: str | None, name: str | None) -> None:
    assert linked_name(link) == name


def test_without_a_name_the_id_has_the_ending_of_what_is_stated() -> None:
    assert name_of("7", None, declared="audio/ogg; codecs=opus", ending="mp3") == "7.ogg"
    assert name_of("7", None, ending="mp3") == "7.mp3"
    assert name_of("7", None, declared="application/x-weird+thing", ending="mp3") == "7"
    assert name_of("7", "..", link="https://x.example/a.gif") == "a.gif"
    assert (numbered("7", 1), numbered("7", 2)) == (["7"], ["7#1", "7#2"])
