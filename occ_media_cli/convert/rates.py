"""How many bits a second go where: arithmetic over a limit, a length and a size. Pure."""

from __future__ import annotations

from fractions import Fraction

from occ_media_cli.convert.filters import even_size
from occ_media_cli.convert.streams import Picture

SPARE = 0.985
"""The part of the limit that is aimed at: an encoder lands within one and a half per cent."""

ENOUGH = 0.93
"""The part of the limit that a copy has to use where size was the reason, or it is coded once more."""

TOP_RATE = 30
"""Frames a second, at most: no channel promises more."""

LEAST_BITS = 0.03
"""Bits for each pixel of each frame, below which a smaller picture, shown larger, is more like the original."""

_STEPS = (Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(3, 8), Fraction(1, 4), Fraction(3, 16), Fraction(1, 8))
_SMALLEST = 96
"""Pixels of the shorter side below which a picture is not scaled."""


def frame_rate(picture: Picture) -> Fraction:
    """Frames a second of the copy: those of the original, halved (or the like) until they are no more than 30.

    Where frames come unevenly, often enough for the shortest time between two of them, up to 30.
    """
    rate = picture.rate if picture.steady else max(picture.rate, picture.top_rate)
    if not picture.steady and rate > TOP_RATE:
        return Fraction(TOP_RATE)
    rate /= -(-rate // TOP_RATE)
    return max(Fraction(1, 10), rate.limit_denominator(10_000))


def sound_rate(total: float, channels: int) -> int:
    """Bits a second of AAC beside a picture. total: those of both together."""
    most = 128_000 if channels > 1 else 96_000
    least = min(24_000 * channels, total / 3)
    return int(max(8_000, least, min(most, total * 0.15)))


def packing(frames: float, seconds: float, *, sounding: bool) -> float:
    """Bytes that an MP4 needs for its index, besides the content."""
    return 1_400 + 9 * frames + (5 * 47 * seconds if sounding else 0)


def fitted_size(picture: Picture, rate: Fraction, bit_rate: float) -> tuple[int, int]:
    """(width, height) of the copy: the first step at which each pixel of each frame gets enough bits.

    The steps are 1, 3/4, 1/2, 3/8, 1/4, 3/16 and 1/8 of the original.
    """
    width, height = picture.shown
    size = even_size(width, height)
    for step in _STEPS:
        smaller = even_size(round(width * step), round(height * step))
        if step < 1 and min(smaller) < _SMALLEST:
            break
        size = smaller
        if bit_rate >= LEAST_BITS * size[0] * size[1] * rate:
            break
    return size


def corrected_rate(tried: list[tuple[int, int]], most: int, beside: float) -> int:
    """The bit rate with which a copy comes out as meant. tried: (bit rate, bytes) so far; beside: bytes of all else.

    Two sizes show what a bit more costs; one has to be taken as if all besides the picture were known.
    """
    (rate, size), wanted = tried[-1], most * SPARE
    if len(tried) > 1 and tried[-2][0] != rate and tried[-2][1] != size:
        other, other_size = tried[-2]
        slope = (size - other_size) / (rate - other)
        if slope > 0:
            return max(1_000, min(4 * rate, max(rate // 4, int(rate + (wanted - size) / slope))))
    factor = (wanted - beside) / (size - beside) if wanted > beside < size else wanted / size
    return max(1_000, int(rate * min(4.0, max(0.2, factor))))
