"""The pictures inside of an Office document: JPEG stays JPEG, a PNG without transparency may become one."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from occ_media_cli.convert.flate import LEVEL, deflate, inflate_bounded
from occ_media_cli.convert.inner_worker import MOST_PIXELS
from occ_media_cli.convert.jpeg import encode_jpeg
from occ_media_cli.convert.libraries import pillow

if TYPE_CHECKING:
    from PIL.Image import Image

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_LEAST_BYTES = 2_048
_LEAST_SIDE = 16
_ORIENTATION = 0x0112
_PLAIN_GAMMA = 45_455
_DOTS = 96
"""Dots per inch of a picture that does not say how many it has."""

_COLOURS = ((70.0, 256), (55.0, 128), (0.0, 64))
"""The colours that a PNG keeps, by the quality from which on."""


class OfficePicture:
    """A picture of a package. See `inner_worker.Inner`.

    key: of its part. longest: the inches that its longer side has at most where it is shown. as_jpeg: whether it may
    have the bytes of a JPEG. size: the bytes that it takes, as they stand in the package.
    """

    def __init__(self, key: str, content: bytes, size: int, *, longest: float, as_jpeg: bool) -> None:
        self.key, self.size, self._content, self._longest = key, size, content, longest
        picture = pillow().open(BytesIO(content), formats=("PNG", "JPEG"))
        self._size: tuple[int, int] = picture.size
        self.lossy = content.startswith(JPEG)
        self._clear = _shows_through(picture)
        self._as_jpeg = as_jpeg and not self._clear
        self._profile = picture.info.get("icc_profile")
        self._dots = _dots_of(picture)
        self._turned = int(picture.getexif().get(_ORIENTATION, 1)) if content.startswith(JPEG) else 1
        self.shown = float(picture.width * picture.height)

    def pixels_at(self, dots: float) -> tuple[int, int]:
        """See `Inner`."""
        share = self._longest * dots / max(self._size)
        if share >= 1:
            return self._size
        return max(1, round(self._size[0] * share)), max(1, round(self._size[1] * share))

    def load_at(self, pixels: tuple[int, int]) -> Image:
        """See `Inner`."""
        image = pillow()
        picture: Image = image.open(BytesIO(self._content), formats=("PNG", "JPEG"))
        picture.draft(picture.mode, (pixels[0] * 2, pixels[1] * 2))
        wanted = "RGBA" if self._clear else "L" if picture.mode == "L" else "RGB"
        picture = picture.convert(wanted)
        if picture.size == pixels:
            return picture
        if wanted == "RGBA":  # colours count by how much of them is seen
            return picture.convert("RGBa").resize(pixels, image.Resampling.LANCZOS).convert("RGBA")
        return picture.resize(pixels, image.Resampling.LANCZOS)

    def encode_as(self, picture: Image, quality: float) -> bytes:
        """See `Inner`. A drawing of few colours stays a PNG where that is smaller than a JPEG."""
        dots = self._dots[0] * picture.width / self._size[0], self._dots[1] * picture.height / self._size[1]
        made = list[bytes]()
        if self._as_jpeg:
            made.append(_with_segments(encode_jpeg(picture, quality), dots, self._profile, self._turned))
        if not self._as_jpeg or (self._content.startswith(PNG) and picture.getcolors(256) is not None):
            made.append(_as_png(picture, quality, dots, self._profile))
        return min(made, key=len)

    def cost_of(self, encoded: bytes) -> int:
        """See `Inner`. A package packs also what is packed already."""
        return len(deflate(encoded)[0])

    def seen(self, picture: Image) -> Image:
        """See `Inner`. What shows through is seen on white."""
        if picture.mode not in ("L", "RGB"):
            picture = picture.convert("RGBA")
            ground = pillow().new("RGBA", picture.size, "white")
            ground.alpha_composite(picture)
            picture = ground.convert("RGB")
        return picture

    def decoded(self, encoded: bytes) -> Image:
        """See `Inner`."""
        return self.seen(pillow().open(BytesIO(encoded), formats=("PNG", "JPEG")))


def workable_pixels(content: bytes) -> int:
    """Pixels of a JPEG or PNG of which a smaller copy means the same, told from its headers; 0 for anything else."""
    if len(content) < _LEAST_BYTES or not content.startswith((PNG, JPEG)):
        return 0
    try:
        picture = pillow().open(BytesIO(content), formats=("PNG", "JPEG"))
    except (OSError, ValueError, SyntaxError):
        return 0
    wide, high = picture.size
    if (
        min(wide, high) < _LEAST_SIDE
        or wide * high > MOST_PIXELS
        or picture.mode not in ("L", "LA", "P", "RGB", "RGBA")
    ):
        return 0
    means_the_same = content.startswith(JPEG) or _has_plain_gamma(content)
    return wide * high if means_the_same and not getattr(picture, "is_animated", False) else 0


def pack_png(content: bytes, most: int) -> bytes:
    """The same PNG with its samples packed as small as zlib can; as it is where that is no smaller.

    most: bytes of its samples up to which it is worked on.
    """
    chunks = _chunks_of(content)
    data = b"".join(body for kind, body in chunks if kind == b"IDAT")
    plain = inflate_bounded(data, most)
    if plain is None or not chunks or chunks[-1][0] != b"IEND":
        return content
    packed = zlib.compress(plain, LEVEL)
    if len(packed) >= len(data):
        return content
    out, written = [PNG], False
    for kind, body in chunks:
        if kind == b"IDAT":
            if written:
                continue
            body, written = packed, True
        out.append(struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body)))
    made = b"".join(out)
    return made if len(made) < len(content) else content


def _chunks_of(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = list[tuple[bytes, bytes]](), len(PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        found.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
        if found[-1][0] == b"IEND":
            break
    return found if at <= len(content) else []


def _has_plain_gamma(content: bytes) -> bool:
    """Whether the samples of a PNG are as bright as those of a picture that says nothing, or a profile says it."""
    chunks = dict(reversed(_chunks_of(content)))
    if b"gAMA" not in chunks or b"iCCP" in chunks or b"sRGB" in chunks:
        return True
    return abs(int.from_bytes(chunks[b"gAMA"][:4], "big") - _PLAIN_GAMMA) < 500


def _shows_through(picture: Image) -> bool:
    """Whether a picture has a pixel that is not opaque."""
    if picture.mode not in ("LA", "RGBA") and "transparency" not in picture.info:
        return False
    lowest, _ = picture.convert("RGBA").getchannel("A").getextrema()
    return bool(lowest != 255)


def _dots_of(picture: Image) -> tuple[float, float]:
    told: Any = picture.info.get("dpi", (_DOTS, _DOTS))
    wide, high = float(told[0]), float(told[1])
    return (wide, high) if 1 < wide < 10_000 and 1 < high < 10_000 else (_DOTS, _DOTS)


def _as_png(picture: Image, quality: float, dots: tuple[float, float], profile: bytes | None) -> bytes:
    """A PNG of as many colours as a quality keeps."""
    out, count = BytesIO(), next(count for least, count in _COLOURS if quality >= least)
    method = pillow().Quantize.FASTOCTREE if picture.mode == "RGBA" else pillow().Quantize.MEDIANCUT
    small = picture.convert("RGB") if picture.mode == "L" else picture
    small.quantize(count, method=method).save(out, "PNG", optimize=True, dpi=dots, icc_profile=profile)
    return out.getvalue()


def _with_segments(jpeg: bytes, dots: tuple[float, float], profile: bytes | None, turned: int) -> bytes:
    """A JPEG with the dots per inch that make it as large as its original, its colour profile and its orientation."""
    segments = [
        b"\xff\xe0\x00\x10JFIF\0\1\1\1"
        + struct.pack(">HH", *(min(65_535, max(1, round(each))) for each in dots))
        + b"\0\0"
    ]
    if turned in range(2, 9):
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHLHHL", _ORIENTATION, 3, 1, turned, 0, 0)
        segments.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    pieces = [profile[at : at + 65_000] for at in range(0, len(profile), 65_000)] if profile else []
    for number, piece in enumerate(pieces, 1):
        body = b"ICC_PROFILE\0" + bytes((number, len(pieces))) + piece
        segments.append(b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body)
    behind = 4 + int.from_bytes(jpeg[4:6], "big") if jpeg[2:4] == b"\xff\xe0" else 2
    return jpeg[:2] + b"".join(segments) + jpeg[behind:]
