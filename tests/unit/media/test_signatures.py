"""What would run or open is seen exactly where it stands, whatever its first bytes."""

from __future__ import annotations

import pytest

from occ_media_cli.media.readers.signatures import runs_at

BEGINNINGS = (
    b"\x7fELF\x02\x01", b"PK\x03\x04\x14\0", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\0", b"MSCF\0\0\0\0",
    b"\x28\xb5\x2f\xfd", b"xar!\0\x1c", b"!<arch>\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xca\xfe\xba\xbe\0\0", b"L\0\0\0\x01\x14\x02\0", b"#!/", b"#! /",
    b"\0asm\x01\0\0\0", b"This program cannot be run", b"MZ\x90\0", b"MZ" + bytes(70) + b"PE\0\0", b"\x1f\x8b\x08\0",
    b"BZh91AY&SY", b"\x04\x22\x4d\x18", b"dex\n035", b"0707010", b"CWS\x09abc\0", b"FWS\x09abc\0", b"ZWS\x0dabc\0",
)  # fmt: skip


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_what_runs_is_seen_where_it_stands_and_not_a_byte_beside(beginning: bytes) -> None:
    data = b"\xff\xfb\x90" + beginning + b"\xff\xfe" * 40
    assert runs_at(data, 3)
    assert not runs_at(data, 2)
    assert not runs_at(data, len(data) - 40)


@pytest.mark.parametrize("mark", [b"ustar\x0000", b"ustar  \0"])
def test_an_archive_of_tape_is_seen_by_its_mark(mark: bytes) -> None:
    assert runs_at(b"\xff" + bytes((200,)) * 257 + mark, 1)
    assert not runs_at(bytes((200,)) * 257 + b"u" + mark, 0)
