"""What follows the end of a file."""

from __future__ import annotations

import pytest

from tests.unit.media.build import VALID, archive, jpg, mp4
from tests.unit.media.looks import codes, errors

ENDED = [kind for kind in VALID if kind != "txt"]
GRAVE = {
    "archive": archive({"evil.sh": b"rm"}),
    "markup": b"\n<html><script>alert(1)</script></html>",
    "program": b"\0\0MZ\x90\0\3",
    "linux": b"\x7fELF\2\1\1",
    "script": b"#!/bin/sh\nrm -r .\n",
    "comment": b"*/=1;alert(1)//",
    "document": b"%PDF-1.4",
    "php": b"some words <?php system($_GET[0]); ?>",
}


@pytest.mark.parametrize("what", GRAVE)
@pytest.mark.parametrize("kind", ENDED)
def test_something_that_runs_behind_the_end_is_an_error(kind: str, what: str) -> None:
    assert errors(VALID[kind] + GRAVE[what], f"a.{kind}")


@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "webp", "pdf", "docx"])
def test_other_bytes_behind_the_end_are_a_warning(kind: str) -> None:
    assert "trailing-data" in codes(VALID[kind] + b"\x8f\x11\x9cgarbage", f"a.{kind}", "send")
    assert errors(VALID[kind] + b"\x8f\x11\x9cgarbage", f"a.{kind}", "send") == []


@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "pdf"])
def test_blanks_behind_the_end_are_nothing(kind: str) -> None:
    assert codes(VALID[kind] + b"\r\n\0\0", f"a.{kind}", "send") == []


def test_what_stands_behind_many_blanks_is_seen() -> None:
    assert "trailing-data" in codes(VALID["png"] + bytes(1_100_000) + b"more", "a.png", "send")


@pytest.mark.parametrize("more", [jpg(), mp4(), b"\0" * 9 + mp4()])
def test_a_motion_photo_is_a_note(more: bytes) -> None:
    assert codes(jpg() + more, "a.jpg") == ["motion-photo"]


def test_an_archive_hidden_in_a_comment_of_a_picture_is_found() -> None:
    assert errors(jpg() + b"padding" * 50 + archive({"a.exe": b"x"}, comment=b"c" * 40), "a.jpg") == ["trailing-data"]


def test_the_tags_of_music_are_no_trailing_data() -> None:
    id3v1 = b"TAG" + b"title".ljust(125, b"\0")
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + b"\0" * 16
    assert codes(VALID["mp3"] + id3v1, "a.mp3") == []
    assert codes(VALID["mp3"] + ape + id3v1, "a.mp3") == []
