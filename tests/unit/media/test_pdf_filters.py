"""A stream of a PDF that is larger than there is room for is never taken for a whole one."""

from __future__ import annotations

import zlib

import pytest

from occ_media_cli.media.readers.pdf_filters import PdfFilters

ROOM = 1 << 18


@pytest.mark.parametrize("more", [0, 1, 88, 185, 5_000])
def test_what_the_inflater_holds_back_is_counted(more: int) -> None:
    # So well packed that all of it is taken before there is no more room; readers do not miss the checksum.
    packed = zlib.compress(bytes(ROOM + more))[:-4]
    content, left = PdfFilters().unpack(b"<</Filter /FlateDecode>>", packed, ROOM)
    assert (content, left) == (bytes(ROOM), more)


@pytest.mark.parametrize(("more", "left"), [(0, 0), (88, -1)])
def test_what_is_left_out_before_another_filter_is_told(more: int, left: int) -> None:
    packed = zlib.compress(b"41" * (ROOM // 2) + b"4" * more)[:-4]
    content, told = PdfFilters().unpack(b"<</Filter [/FlateDecode /ASCIIHexDecode]>>", packed, ROOM)
    assert (content, told) == (b"A" * (ROOM // 2), left)
