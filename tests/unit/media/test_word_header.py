"""Where an old Word document says that its text stands, also where the list of its pieces is cut off or lies."""

from __future__ import annotations

import struct

import pytest

from occ_media_cli.media.readers.word_header import PIECES, PLACES, TextPiece, text_pieces

_PIECE = struct.Struct("<HIH")
ENDS = (0, 5, 9)
WHOLE = (TextPiece(0, 5, 1_000, wide=False), TextPiece(5, 9, 2_000, wide=True))


def header(begin: int, length: int) -> bytes:
    found = bytearray(PLACES + 8 * (PIECES + 1))
    struct.pack_into("<II", found, PLACES + 8 * PIECES, begin, length)
    return bytes(found)


def pieces_list() -> bytes:
    plan = struct.pack("<3I", *ENDS) + _PIECE.pack(0, 0x40000000 | 2_000, 0) + _PIECE.pack(0, 2_000, 0)
    formats = b"\x01\x03\x00abc"
    return formats + b"\x02" + struct.pack("<I", len(plan)) + plan


def test_each_piece_with_its_place_and_width() -> None:
    table = b"before" + pieces_list() + b"behind"
    assert tuple(text_pieces(header(6, len(pieces_list())), table)) == WHOLE


@pytest.mark.parametrize(("cut", "left"), [(1, 1), (8, 1), (9, 0), (16, 0), (28, 0), (32, 0)])
def test_a_list_that_is_cut_off_gives_what_is_there(cut: int, left: int) -> None:
    table = pieces_list()[:-cut]
    assert tuple(text_pieces(header(0, 1_000_000), table)) == WHOLE[:left]


def test_what_is_no_list_has_no_pieces() -> None:
    assert tuple(text_pieces(header(0, 100), b"\x07" + bytes(99))) == ()
    assert tuple(text_pieces(header(0xFFFFFFFF, 0xFFFFFFFF), pieces_list())) == ()
    assert tuple(text_pieces(header(0, 5), b"\x02\0\0\0\0")) == ()
