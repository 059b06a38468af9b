"""What an OLE package holds, as whoever unpacks it and whoever judges it must both see it."""

from __future__ import annotations

import struct

import pytest

from occ_media_cli.media.readers.ole_package import is_package_stream, read_odd_package, read_package
from occ_media_cli.media.unpack.compound import _packaged
from tests.unit.media.build import compound
from tests.unit.safety.active.made import codes, native

FILE = b"MZ\x90\0 the bytes of a program"
PATH = b"C:\\Temp\\a.txt"
BEHIND_LENGTH = b"\2\0a.txt\0" + PATH + b"\0\0\0\3\0"


def made(*, copy: bytes = PATH, content: bytes = FILE, size: int | None = None, length: bool = True) -> bytes:
    inside = BEHIND_LENGTH + struct.pack("<I", len(copy)) + copy
    inside += struct.pack("<I", len(content) if size is None else size) + content
    return (struct.pack("<I", len(inside)) if length else b"") + inside


@pytest.mark.parametrize(
    ("stream", "content"),
    [
        (made(), FILE),
        (native("a.txt", FILE), FILE),
        (made(copy=b""), FILE),
        (made(copy=PATH + b"\0"), FILE),
        (made(length=False), FILE),
        (made().replace(b"a.txt\0", b"x\0", 1)[4:], FILE),
        (made() + b"\0" * 9, FILE),
        (made(size=len(FILE) + 500), FILE),
        (made().replace(b"a.txt\0", b"a" * 2_000 + b"\0", 1), FILE),
        (b"\0\0\0\0" + made()[4:], FILE),
    ],
    ids=["as documented", "as of Windows", "without a copy", "a copy with its NUL", "without the length",
         "a short label without the length", "with more behind it", "cut off", "a long label", "a wrong length"],
)  # fmt: skip
def test_both_readers_see_one_file(stream: bytes, content: bytes) -> None:
    found = read_package(stream)
    assert found is not None
    assert found.content == content
    assert found.linked is False
    assert list(_packaged("s", stream)) == [("s/file", content)]
    assert "embedded-program" in codes(compound({"\x01Ole10Native": stream}))


def test_a_link_has_no_bytes_and_what_stands_there_is_looked_at_all_the_same() -> None:
    stream = made().replace(b"\0\0\3\0", b"\0\0\1\0")
    found = read_package(stream)
    assert found is not None
    assert (found.linked, found.content) == (True, b"")
    assert list(_packaged("s", stream)) == [("s/file", stream[4:])]


def test_other_flags_hide_no_file_from_whoever_unpacks() -> None:
    stream = made().replace(b"\2\0a", b"\7\0a")
    assert read_package(stream) is None
    assert read_odd_package(stream) == read_package(made())
    assert list(_packaged("s", stream)) == [("s/file", FILE)]


@pytest.mark.parametrize("stream", [b"", b"\t\0\0\0a picture", made()[:9], b"\0" * 40])
def test_what_is_no_package_is_given_as_it_is(stream: bytes) -> None:
    assert read_package(stream) is None
    ((_, content),) = _packaged("s", stream)
    assert content in (stream[4:], b"")


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [("\x01Ole10Native", b"", True), ("OLE10NATIVE", b"", True), ("Package", b"\2\0", True), ("Package", b"PK", False),
     ("Contents", b"\2\0", False)],
)  # fmt: skip
def test_the_streams_that_hold_one(name: str, content: bytes, wanted: bool) -> None:
    assert is_package_stream(name, content) is wanted
