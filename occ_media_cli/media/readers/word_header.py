"""Where the header of an old Word document says that things stand ([MS-DOC] 2.5): parts of its table, names, text."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

ASSOCIATED, PIECES = 32, 33
"""Parts of the table by their place in the header (FibRgFcLcb97): names that belong to the document, pieces of text."""

PLACES = 0x9A
"""Where the header begins to tell of the parts: eight bytes each."""

_MOST_PIECES = 100_000


class TextPiece(NamedTuple):
    """Characters `first` to `last` of a document. start: where they stand in its stream; wide: two bytes each."""

    first: int
    last: int
    start: int
    wide: bool


def table_place(header: bytes, number: int) -> tuple[int, int]:
    """(where a part of the table begins, its bytes)."""
    begin, length = struct.unpack_from("<II", header, PLACES + 8 * number)
    return int(begin), int(length)


def text_pieces(header: bytes, table: bytes | bytearray) -> Iterator[TextPiece]:
    """The pieces that make up the text, in its order; as far as their list goes ([MS-DOC] 2.4.1)."""
    at, length = table_place(header, PIECES)
    stop = min(at + length, len(table))
    while at + 3 <= stop and table[at] == 1:  # formats that saving quickly left behind
        at += 3 + int.from_bytes(table[at + 1 : at + 3], "little")
    if at + 5 > stop or table[at] != 2:
        return
    count = min((int.from_bytes(table[at + 1 : at + 5], "little") - 4) // 12, _MOST_PIECES)
    at += 5
    for number in range(count):
        told = at + 4 * (count + 1) + 8 * number
        if told + 8 > stop:
            return
        first, last = struct.unpack_from("<II", table, at + 4 * number)
        place = int.from_bytes(table[told + 2 : told + 6], "little")
        wide = not place & 0x40000000
        yield TextPiece(first, last, place if wide else (place & 0x3FFFFFFF) // 2, wide)
