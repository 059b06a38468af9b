"""A member that is streamed is held to its directory as one that is unpacked at once."""

from __future__ import annotations

import zlib

import pytest

from occ_media_cli.media.readers.zip_stream import stream_member
from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken
from occ_media_cli.media.source import source_of
from tests.unit.media.test_zipfiles import archive, entry

CONTENT = bytes(range(256)) * 4_000


def streamed(data: bytes, most: int = 2_000_000) -> list[bytes]:
    source = source_of(data)
    held = Archive(source)
    return list(stream_member(source, held, held.entries[0], most))


def test_pieces_are_small_and_make_the_whole() -> None:
    pieces = streamed(archive(entry(b"a", CONTENT, 0)))
    assert b"".join(pieces) == CONTENT
    assert len(pieces) > 3
    assert max(map(len, pieces)) <= 1 << 18


@pytest.mark.parametrize("more", [0, 1, 88, 185, 5_000])
def test_what_the_inflater_holds_back_when_a_piece_is_full_comes_too(more: int) -> None:
    content = bytes((1 << 18) + more)  # so well packed that all of it is taken before the first piece is given
    assert b"".join(streamed(archive(entry(b"a", content, 0)))) == content


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"size": 10}, ZipBroken, "another size"),
        ({"size": 3_000_000}, TooLarge, "3,000,000 bytes"),
        ({"flags": 1}, ZipBroken, "encrypted"),
        ({"method": 12}, ZipBroken, "no office file uses"),
    ],
)
def test_what_the_directory_says_must_hold(change: dict[str, int], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        streamed(archive(entry(b"a", CONTENT, 0, **change)))


def test_one_that_unpacks_to_more_than_it_may_is_stopped_there() -> None:
    source = source_of(archive(entry(b"a", CONTENT, 0, size=10)))
    held = Archive(source)
    taken: list[bytes] = []
    with pytest.raises(TooLarge):
        taken.extend(stream_member(source, held, held.entries[0], 300_000))
    assert sum(map(len, taken)) <= 300_000


def test_a_changed_byte_is_seen() -> None:
    data = bytearray(archive(entry(b"a", CONTENT, 0)))
    at = data.index(zlib.crc32(CONTENT).to_bytes(4, "little"), 100)
    data[at] ^= 1
    with pytest.raises(ZipBroken, match="checksum"):
        streamed(bytes(data))
