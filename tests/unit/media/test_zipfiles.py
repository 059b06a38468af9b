"""Archives that contradict themselves are refused, each for its own reason; odd but honest ones are read."""

from __future__ import annotations

import struct
import zlib

import pytest

from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken
from occ_media_cli.media.source import source_of


def entry(name: bytes, content: bytes, offset: int, **change: int) -> tuple[bytes, bytes]:
    """(local header with content, line of the directory)."""
    packed = zlib.compress(content)[2:-4]
    field = {"method": 8, "flags": 0, "packed": len(packed), "size": len(content), "offset": offset} | change
    crc = zlib.crc32(content)
    local = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, field["flags"], field["method"], 0, 0, crc, len(packed), len(content), len(name), 0
    )
    line = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, field["flags"], field["method"], 0, 0, crc, field["packed"], field["size"],
        len(name), 0, 0, 0, 0, 0, field["offset"],
    )  # fmt: skip
    return local + name + packed, line + name


def end(count: int, length: int, start: int, comment: bytes = b"", disk: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", disk, 0, count, count, length, start, len(comment)) + comment


def archive(*entries: tuple[bytes, bytes], comment: bytes = b"", disk: int = 0) -> bytes:
    body = b"".join(local for local, _ in entries)
    directory = b"".join(line for _, line in entries)
    return body + directory + end(len(entries), len(directory), len(body), comment, disk)


def read(data: bytes, name: bytes = b"a", most: int = 1000) -> bytes:
    return Archive(source_of(data)).read(name, most)


def test_a_member_is_read() -> None:
    assert read(archive(entry(b"a", b"hello", 0))) == b"hello"
    assert read(archive(entry(b"a", b"hello", 0), comment=b"a comment")) == b"hello"


def test_names_are_found_without_regard_to_case() -> None:
    found = Archive(source_of(archive(entry(b"Word/A.xml", b"x", 0))))
    assert found.find_member(b"word/a.XML") == b"Word/A.xml"
    assert found.find_member(b"other") is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"flags": 1}, "encrypted"),
        ({"method": 12}, "packed in a way"),
        ({"size": 4}, "another size"),
        ({"packed": 90_000}, "directory"),
    ],
)
def test_a_member_that_is_not_as_its_directory_says(change: dict[str, int], why: str) -> None:
    with pytest.raises(ZipBroken, match=why):
        read(archive(entry(b"a", b"hello", 0, **change)))


def test_a_member_that_is_not_where_its_directory_says() -> None:
    with pytest.raises(ZipBroken, match="directory"):
        read(archive(entry(b"a", b"hello" * 20, 3)))


def test_a_member_larger_than_asked_for_is_not_unpacked() -> None:
    with pytest.raises(TooLarge):
        read(archive(entry(b"a", b"x" * 2000, 0)))
    with pytest.raises(ZipBroken, match="another size"):
        read(archive(entry(b"a", b"x" * 2000, 0, size=900)))


def test_a_name_that_differs_between_header_and_directory() -> None:
    local, line = entry(b"a", b"hello", 0)
    with pytest.raises(ZipBroken, match="another name"):
        read(archive((local.replace(b"a", b"b", 1), line)))


def test_two_members_of_one_name_are_refused_when_one_is_read() -> None:
    first = entry(b"a", b"one", 0)
    second = entry(b"a", b"two", len(first[0]))
    with pytest.raises(ZipBroken, match="one name"):
        read(archive(first, second))


def test_members_that_share_bytes() -> None:
    first = entry(b"a", b"one" * 30, 0)
    with pytest.raises(ZipBroken, match="share bytes"):
        Archive(source_of(archive(first, entry(b"b", b"two", 4))))


def test_a_cut_or_split_archive() -> None:
    whole = archive(entry(b"a", b"hello", 0), comment=b"c" * 50)
    for data, why in (
        (whole[:-10], "comment"),
        (whole[:20], "no directory"),
        (archive(entry(b"a", b"hello", 0), disk=1), "several"),
        (whole.replace(b"PK\1\2", b"PK\1\3"), "directory"),
        (end(3, 10, 0), "outside"),
    ):
        with pytest.raises(ZipBroken, match=why):
            Archive(source_of(data))


def test_rubbish_where_a_member_should_be() -> None:
    local, line = entry(b"a", b"hello", 0)
    with pytest.raises(ZipBroken, match="cannot be unpacked"):
        read(archive((local[:31] + b"\xff" * (len(local) - 31), line)))


def test_the_large_form_of_an_archive_is_read() -> None:
    local, line = entry(b"a", b"hello", 0)
    extra = struct.pack("<HHQQ", 1, 16, 5, len(local) - 31)
    large = bytearray(line[:-1])
    large[20:28] = b"\xff" * 8
    large[30:32] = struct.pack("<H", len(extra))
    directory = bytes(large) + b"a" + extra
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), len(local))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
    whole = local + directory + record + locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    assert read(whole) == b"hello"


def test_something_in_front_of_an_archive_shifts_it() -> None:
    found = Archive(source_of(b"front" + archive(entry(b"a", b"hello", 0))))
    assert (found.shift, found.read(b"a", 100)) == (5, b"hello")
