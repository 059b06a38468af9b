"""Encoding a JPEG at a quality that need not be a whole number."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from occ_media_cli.convert.search import step_of

if TYPE_CHECKING:
    from PIL.Image import Image

_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, *(99,) * 38,
)  # fmt: skip
"""The tables of ITU-T T.81, annex K, row by row."""


def encode_jpeg(picture: Image, quality: float, *, full_colour: bool = False, progressive: bool = True) -> bytes:
    """A JPEG of a picture in grey or RGB, without metadata.

    quality: as the Independent JPEG Group counts it; between whole numbers the tables grow as evenly as they can, so
    that a limit can be met. full_colour: colour in every pixel (4:4:4), not in every fourth (4:2:0).
    """
    step = step_of(quality)
    tables = [[min(255, max(1, int(each * step / 100 + 0.5))) for each in table] for table in (_LUMA, _CHROMA)]
    out = BytesIO()
    picture.save(
        out,
        "JPEG",
        qtables=tables[:1] if picture.mode == "L" else tables,
        subsampling=0 if full_colour else 2,
        progressive=progressive,
        optimize=True,
        icc_profile=None,
        exif=b"",
    )
    return out.getvalue()
