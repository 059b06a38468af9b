"""How like its original a picture is: SSIM (Wang et al., 2004) on the grid of the original.

Windows of 7 x 7 pixels with equal weights and the covariance of a sample, as scikit-image counts by default
(`proofs/fit_pictures.py` holds the two together); of the three planes of YCbCr, luma counts six parts of eight. It
works in strips: a picture of 48 megapixels needs a few megabytes besides itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.convert.libraries import numpy, pillow

if TYPE_CHECKING:
    from PIL.Image import Image

WINDOW = 7
_AREA = WINDOW * WINDOW
_SAMPLE = _AREA * (_AREA - 1)
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

_LUMA, _CHROMA = 0.75, 0.125
"""Shares of the planes, 6 : 1 : 1 as in the common test conditions of video coding: a copy in other colours is not like
its original, but shapes count more."""

_STRIP = 1 << 18
"""Pixels of a strip: its sums stay in the processor's cache."""

_MOST_COMPARED = 8_000_000
"""Of a picture with more pixels, every second strip is compared, or every third …: as many as come to this."""


def likeness(original: Image, copy: Image) -> float:
    """The SSIM of a copy, from -1 to 1, 1 where it is the same.

    Both are greys or RGB (mode L or RGB) without transparency; a copy of another size is brought to the original's.
    """
    planes = likeness_of_planes(original, copy)
    return planes[0] if len(planes) == 1 else _LUMA * planes[0] + _CHROMA * (planes[1] + planes[2])


def likeness_of_planes(original: Image, copy: Image) -> tuple[float, ...]:
    """The SSIM of luma alone, where both are grey, or of Y, Cb and Cr."""
    np, image = numpy(), pillow()
    width, height = original.size
    if min(width, height) < WINDOW:  # a line or a dot: each pixel becomes a square, so that a window has room
        grown = width * WINDOW, height * WINDOW
        copy = copy.resize(original.size, image.Resampling.BICUBIC)
        original = original.resize(grown, image.Resampling.NEAREST)
        copy = copy.resize(grown, image.Resampling.NEAREST)
        width, height = grown
    mode = "L" if original.mode == copy.mode == "L" else "YCbCr"
    count = 1 if mode == "L" else 3
    sums = [0.0] * count
    rows = max(WINDOW, _STRIP // width)
    windows = 0
    for top in range(0, height - WINDOW + 1, rows * -(-width * height // _MOST_COMPARED)):
        bottom = min(height, top + rows + WINDOW - 1)
        windows += (bottom - top - WINDOW + 1) * (width - WINDOW + 1)
        one = np.asarray(_strip(original, width, height, top, bottom).convert(mode))
        other = np.asarray(_strip(copy, width, height, top, bottom).convert(mode))
        for plane in range(count):
            place = ... if mode == "L" else (slice(None), slice(None), plane)
            sums[plane] += _ssim_sum(np, one[place].astype(np.int32), other[place].astype(np.int32))
    return tuple(each / windows for each in sums)


def _strip(picture: Image, width: int, height: int, top: int, bottom: int) -> Image:
    """Rows of a picture as it is on a grid of this width and height."""
    if picture.size == (width, height):
        return picture.crop((0, top, width, bottom))
    step = picture.height / height
    box = (0, top * step, picture.width, min(picture.height, bottom * step))
    return picture.resize((width, bottom - top), pillow().Resampling.BICUBIC, box)


def _ssim_sum(np: Any, one: Any, other: Any) -> float:
    """The sum of the SSIM of every window that lies inside; whole numbers until the division, so nothing is rounded."""
    sum_one, sum_other = _windows(one), _windows(other)
    square = sum_one * sum_one + sum_other * sum_other
    product = sum_one * sum_other
    spread = _windows(one * one + other * other) * _AREA - square
    shared = _windows(one * other) * _AREA - product
    area = np.float32(_AREA * _AREA)
    sample = np.float32(_SAMPLE)
    light = (2 * product / area + np.float32(_C1)) / (square / area + np.float32(_C1))
    shape = (2 * shared / sample + np.float32(_C2)) / (spread / sample + np.float32(_C2))
    return float((light * shape).sum(dtype=np.float64))


def _windows(values: Any) -> Any:
    """The sum of each window, by sums of two and of four (7 = 4 + 2 + 1)."""
    two = values[:-1] + values[1:]
    rows = two[:-5] + two[2:-3] + two[4:-1] + values[6:]
    two = rows[:, :-1] + rows[:, 1:]
    return two[:, :-5] + two[:, 2:-3] + two[:, 4:-1] + rows[:, 6:]
