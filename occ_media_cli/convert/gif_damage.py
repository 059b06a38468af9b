"""The codes of a GIF followed to their end: the pixels that they make must be as many as each picture has."""

from __future__ import annotations

from occ_media_cli.media.kinds.gif import after_sub_blocks, palette_length
from occ_media_cli.media.readers.gif_codes import count_pixels
from occ_media_cli.media.source import FileSource

MOST_FOLLOWED = 40_000_000
"""Bytes of codes that are followed; they take 0.4 s for each million."""


def find_gif_damage(source: FileSource) -> str | None:
    """What is wrong with the pictures of a GIF; None where each has its pixels."""
    data, size = source.data, source.size
    at = 13 + palette_length(data[10])
    left = MOST_FOLLOWED
    while at < size and data[at] != 0x3B:
        if data[at] == 0x21:
            at = after_sub_blocks(source, at + 2)
        elif data[at] == 0x2C:
            wide, high = (
                int.from_bytes(data[at + 5 : at + 7], "little"),
                int.from_bytes(data[at + 7 : at + 9], "little"),
            )
            begin = at + 10 + palette_length(data[at + 9])
            at = after_sub_blocks(source, begin + 1)
            left -= at - begin
            if left < 0:
                return None
            if at > size:
                return "it ends inside of a picture"
            if (why := _follow(_joined(data[begin + 1 : at]), data[begin], wide * high)) is not None:
                return why
        else:
            at += 1
    return None


def _joined(blocks: bytes) -> bytes:
    """What stands in a chain of sub-blocks."""
    found, at = list[bytes](), 0
    while at < len(blocks) and blocks[at]:
        found.append(blocks[at + 1 : at + 1 + blocks[at]])
        at += 1 + blocks[at]
    return b"".join(found)


def _follow(data: bytes, bits_of_colour: int, pixels: int) -> str | None:
    """What is wrong with the codes of one picture."""
    if not 1 <= bits_of_colour <= 11:
        return "its picture data is none"
    made = count_pixels(data, bits_of_colour, pixels)
    if made is None:
        return "its picture data has a code that is none"
    if made > pixels:
        return "it has more picture data than its picture has pixels"
    return None if made == pixels else "its picture data ends before its picture does"
