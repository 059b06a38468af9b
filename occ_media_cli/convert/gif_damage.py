"""The codes of a GIF followed to their end (LZW, as of the specification of 1989, appendix F): how many pixels they
make is counted, and must be as many as each picture has."""

from __future__ import annotations

from occ_media_cli.media.kinds.gif import after_sub_blocks, palette_length
from occ_media_cli.media.source import FileSource

MOST_FOLLOWED = 40_000_000
"""Bytes of codes that are followed; they take 0.4 s for each million."""

_TABLE = 4096


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
    """What is wrong with the codes of one picture. Of each code only the length of what it stands for is kept."""
    if not 1 <= bits_of_colour <= 11:
        return "its picture data is none"
    clear = 1 << bits_of_colour
    fresh = [1] * clear + [0, 0]
    lengths, size, before, made = fresh.copy(), bits_of_colour + 1, 0, 0
    held, count = 0, 0
    for byte in data:
        held |= byte << count
        count += 8
        while count >= size:
            code = held & (1 << size) - 1
            held >>= size
            count -= size
            if code == clear:
                lengths, size, before = fresh.copy(), bits_of_colour + 1, 0
                continue
            known = len(lengths)
            if code == clear + 1:
                return None if made >= pixels else "its picture data ends before its picture does"
            if code > known or (not before and code >= clear) or (code == known and known >= _TABLE):
                return "its picture data has a code that is none"
            if before and known < _TABLE:
                lengths.append(before + 1)
                if known + 1 == 1 << size and size < 12:
                    size += 1
            before = lengths[code]
            made += before
            if made > pixels:
                return "it has more picture data than its picture has pixels"
    return None if made >= pixels else "its picture data ends before its picture does"
