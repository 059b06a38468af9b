"""The codes of a GIF's picture data (LZW, specification of 1989, appendix F), followed without making pixels."""

from __future__ import annotations

_TABLE = 4096


def count_pixels(data: bytes, bits_of_colour: int, most: int | None = None) -> int | None:
    """How many pixels these codes make, until they end or make more than `most`; None where one of them is none.

    data: what stands in the sub-blocks, or the beginning of it. bits_of_colour: 1 to 11, as the byte before them says.
    """
    clear = 1 << bits_of_colour
    fresh = [1] * clear + [0, 0]
    lengths, size, before, made = fresh.copy(), bits_of_colour + 1, 0, 0  # of a code, only how many pixels it makes
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
                return made
            if code > known or (not before and code >= clear) or (code == known and known >= _TABLE):
                return None
            if before and known < _TABLE:
                lengths.append(before + 1)
                if known + 1 == 1 << size and size < 12:
                    size += 1
            before = lengths[code]
            made += before
            if most is not None and made > most:
                return made
    return made
